"""Quotes: written from a deal, approved, sent, answered by the customer without signing in."""
