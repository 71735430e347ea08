"""The bad days: a real installation, something terrible happens to it, and then everything is counted."""
