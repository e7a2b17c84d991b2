"""What an audit keeps: the manifest, one immutable findings file per fragment, and the database built from both.

``manifest.py`` says what there is to read, ``record.py`` writes and reads findings files, ``database.py`` is the only
place that imports duckdb. The database is a pure function of the other two and can be rebuilt at any time.
"""
