"""How the tables of the demo came to be."""
