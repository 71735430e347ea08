"""Who may not be written to, and the one gate through which everything leaves."""
