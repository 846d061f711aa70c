"""The journal: what a candidate's browser recorded beside the stream, sent for gaps alone."""
