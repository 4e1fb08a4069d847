"""What a user asks, one file a question; each runs the whole flow to a checked verdict."""
