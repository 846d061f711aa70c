"""Answers turned into ratings: features -> contributions -> level, each open to inspection. Pure.

The input types hold words and nothing else, so a face or a voice cannot reach a score.
"""
