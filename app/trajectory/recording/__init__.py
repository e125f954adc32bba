"""The recorder: what happens goes to the file in batches, whole, and is kept."""
