"""What `rapport user` and `rapport token` do."""
