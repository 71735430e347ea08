"""Journeys through a running Rapport, in a real browser."""
