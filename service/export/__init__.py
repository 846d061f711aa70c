"""What of a case leaves the house: comparisons, files, and links for a guest."""
