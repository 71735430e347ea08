"""The audit trail as people read it: who did what, when, from where and why, old and new side by side."""
