"""One schema of settings: defaults, validation, provenance and the file."""
