"""The trail, looked at from outside."""
