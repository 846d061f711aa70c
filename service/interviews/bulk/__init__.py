"""Inviting many at once: read a table, check it row by row, invite all of it or nothing."""
