"""People of the organisation: accounts, login and logout."""
