"""One change to many records at once: chosen, weighed, done in the background, taken back."""
