"""Simple when-then rules: one step that can be taken back, tested on the past, with a log of what each did and why."""
