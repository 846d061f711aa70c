"""Candor's server: live interviews, their timeline, scores, and the review by people."""

__version__ = "0.1.0"
