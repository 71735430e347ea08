"""People, companies and households: one record each, made of every source's record."""
