"""One timeline of everything that passes between a customer and us."""
