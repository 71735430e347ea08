"""The steps that brought the tables of this room to where they are."""
