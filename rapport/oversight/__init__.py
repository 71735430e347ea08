"""Who sees what and why, pages seen as somebody else, and the work that leavers leave."""
