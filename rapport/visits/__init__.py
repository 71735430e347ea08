"""Visits: a day on the road in its order, the one page before each, the report after, also without a network."""
