"""The telephone: who calls is on the screen while it rings, and on the timeline when it is over."""
