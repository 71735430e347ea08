"""The outside world: what arrives, as plain values that know nothing of customers."""
