"""Style sheets, one a screen."""
