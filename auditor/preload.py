"""Imported by the server that workers are forked from, and nowhere else."""

from auditor import server

server.prepare()
