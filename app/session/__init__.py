"""The agent: its loop, prompt, history, ledger, and the thread-safe front of a session."""
