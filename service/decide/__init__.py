"""A person decides on a case, and the candidate is told; a floor above the review it rests on."""
