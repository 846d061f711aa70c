"""The end of the way: a person looks at a case, and decides."""
