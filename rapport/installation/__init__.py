"""The installation itself: database, processes, health, backup and restore."""
