"""May this call run? A decision and its reason."""
