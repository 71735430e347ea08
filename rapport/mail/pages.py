"""What the pages of mail files and of the ledger show, put together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from rapport.customers.models import Identifier
from rapport.customers.veil import covered
from rapport.mail.intake import Outcome
from rapport.mail.models import LedgerLine, MailFile
from rapport.mail.told import reason_in_words, trouble_in_words
from rapport.people.models import User
from rapport.timeline.models import Interaction, Participation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE = 50
SILENT_SECONDS = 60


@dataclass(frozen=True)
class Entry:
    """A line of the ledger, its reason in words, and where the mail is, as far as the reader may see it."""

    line: LedgerLine
    reason: str
    customer_id: int | None
    seen: bool
    now_in: str = ""


@dataclass(frozen=True)
class LedgerPage:
    """Some of the ledger, newest first; `older` is the id before which the next page begins."""

    entries: tuple[Entry, ...]
    older: int | None


@dataclass(frozen=True)
class Count:
    """How many messages became what."""

    outcome: str
    label: "StrOrPromise"
    number: int


def ledger_page(lines: "QuerySet[LedgerLine]", *, before: int, reader: User) -> LedgerPage:
    if before:
        lines = lines.filter(pk__lt=before)
    found = list(lines.select_related("mail_file", "folder__mailbox__account").order_by("-pk")[: PAGE + 1])
    entries = tuple(entries_of(found[:PAGE], reader=reader))
    return LedgerPage(entries, found[PAGE - 1].pk if len(found) > PAGE else None)


def entries_of(lines: Iterable[LedgerLine], *, reader: User) -> Iterable[Entry]:
    """``lines`` to be shown and never saved."""
    lines = list(lines)
    ids = [line.interaction_id for line in lines if line.interaction_id]
    seen = set(Interaction.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
    main = Participation.objects.filter(interaction__in=seen, main=True)
    customers = dict(main.values_list("interaction_id", "member__customer_id"))
    moved = moved_to(lines)
    for line in lines:
        pk = line.interaction_id
        line.sender = covered(line.sender, Identifier.Kind.EMAIL, reader=reader)
        yield Entry(
            line, reason_in_words(line.reason), customers.get(pk) if pk else None, pk in seen, moved.get(line.pk, "")
        )


def moved_to(lines: Iterable[LedgerLine]) -> dict[int, str]:
    """Of messages that left their folder: in which folder of the same mailbox they are now."""
    gone = [line for line in lines if line.gone_at and line.interaction_id and line.folder]
    there = LedgerLine.objects.filter(interaction__in=[line.interaction_id for line in gone], gone_at=None)
    names = {
        (one.interaction_id, one.folder.mailbox_id): one.folder.name
        for one in there.filter(folder__isnull=False).select_related("folder")
        if one.folder
    }
    found = {line.pk: names.get((line.interaction_id, line.folder.mailbox_id), "") for line in gone if line.folder}
    return {pk: name for pk, name in found.items() if name}


def state_page(mail_file: MailFile, *, reader: User) -> dict[str, Any]:
    refused = LedgerLine.objects.filter(mail_file=mail_file, outcome=Outcome.REFUSED).order_by("number")
    return {
        "file": mail_file,
        "percent": round(mail_file.share * 100),
        "counts": [Count(one.value, one.label, getattr(mail_file, one.value)) for one in Outcome],
        "trouble": trouble_in_words(mail_file.trouble),
        "stalled": mail_file.busy and (timezone.now() - mail_file.moved_at).total_seconds() > SILENT_SECONDS,
        "refused": list(entries_of(refused[:20], reader=reader)) if mail_file.refused else [],
    }
