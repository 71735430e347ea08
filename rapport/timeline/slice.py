"""A piece of a customer's timeline as a page shows it, with the addresses that lead on from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from rapport.customers.circle import around, members_of
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.timeline.beside import with_others
from rapport.timeline.forms import FilterForm
from rapport.timeline.lines import Day, days
from rapport.timeline.read import Cursor, Entry, timeline_of

SHOWN = 20
# Whose news a page waits for beside the customer's own.
WATCHED = 250
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
    customer_id: int = 0
    around: tuple[int, ...] = ()

    @property
    def topics(self) -> str:
        return " ".join(f"customer:{pk}" for pk in (self.customer_id, *self.around))

    @property
    def filtered(self) -> bool:
        return self.form.narrows


@dataclass(frozen=True)
class Wanted:
    """Which piece: before a place, down to a place that the page shows already, after a day it has a heading for."""

    before: Cursor | None = None
    down_to: Cursor | None = None
    day: date | None = None
    anew: bool = False


def slice_of(
    customer: Customer, member_ids: Sequence[int], *, reader: User, form: FilterForm, wanted: Wanted | None = None
) -> Slice:
    """Lines of these members, and of those around the customer when the form asks for them."""
    wanted = wanted or Wanted()
    customer_id, beside = customer.pk, around(customer, form.whose, reader=reader)
    if beside:
        member_ids = [*member_ids, *members_of(beside, reader=reader)]
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
    entries = with_others(page.entries, reader)
    laid = tuple(days(entries, after=wanted.day))
    if page.next:
        last = laid[-1].day.isoformat()
        down = f"down_to={as_value(wanted.down_to)}" if wanted.down_to else ""
        older = with_query(lines_url, query, f"before={as_value(page.next)}", f"day={last}", down)
        top = with_query(lines_url, query, f"down_to={as_value(page.next)}")
    return Slice(
        entries=entries,
        days=laid,
        form=form,
        kinds=tuple(sorted({entry.kind for entry in entries})),
        older_url=older,
        top_url=top,
        page_url=with_query(reverse("customer", args=[customer_id]), query),
        customer_id=customer_id,
        around=tuple(beside[:WATCHED]),
    )


def as_value(cursor: Cursor) -> str:
    return str(cursor).replace("+", "%2B")


def with_query(url: str, *parts: str) -> str:
    query = "&".join(part for part in parts if part)
    return f"{url}?{query}" if query else url
