"""What can be let go by its age: for each kind what is old, what hangs on it, and whose it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from rapport.calendars.models import Meeting, Reading
from rapport.customers.trash import KEPT, Trashed
from rapport.drafts.models import Draft
from rapport.imports.models import ImportFailure, ImportLeft
from rapport.lists.models import View
from rapport.mail.models import Attachment, LedgerLine, Mail
from rapport.notices.models import Notice, Reminder
from rapport.privacy.request import Request
from rapport.rules.models import Run
from rapport.sales.order import Order
from rapport.search.models import InteractionText
from rapport.telephony.models import Call
from rapport.timeline.models import ChannelChoice, Interaction, Participation, Receipt, Superseded
from rapport.web.models import Browser, Submission, Visit
from rapport.webhooks.models import Arrival, Delivery

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Retainable:
    """One kind of data that may go when it is old.

    ``old`` gives what is older than a moment, ``moment`` names its age; ``first`` are the rows that hang on it and go
    before it; ``customer`` leads to whose it is, empty where it is nobody's, so that a legal hold is respected.
    """

    kind: str
    label: "StrOrPromise"
    hint: "StrOrPromise"
    days: int
    least: int
    moment: str
    old: Callable[[datetime], Rows]
    customer: str = ""
    first: tuple[tuple[type[Any], str], ...] = ()
    # The contents on disk that came with it; they go when nothing else has them.
    files: Callable[[Sequence[int]], Iterable[int]] | None = None
    # The members whose tallies are counted anew when these are gone.
    counted: Callable[[Sequence[int]], Iterable[int]] | None = None
    # Rapport itself lets it go after so many days, whatever a rule says; a rule can only be stricter.
    most: int = 36_500
    # Whether it goes as long as nobody has said anything.
    usual: bool = False
    # What goes are customers, with all that is theirs: erased, not only deleted.
    erased: bool = False

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.kind.replace(" ", "-")


def unassigned(before: datetime) -> Rows:
    """Waiting for a customer for so long."""
    return standing_alone(Interaction.objects.filter(unassigned=True, received_at__lt=before))


def talked(channel: str, before: datetime) -> Rows:
    """What was said with customers on this channel so long ago."""
    return standing_alone(Interaction.objects.filter(unassigned=False, channel=channel, at__lt=before))


def standing_alone(found: Rows) -> Rows:
    """Without what another room's record refers to: an order, a meeting, a call, a message of ours."""
    for model in (Order, Meeting, Call):
        found = found.exclude(Exists(model._default_manager.filter(interaction=OuterRef("pk"))))  # noqa: SLF001
    return found.filter(message=None)


def in_the_trash(before: datetime) -> Rows:
    """Deleted so long ago; who asked something of us is answered first."""
    asked = Request.objects.open().filter(
        Q(customer=OuterRef("customer")) | Q(customer__merged_into=OuterRef("customer"))
    )
    return Trashed.objects.there().filter(~Exists(asked), at__lt=before)


def took_part(ids: Sequence[int]) -> Iterable[int]:
    """Whose tallies count these interactions."""
    rows = Participation.objects.filter(interaction__in=ids).exclude(member=None)
    return {pk for pk in rows.values_list("member_id", flat=True) if pk}


def enclosed(ids: Sequence[int]) -> Iterable[int]:
    """The files that came with the mail of these interactions."""
    return set(Attachment.objects.filter(mail__interaction__in=ids).values_list("file", flat=True))


# Children of an interaction, in the order in which they may go.
OF_INTERACTIONS = (
    (InteractionText, "interaction"),
    (LedgerLine, "interaction"),
    (Attachment, "mail__interaction"),
    (Mail, "interaction"),
    (Superseded, "interaction"),
    (Receipt, "interaction"),
    (Participation, "interaction"),
)

RETAINABLE: tuple[Retainable, ...] = (
    Retainable(
        "visits",
        _("Visits of web sites"),
        _("Which pages a browser looked at. What stands on a timeline stays."),
        days=90,
        least=1,
        moment="last_at",
        old=lambda before: Visit.objects.filter(last_at__lt=before),
        customer="member__customer",
        usual=True,
    ),
    Retainable(
        "browsers",
        _("Browsers that came back no more"),
        _("The mark by which a browser is known again, when none of its visits is kept any more."),
        days=90,
        least=1,
        moment="last_at",
        old=lambda before: Browser.objects.filter(last_at__lt=before, visits=None),
        customer="member__customer",
        usual=True,
    ),
    Retainable(
        "spam",
        _("Forms held back as spam"),
        _("What was sent by a form of a web site and looked like spam."),
        days=30,
        least=1,
        moment="at",
        old=lambda before: Submission.objects.filter(at__lt=before, state=Submission.State.SPAM),
        customer="member__customer",
    ),
    Retainable(
        "unassigned",
        _("What waits for a customer"),
        _("Mail and messages under Unassigned that nobody gave to a customer, with their texts and files' names."),
        days=365,
        least=30,
        moment="received_at",
        old=unassigned,
        first=OF_INTERACTIONS,
        files=enclosed,
    ),
    Retainable(
        "drafts",
        _("Drafts"),
        _("What somebody began to write and never sent."),
        days=60,
        least=1,
        moment="at",
        old=lambda before: Draft.objects.filter(at__lt=before),
        most=60,
    ),
    Retainable(
        "ledger",
        _("Lines of the mail ledger"),
        _("What became of messages that did not reach a timeline: sender, subject, reason."),
        days=365,
        least=7,
        moment="at",
        old=lambda before: LedgerLine.objects.filter(at__lt=before, interaction=None),
    ),
    Retainable(
        "import failures",
        _("Rows that imports refused"),
        _("The cells of rows that could not be taken in, and why."),
        days=180,
        least=1,
        moment="run__created_at",
        old=lambda before: ImportFailure.objects.filter(run__created_at__lt=before),
    ),
    Retainable(
        "import remains",
        _("What imports could not take back"),
        _("Which values stayed when an import was taken back."),
        days=180,
        least=1,
        moment="run__created_at",
        old=lambda before: ImportLeft.objects.filter(run__created_at__lt=before),
    ),
    Retainable(
        "calendar files",
        _("Readings of calendars"),
        _("Which entries of a calendar became a meeting and which did not."),
        days=365,
        least=7,
        moment="ended_at",
        old=lambda before: Reading.objects.filter(ended_at__lt=before, calendar=None),
    ),
    Retainable(
        "notices",
        _("Notices"),
        _("What colleagues were told, read or not."),
        days=180,
        least=7,
        moment="at",
        old=lambda before: Notice.objects.filter(at__lt=before),
        customer="member__customer",
        most=180,
    ),
    Retainable(
        "reminders",
        _("Settled reminders"),
        _("Reminders that are done."),
        days=60,
        least=1,
        moment="closed_at",
        old=lambda before: Reminder.objects.filter(closed_at__lt=before),
        customer="member__customer",
        most=60,
    ),
    Retainable(
        "web requests",
        _("Web requests that came in"),
        _("The body of each request that was taken in or refused."),
        days=30,
        least=7,
        most=30,
        moment="at",
        old=lambda before: Arrival.objects.filter(at__lt=before).exclude(state=Arrival.State.WAITING),
    ),
    Retainable(
        "web messages",
        _("Web requests that went out"),
        _("What subscribers were told."),
        days=30,
        least=7,
        most=30,
        moment="at",
        old=lambda before: Delivery.objects.filter(at__lt=before).exclude(state=Delivery.State.WAITING),
    ),
    Retainable(
        "rule log",
        _("Log of rules"),
        _("What a when-then rule did to whom, and why not."),
        days=365,
        least=30,
        moment="at",
        old=lambda before: Run.objects.filter(at__lt=before),
    ),
    *(
        Retainable(
            f"talk {channel.value}",
            format_lazy("{}: {}", _("What was said"), channel.label),
            _("Lines of timelines, with their words and files. Orders, meetings, calls and messages of ours stay."),
            days=3_650,
            least=30,
            moment="at",
            old=partial(talked, channel.value),
            customer="participations__member__customer",
            first=OF_INTERACTIONS,
            files=enclosed,
            counted=took_part,
        )
        for channel in ChannelChoice
        if channel != ChannelChoice.SYSTEM
    ),
    Retainable(
        "views",
        _("Deleted views of lists"),
        _("Views that their owner deleted and that nobody can bring back any more."),
        days=KEPT.days,
        least=KEPT.days,
        moment="dropped_at",
        old=lambda before: View.objects.filter(dropped_at__lt=before),
        usual=True,
    ),
    Retainable(
        "trash",
        _("Customers in the trash"),
        _(
            "They are erased as if they had asked for it, but may be written to when they come again. Open requests stop it."
        ),
        days=KEPT.days,
        least=KEPT.days,
        moment="at",
        old=in_the_trash,
        customer="customer",
        usual=True,
        erased=True,
    ),
)

BY_KIND = {one.kind: one for one in RETAINABLE}
