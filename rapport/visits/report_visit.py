"""Report a visit: what was said, what follows, and the next step of the deal it was about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.agenda.add_task import add_task
from rapport.calendars.cancel import restore
from rapport.calendars.hold import hold
from rapport.calendars.models import Meeting
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.sales.change_deal import change_deal
from rapport.sales.deal import Deal
from rapport.visits.models import Report

# A telephone that was off may bring a report that late; what claims to be older was written on a wrong clock.
LATEST = timedelta(days=60)


@dataclass(frozen=True)
class NextStep:
    """What comes next in a deal, and what stood there when it was written down."""

    deal: Deal
    step: str
    on: date | None
    stood: str = ""
    stood_on: str = ""


@dataclass(frozen=True)
class Said:
    """A report as its author wrote it, `written_at` by their clock."""

    met: Report.Met
    text: str
    written_at: datetime
    todo: str = ""
    todo_on: date | None = None
    next_step: NextStep | None = None


@dataclass(frozen=True)
class Reported:
    """`fresh` is False when it had come in before; `clash` when the deal's next step is a colleague's since."""

    report: Report
    fresh: bool
    clash: bool = False


@transaction.atomic
def report_visit(meeting: Meeting, said: Said, *, key: UUID, by: User, at: datetime) -> Reported:
    """Once for each ``key``.

    The visit took place, even if somebody had cancelled it meanwhile; a second report of the same visit is added to the
    first. A next step that a colleague changed meanwhile stays, ours stands in the report.
    """
    # The second of two that are sent at once waits here.
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    known = Report.objects.filter(by=by, key=key).first()
    if known:
        return Reported(known, fresh=False)
    written = said.written_at if at - LATEST <= said.written_at <= at else at
    report = Report.objects.create(meeting=meeting, key=key, met=said.met, written_at=written, came_at=at, by=by)
    clash = said.next_step is not None and not moved_on(said.next_step, by=by, at=at)
    if meeting.cancelled_at:
        restore(meeting, by=by, at=at)
    hold(meeting, "\n\n".join(part for part in (meeting.result, words(said, clash=clash)) if part), by=by, at=at)
    if said.todo:
        add_task(said.todo, assignee=by, by=by, at=at, due_at=start_of(said.todo_on), customer=about(meeting, by))
    return Reported(report, fresh=True, clash=clash)


def moved_on(wanted: NextStep, *, by: User, at: datetime) -> bool:
    """Whether the deal now has the next step that was wanted."""
    stood = {"next_step": wanted.stood, "next_step_on": wanted.stood_on}
    said = {"next_step": wanted.step, "next_step_on": wanted.on}
    return not change_deal(wanted.deal.pk, said, was=stood, by=by, at=at)


def words(said: Said, *, clash: bool) -> str:
    lines = [_("Nobody was there.")] if said.met == Report.Met.NOBODY else []
    lines += [said.text] if said.text else []
    if clash and said.next_step:
        given = {"deal": said.next_step.deal, "step": said.next_step.step}
        lines.append(_("Next step of “%(deal)s”, as it was agreed here: %(step)s") % given)
    return "\n\n".join(lines)


def start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def about(meeting: Meeting, reader: User) -> Customer | None:
    seats = meeting.guests.order_by("pk").values("member__customer")
    return Customer.objects.visible_to(reader).living().filter(pk__in=seats).order_by("pk").first()
