"""Calendars as others write them (RFC 5545), read as plain values."""
