"""How the handing over of somebody's work is told and taken back."""

from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from rapport.calendars.models import Host
from rapport.customers.by_hand import as_traces, lay_back, lock, moved_since
from rapport.journal.change import Change
from rapport.journal.lay_rows_back import lay_rows_back, written_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import Choices, WayBack
from rapport.oversight.hand_over import subjects
from rapport.oversight.work import BY_NAME, CUSTOMERS, HOSTS, TERMS, Kind
from rapport.people.models import User


def words(change: Change) -> str:
    text = ngettext(
        "%(number)d thing of %(leaver)s given to %(heir)s",
        "%(number)d things of %(leaver)s given to %(heir)s",
        change.details["number"],
    )
    return str(text % change.details)


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    """What still is as it was handed over goes back; what somebody has given on, finished or changed since stays."""
    leaver, heir = change.back["leaver"], change.back["heir"]
    for name, kept in change.back["kinds"].items():
        if name == CUSTOMERS:
            customers_back(kept, change, by=by, at=at)
        elif name == TERMS:
            lay_rows_back(written_of(kept), choices)
        else:
            rows_back(BY_NAME[name], kept, leaver, heir)
    record(Fact.WORK_HANDED_OVER, [heir], by=by, at=at, to=leaver, number=change.details["number"])


def customers_back(kept: dict[str, Any], change: Change, *, by: User, at: datetime) -> None:
    traces = as_traces(kept["traces"])
    lock(traces)
    moved = moved_since(traces, at=change.at)
    homes = lay_back(traces, at=change.at, fields={pk: kept["fields"] for pk in traces if pk not in moved})
    if homes:
        record(Fact.CUSTOMERS_CHANGED, homes, by=by, at=at, only=" ".join(kept["fields"]))


def rows_back(kind: Kind, kept: dict[str, Any], leaver: int, heir: int) -> None:
    rows = kind.rows().filter(pk__in=kept["ids"], **{f"{kind.column}_id": heir})
    ids = list(rows.values_list("pk", flat=True))
    rows.filter(pk__in=ids).update(**{f"{kind.column}_id": leaver})
    if kind.name == HOSTS:
        seats = [Host(meeting_id=meeting, user_id=leaver) for meeting in kept["given up"]]
        Host.objects.bulk_create(seats, ignore_conflicts=True)
    if kind.fact and ids:
        record(kind.fact, subjects(kind, ids), by=None)


def seen(change: Change, user: User) -> bool:  # noqa: ARG001
    """Whoever administers people sees whose work went where."""
    return user.allows("people.change_user")


HANDED_OVER = WayBack("people.change_user", words, undo, seen, icon="user-share")
