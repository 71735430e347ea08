"""Helpers without a domain, one topic per file."""
