"""Products: what we sell, how it is counted, billed and taxed."""
