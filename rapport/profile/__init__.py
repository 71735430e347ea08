"""The customer page: everything we know of one customer, at once."""
