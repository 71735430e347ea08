"""The nouns of privacy, each in the file of its idea."""
