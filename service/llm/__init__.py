"""A language model's second opinion, where an endpoint is set. It never replaces the scorer's.

What leaves the house is stripped of who the candidate is (`strip`), goes out as data between marks
nobody can guess (`prompt`), comes back bound to a schema (`reply`), and counts only as far as its
quotes were really said (`quotes`) and its runs agree (`opinion`).
"""
