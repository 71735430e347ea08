"""What Rapport knows already of a deal, in words for whoever hands it over to complete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.agenda.models import Task
from rapport.calendars.planned import meetings_with
from rapport.customers.models import Relationship
from rapport.handovers.plan import Known
from rapport.people.models import User
from rapport.quotes.answer import Answer, Kind
from rapport.sales.deal import Deal
from rapport.sales.lead import Lead
from rapport.timeline.models import Interaction
from rapport.timeline.names import named
from rapport.ui.templatetags.ui import locale

FEW, SEVERAL, LONG = 3, 12, 600


@dataclass(frozen=True)
class About:
    """The deal, and in whose eyes it is read: nothing is written that they may not see."""

    deal: Deal
    reader: User
    at: datetime

    @property
    def members(self) -> list[int]:
        member = self.deal.member
        return list(member.customer.members.values_list("pk", flat=True)) if member else []


def known_of(kind: str, about: About) -> str:
    """The words for a point that begins with ``kind``; empty where nothing is known."""
    read = READ.get(Known(kind)) if kind else None
    return "\n".join(read(about)) if read else ""


def wish(about: About) -> list[str]:
    lead = Lead.objects.visible_to(about.reader).filter(deal=about.deal).first()
    if lead is None:
        return []
    asked = Interaction.objects.visible_to(about.reader).filter(pk=lead.interaction_id or 0).first()
    return [lead.wish, *([Truncator(asked.text.strip()).chars(LONG)] if asked and asked.text.strip() else [])]


def lines(about: About) -> list[str]:
    found = []
    for one in about.deal.lines.in_order():
        text = f"{one.quantity.normalize():f} × {one.name}"
        if one.months:
            text += ", " + ngettext("%(count)d month", "%(count)d months", one.months) % {"count": one.months}
        found.append(text)
    return found


def quote(about: About) -> list[str]:
    said = Answer.objects.visible_to(about.reader).filter(quote__deal=about.deal, kind=Kind.ACCEPTED)
    found = []
    for one in said.select_related("quote").order_by("at"):
        told = {"number": one.quote, "day": on(timezone.localdate(one.at)), "name": one.name}
        found.append(_("Quote %(number)s, accepted by %(name)s on %(day)s") % told)
        found += [one.words] if one.words else []
    return found


def contacts(about: About) -> list[str]:
    """Who works there; how they are reached stands on their own pages, for whoever may see it."""
    ties = Relationship.objects.filter(other__in=about.members, kind=Relationship.Kind.WORKS_AT, until=None)
    people = list(ties.order_by("pk")[:SEVERAL])
    names = named((one.member_id for one in people), reader=about.reader)
    said = {names[one.member_id].name: one.role for one in people if one.member_id in names}
    return [f"{name}, {role}" if role else name for name, role in said.items()]


def days(about: About) -> list[str]:
    deal, found = about.deal, []
    if deal.next_step:
        found.append(f"{on(deal.next_step_on)}: {deal.next_step}" if deal.next_step_on else deal.next_step)
    tasks = Task.objects.visible_to(about.reader).open().filter(member__in=about.members, due_at__isnull=False)
    found += [
        f"{on(timezone.localdate(one.due_at))}: {one.title}" for one in tasks.order_by("due_at")[:FEW] if one.due_at
    ]
    meetings = meetings_with(about.members, reader=about.reader, at=about.at).filter(starts_at__gte=about.at)
    found += [f"{on(timezone.localdate(one.starts_at))}: {one.title}" for one in meetings.order_by("starts_at")[:FEW]]
    return found


def notes(about: About) -> list[str]:
    """What everybody who sees the customer may read: nothing private."""
    seen = Interaction.objects.visible_to(about.reader).filter(
        Q(kind="note"), circles=[], participations__member__in=about.members, at__gte=about.deal.opened_at
    )
    latest = seen.distinct().order_by("-at", "-pk")[:FEW]
    return [f"{on(timezone.localdate(one.at))}: {Truncator(one.text.strip()).chars(LONG)}" for one in latest]


def reason(about: About) -> list[str]:
    deal = about.deal
    return [one for one in (str(deal.reason) if deal.reason else "", deal.said) if one]


def on(day: date) -> str:
    return str(format_date(day, "medium", locale=locale()))


READ: Mapping[Known, Callable[[About], list[str]]] = {
    Known.WISH: wish,
    Known.LINES: lines,
    Known.QUOTE: quote,
    Known.CONTACTS: contacts,
    Known.DAYS: days,
    Known.NOTES: notes,
    Known.REASON: reason,
}
