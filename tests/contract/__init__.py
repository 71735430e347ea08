"""What is promised to programs, proved by asking."""
