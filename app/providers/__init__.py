"""Models: one file a wire protocol, retries, discovery, the scripted model."""
