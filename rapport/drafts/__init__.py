"""What people are writing and have not sent yet: kept for each alone, so that no closed tab loses it."""
