"""What customers ordered."""
