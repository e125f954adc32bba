"""Events of a session, their recorder and their reader."""
