"""Read what mails hold besides their lines, for a whole page of a timeline at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapport.channels.mail.message import Nature
from rapport.customers.models import Identifier
from rapport.customers.veil import covered
from rapport.mail.keep import decided_by
from rapport.mail.models import Attachment, Mail
from rapport.mail.take_in import SOURCE
from rapport.mail.told import doubts_in_words
from rapport.people.models import User
from rapport.timeline.read import Entry

MOST_EARLIER = 50


@dataclass(frozen=True)
class Letter:
    """What a mail's line shows more: whether it quotes, is laid out, what came with it, how many were before it."""

    interaction_id: int
    quotes: bool
    laid_out: bool
    automatic: bool
    doubts: Sequence[str]
    attachments: Sequence[Attachment]
    earlier: int
    private: bool
    may_decide: bool


def letters_of(entries: Sequence[Entry], reader: User) -> dict[int, Letter]:
    """By interaction; the caller has made sure that ``reader`` may see those."""
    interaction_ids = came_as_mail(entries)
    if not interaction_ids:
        return {}
    rows = Mail.objects.filter(pk__in=interaction_ids).extra(select={"quotes": "whole <> ''", "laid_out": "html <> ''"})
    mails = list(
        rows.values(
            "interaction_id", "at", "thread_id", "nature", "doubts", "quotes", "laid_out", "interaction__circles"
        )
    )
    if not mails:
        return {}
    decided = decided_by(reader, interaction_ids)
    attached: defaultdict[int, list[Attachment]] = defaultdict(list)
    for one in Attachment.objects.filter(mail__in=interaction_ids).select_related("file").order_by("position"):
        attached[one.mail_id].append(one)
    threads: defaultdict[int, list[tuple[object, int]]] = defaultdict(list)
    talked = Mail.objects.visible_to(reader).filter(thread__in={mail["thread_id"] for mail in mails})
    for thread_id, at, pk in talked.order_by("thread_id").values_list("thread_id", "at", "interaction_id"):
        threads[thread_id].append((at, pk))
    return {
        mail["interaction_id"]: Letter(
            interaction_id=mail["interaction_id"],
            quotes=mail["quotes"],
            laid_out=mail["laid_out"],
            automatic=mail["nature"] == Nature.BULK,
            doubts=doubts_in_words(mail["doubts"]),
            attachments=attached[mail["interaction_id"]],
            private=bool(mail["interaction__circles"]),
            may_decide=mail["interaction_id"] in decided,
            earlier=sum(1 for one in threads[mail["thread_id"]] if one < (mail["at"], mail["interaction_id"])),
        )
        for mail in mails
    }


def came_as_mail(entries: Iterable[Entry]) -> list[int]:
    """The ids of those that may be more than their line; of all others nothing needs to be asked."""
    return [one.id for one in entries if one.source == SOURCE]


def earlier_of(mail: Mail, *, reader: User) -> Sequence[Mail]:
    """The mails before ``mail`` in its thread that ``reader`` may see, newest first; to be shown and never saved."""
    before = Mail.objects.visible_to(reader).filter(thread=mail.thread_id, at__lte=mail.at).exclude(pk=mail.pk)
    found = before.select_related("interaction").order_by("-at", "-interaction_id")[: MOST_EARLIER + 1]
    shown = [one for one in found if (one.at, one.pk) < (mail.at, mail.pk)][:MOST_EARLIER]
    for one in shown:
        one.sender = covered(one.sender, Identifier.Kind.EMAIL, reader=reader)
    return shown
