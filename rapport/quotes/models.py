"""The nouns of this room: quotes with their lines, approvals and answers, and who may give which discount."""

from rapport.quotes.agreement import Agreement  # noqa: F401 nouns of this room
from rapport.quotes.answer import Answer  # noqa: F401 nouns of this room
from rapport.quotes.approval import Approval, DiscountLimit  # noqa: F401 nouns of this room
from rapport.quotes.quote import Quote, QuoteLine  # noqa: F401 nouns of this room
