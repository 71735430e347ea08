"""The audit trail: facts, row histories and reads sealed into a chain of blocks, checked, and forgotten by name."""
