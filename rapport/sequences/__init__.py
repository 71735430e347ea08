"""Letters, tasks and calls one after the other over days, to one person, which stop at an answer."""
