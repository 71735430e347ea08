"""The gate, looked at from outside."""
