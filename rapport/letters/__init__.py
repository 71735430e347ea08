"""Writing to customers: the composer, templates, signatures, and what became of what was sent."""
