"""Bring a folder up to date: new mail first, then what lies further back, then what left it. Each step is whole or not."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from rapport.channels.mail.imap import Imap
from rapport.channels.mail.mailbox import Found
from rapport.channels.mail.message import Hindrance
from rapport.channels.mail.wire import ImapError
from rapport.mail.fetch import fetch, portions
from rapport.mail.intake import COUNTS
from rapport.mail.models import LedgerLine, MailFolder
from rapport.mail.take_in import take

WINDOW, WIDEST = 2_000, 2_000_000
PIECE, WIDEST_PIECE, FEW = 50_000, 400_000, 10_000
STUMBLES, MOST_BREAKS = 2, 20


class Reader:
    """Reads one folder at a time. What a server stumbles over twice, it is not asked for a third time."""

    def __init__(self) -> None:
        self.stumbled: dict[tuple[int, int, int], int] = {}
        self.asked: tuple[int, int, tuple[int, ...]] | None = None
        self.breaks = 0

    def open(self, imap: Imap, folder: MailFolder) -> None:
        """Open it on the server; numbered anew, it is read from the start, and what is here is known by its ids."""
        opened = imap.open(folder.name)
        if opened.uid_validity != folder.uid_validity:
            folder.uid_validity, folder.newest = opened.uid_validity, opened.uid_next - 1
            folder.below = opened.uid_next if opened.exists else None
        folder.exists, folder.trouble = opened.exists, ""
        folder.save(update_fields=["uid_validity", "newest", "below", "exists", "trouble"])

    def stand(self, imap: Imap, folder: MailFolder) -> None:
        """UIDs mean nothing in another folder."""
        if imap.current != folder.name:
            self.open(imap, folder)

    def news(self, imap: Imap, folder: MailFolder) -> int:
        """How many new ones came in."""
        self.stand(imap, folder)
        uids = imap.between(folder.newest + 1, None)
        return sum(self.bring(imap, folder, some, newest=some[-1]) for some in portions(imap, uids))

    def further_back(self, imap: Imap, folder: MailFolder) -> bool:
        """One portion of what lies before, newest first; whether there is more."""
        self.stand(imap, folder)
        if folder.below is None:
            return False
        first, width = folder.below, WINDOW
        uids: list[int] = []
        while first > 1 and not uids:
            last, first = first - 1, max(1, first - width)
            uids = imap.between(first, last, since=folder.mailbox.since)
            width = min(width * 8, WIDEST)
        for some in portions(imap, uids[::-1]):
            done = some[-1] == uids[0]
            below = first if done else some[-1]
            self.bring(imap, folder, some, below=below if below > 1 else None)
            return folder.below is not None
        return self.move(folder, below=None)

    def bring(self, imap: Imap, folder: MailFolder, uids: Sequence[int], **place: int | None) -> int:
        """Messages and the new place in one transaction; a message that twice broke the connection is named instead."""
        found: list[Found] = []
        for some in self.careful(folder, uids):
            self.asked = (folder.pk, folder.uid_validity or 0, tuple(some))
            found += fetch(imap, some)
        self.asked, self.breaks = None, 0
        refused = [uid for uid in uids if self.stumbled.get((folder.pk, folder.uid_validity or 0, uid), 0) >= STUMBLES]
        found += [Found(uid, uid, 0, b"", Hindrance.DAMAGED) for uid in refused]
        return write(folder, found, **place)

    def careful(self, folder: MailFolder, uids: Sequence[int]) -> list[Sequence[int]]:
        """All at once; one by one where the server stumbled, without what it stumbled over twice."""
        times = {uid: self.stumbled.get((folder.pk, folder.uid_validity or 0, uid), 0) for uid in uids}
        if not any(times.values()):
            return [uids]
        return [[uid] for uid in uids if times[uid] < STUMBLES]

    def stumble(self) -> bool:
        """The connection broke: whether a more careful try is worth it at once."""
        if self.asked is None:
            return False
        folder_id, validity, uids = self.asked
        for uid in uids:
            key = (folder_id, validity, uid)
            # Of several asked for together any may be the one.
            self.stumbled[key] = self.stumbled.get(key, 0) + 1 if len(uids) == 1 else 1
        self.asked = None
        self.breaks += 1
        return self.breaks <= MOST_BREAKS

    def move(self, folder: MailFolder, *, below: int | None) -> bool:
        write(folder, [], below=below)
        return folder.below is not None


def write(folder: MailFolder, found: Sequence[Found], **place: int | None) -> int:
    """Take ``found`` in and move on to ``place``, unless somebody else moved on meanwhile."""
    at = timezone.now()
    with transaction.atomic():
        now = MailFolder.objects.select_for_update(of=("self",)).select_related("mailbox").get(pk=folder.pk)
        here = (now.uid_validity, now.newest, now.below)
        if here != (folder.uid_validity, folder.newest, folder.below):
            folder.refresh_from_db()
            return 0
        new = unknown(now, found)
        now.count(take(new, now, at=at))
        for name, value in place.items():
            setattr(now, name, value)
        now.read_at = at
        now.save(update_fields=[*COUNTS, "messages", "newest", "below", "read_at"])
    for name in (*COUNTS, "messages", "newest", "below", "read_at"):
        setattr(folder, name, getattr(now, name))
    return len(new)


def unknown(folder: MailFolder, found: Sequence[Found]) -> list[Found]:
    """Those without a line in the ledger, each once."""
    lines = LedgerLine.objects.filter(folder=folder, uid_validity=folder.uid_validity)
    known = set(lines.filter(number__in=[one.number for one in found]).values_list("number", flat=True))
    return list({one.number: one for one in found if one.number not in known}.values())


def compare(imap: Imap, folder: MailFolder, reader: Reader, *, at: datetime) -> None:
    """Compare every UID of the open folder with the ledger: bring what is missing, note what is gone."""
    reader.stand(imap, folder)
    if folder.below is not None:
        return
    lines = LedgerLine.objects.filter(folder=folder, uid_validity=folder.uid_validity)
    since = folder.mailbox.since
    here = older = 0
    first, width = 1, PIECE
    while first <= folder.newest:
        last = min(first + width - 1, folder.newest)
        there = set(imap.between(first, last, since=since))
        everywhere = set(imap.between(first, last)) if since else there
        of_piece = lines.filter(number__gte=first, number__lte=last)
        known = dict(of_piece.values_list("number", "gone_at"))
        here, older = here + len(everywhere), older + len(everywhere - there - known.keys())
        of_piece.filter(number__in=[uid for uid in known if uid not in everywhere], gone_at=None).update(gone_at=at)
        of_piece.filter(number__in=[uid for uid in everywhere if known.get(uid)]).update(gone_at=None)
        for some in portions(imap, sorted(there - known.keys())):
            reader.bring(imap, folder, some)
        first, width = last + 1, min(width * 2, WIDEST_PIECE) if len(everywhere) < FEW else PIECE
    MailFolder.objects.filter(pk=folder.pk).update(exists=here, older=older)
    folder.exists, folder.older = here, older


def differs(folder: MailFolder) -> bool:
    """Whether the server counts other messages than the ledger."""
    if folder.below is not None:
        return False
    present = LedgerLine.objects.filter(folder=folder, uid_validity=folder.uid_validity, gone_at=None).count()
    return folder.exists != present + folder.older


def unreadable(folder: MailFolder, problem: ImapError) -> None:
    """One folder that can't be opened holds up no other."""
    folder.trouble = str(problem)
    folder.save(update_fields=["trouble"])
