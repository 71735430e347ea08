"""Files in: detected, mapped, previewed, run and accounted for row by row."""
