"""`candor loadtest`: how many candidates a server holds, and whether their words survive."""
