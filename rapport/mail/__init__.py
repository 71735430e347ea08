"""Mail from files and mailboxes: taken in, threaded, shown, and accounted for message by message."""
