"""The outside world: what arrives and what is asked of others, as plain values that know nothing of customers."""
