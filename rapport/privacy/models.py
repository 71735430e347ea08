"""The nouns of privacy, each in the file of its idea."""

from rapport.privacy.dictionary import Entry  # noqa: F401 nouns of this room
