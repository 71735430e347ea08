"""Rapport: one place where an organisation knows, listens to and acts for its customers."""
