"""The nouns of privacy, each in the file of its idea."""

from rapport.privacy.dictionary import Entry  # noqa: F401 nouns of this room
from rapport.privacy.erasure import Erasure  # noqa: F401 a noun of this room
from rapport.privacy.hold import Hold  # noqa: F401 a noun of this room
from rapport.privacy.pack import Pack  # noqa: F401 a noun of this room
from rapport.privacy.request import Request, Step  # noqa: F401 nouns of this room
