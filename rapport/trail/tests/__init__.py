"""The trail as its readers meet it."""
