"""How far raters agree, and how sure one may be of it. Pure functions over numbers."""
