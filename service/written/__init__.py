"""Answers in writing: the same questions for whoever is not recorded, or needs it so."""
