"""The number of a record, as an address or a form says it."""

# What a bigint of the database holds.
LARGEST = 2**63 - 1


def number(text: str) -> int:
    """The id that ``text`` is; 0, which no record has, for anything else, however long."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) else 0
    return found if found <= LARGEST else 0
