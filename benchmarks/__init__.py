"""Measurements against other tools; not part of the wheel."""
