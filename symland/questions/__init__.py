"""What a user asks: one question a file, each runs the whole flow and returns an `Answer`."""
