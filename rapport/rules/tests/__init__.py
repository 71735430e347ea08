"""What is promised of web requests."""
