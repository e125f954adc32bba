"""What a model can call, and the scheduler that runs it."""
