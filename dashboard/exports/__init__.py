"""Exports of exactly what is filtered, one row group at a time: cells, the three formats, and their download."""
