"""Bring messages from the open folder of a server, as many at a time as memory bears; whatever it hands out."""

from collections.abc import Iterator, Sequence

from rapport.channels.mail.imap import Imap
from rapport.channels.mail.mailbox import Found
from rapport.channels.mail.message import Hindrance
from rapport.channels.mail.parse import LARGEST

BATCH, BATCH_BYTES = 200, 8 * 1024 * 1024


def fetch(imap: Imap, uids: Sequence[int]) -> list[Found]:
    """Each of ``uids`` that the server still has, in their order; of what is too large only the headers."""
    sizes = imap.sizes(uids)
    large = [uid for uid in uids if sizes.get(uid, 0) > LARGEST]
    contents = imap.contents([uid for uid in uids if uid in sizes and uid not in large])
    heads = imap.headers(large)
    found = []
    for uid in uids:
        if uid in heads:
            found.append(Found(uid, uid, 0, heads[uid], Hindrance.LARGE))
        elif uid in contents:
            content = contents[uid]
            too_large = len(content) > LARGEST
            found.append(
                Found(uid, uid, 0, content[:65_536] if too_large else content, (too_large and Hindrance.LARGE) or None)
            )
    return found


def portions(imap: Imap, uids: Sequence[int]) -> Iterator[list[int]]:
    """``uids`` in pieces of few enough messages and bytes, by what the server says of their sizes."""
    for start in range(0, len(uids), BATCH):
        some = uids[start : start + BATCH]
        sizes = imap.sizes(some)
        portion: list[int] = []
        held = 0
        for uid in some:
            size = min(sizes.get(uid, 0), LARGEST)
            if portion and held + size > BATCH_BYTES:
                yield portion
                portion, held = [], 0
            portion.append(uid)
            held += size
        if portion:
            yield portion
