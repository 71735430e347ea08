"""Leaving another CRM: its files in together, linked by their ids, as one run with one report."""
