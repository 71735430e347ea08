"""Other systems tell us what happened at them, by web requests that are checked, kept and understood."""
