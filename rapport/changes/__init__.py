"""What was changed lately with the way back, and the trash."""
