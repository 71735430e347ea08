"""What calls for attention: whom one follows, the bell, reminders, the digest."""
