"""Meetings and calls with a date: planned here, read from calendars, given out as a calendar."""
