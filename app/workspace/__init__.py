"""Files of the workspace: path guard, byte-exact atomic edits, search."""
