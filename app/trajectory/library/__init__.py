"""All runs there are: found by name, listed, and searched."""
