"""Interviews that never took place: a sample job to look around in, and a crowd to measure by."""
