"""Tests of the market page."""
