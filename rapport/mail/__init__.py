"""Mail from files: taken in, threaded, shown, and accounted for message by message."""
