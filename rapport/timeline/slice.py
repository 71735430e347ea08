"""A piece of a customer's timeline as a page shows it, with the addresses that lead on from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from rapport.people.models import User
from rapport.timeline.beside import with_others
from rapport.timeline.forms import FilterForm
from rapport.timeline.lines import Day, days
from rapport.timeline.read import Cursor, Entry, timeline_of

SHOWN = 20
# What is fetched anew when something happened: all that is shown, and room for much news.
REFRESHED = 200


@dataclass(frozen=True)
class Slice:
    """Days with their lines. `older_url` is empty at the end of the timeline."""

    entries: tuple[Entry, ...]
    days: tuple[Day, ...]
    form: FilterForm
    kinds: tuple[str, ...]
    older_url: str
    top_url: str
    page_url: str

    @property
    def filtered(self) -> bool:
        return bool(self.form.query())


@dataclass(frozen=True)
class Wanted:
    """Which piece: before a place, down to a place that the page shows already, after a day it has a heading for."""

    before: Cursor | None = None
    down_to: Cursor | None = None
    day: date | None = None
    anew: bool = False


def slice_of(
    customer_id: int, member_ids: Sequence[int], *, reader: User, form: FilterForm, wanted: Wanted | None = None
) -> Slice:
    wanted = wanted or Wanted()
    filters = form.filters()
    page = timeline_of(
        member_ids,
        reader=reader,
        before=wanted.before,
        down_to=wanted.down_to,
        filters=filters,
        limit=REFRESHED if wanted.anew else SHOWN,
    )
    lines_url = reverse("timeline:lines", args=[customer_id])
    query = form.query()
    older, top = "", with_query(lines_url, query, "top=1")
    if page.next:
        last = timezone.localdate(page.next.at).isoformat()
        down = f"down_to={as_value(wanted.down_to)}" if wanted.down_to else ""
        older = with_query(lines_url, query, f"before={as_value(page.next)}", f"day={last}", down)
        top = with_query(lines_url, query, f"down_to={as_value(page.next)}")
    entries = with_others(page.entries, reader)
    return Slice(
        entries=entries,
        days=tuple(days(entries, after=wanted.day)),
        form=form,
        kinds=tuple(sorted({entry.kind for entry in entries})),
        older_url=older,
        top_url=top,
        page_url=with_query(reverse("customer", args=[customer_id]), query),
    )


def as_value(cursor: Cursor) -> str:
    return str(cursor).replace("+", "%2B")


def with_query(url: str, *parts: str) -> str:
    query = "&".join(part for part in parts if part)
    return f"{url}?{query}" if query else url
