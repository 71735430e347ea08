"""E-mail as it comes: a message or a whole mailbox, read into plain values."""
