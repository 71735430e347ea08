"""Letters, looked at from outside."""
