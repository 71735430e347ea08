"""What is kept, asked and owed, looked at from outside."""
