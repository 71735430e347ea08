"""Other systems tell us what happened at them, and are told what becomes true here, by signed web requests."""
