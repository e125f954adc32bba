"""A shell command as bash reads it: the programs it runs, their words, and what is unclear about it."""
