"""Attacks on the scorer, changes that must not move it, and the bounds it is held to. Pure."""
