"""A timeline reads newest first, each thing once, page by page, and shows nobody whom the reader may not see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Member
from rapport.people.models import User
from rapport.timeline.read import Cursor, Filters, timeline_of
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MARTA = Clue("email", "marta@aurora.example")
RUI = Clue("email", "rui@aurora.example")


def mail(number, *parties, channel=Channel.EMAIL, direction=Direction.INBOUND, **more):
    at = more.pop("at", NOW - timedelta(hours=number))
    parties = parties or (Party((MARTA,), role="from"),)
    return Inbound("mail", str(number), at, channel, direction, more.pop("kind", "mail"), parties, **more)


def of_marta(reader, **more):
    members = Member.objects.filter(identifiers__key="marta@aurora.example").values_list("pk", flat=True)
    return timeline_of(list(members), reader=reader, **more)


@pytest.mark.req("K2")
def test_pages_follow_each_other_without_gap_or_repeat(boss):
    receive([mail(number, at=NOW - timedelta(hours=number // 2)) for number in range(25)], by=None, at=NOW)
    seen, before = [], None
    while True:
        page = of_marta(boss, before=before, limit=7)
        seen += [(entry.at, entry.id) for entry in page.entries]
        if page.next is None:
            break
        before = Cursor.parse(str(page.next))
    assert len(seen) == 25
    assert seen == sorted(set(seen), reverse=True)


def test_somebody_who_stands_twice_in_one_mail_has_it_once(boss):
    receive([mail(1, Party((MARTA,), role="to"), Party((MARTA,), role="cc"))], by=None, at=NOW)
    (entry,) = of_marta(boss).entries
    assert [seat.role for seat in entry.seats] == ["to", "cc"]


def test_the_filters_work_together(boss):
    receive(
        [
            mail(1, subject="Invoice 4711", text="100 % wrong"),
            mail(2, subject="Invoice 4712", direction=Direction.OUTBOUND, kind="reminder"),
            mail(3, Party((MARTA,)), Party((RUI,), role="cc", name="Rui Pinto"), channel=Channel.VISIT),
        ],
        by=None,
        at=NOW,
    )

    def subjects(**filters):
        return [entry.external_id for entry in of_marta(boss, filters=Filters(**filters)).entries]

    assert subjects(text="invoice") == ["1", "2"]
    assert subjects(text="100 % 4711") == ["1"]
    assert subjects(text="100%") == []
    assert subjects(channels=("email",), directions=("outbound",)) == ["2"]
    assert subjects(kinds=("reminder",)) == ["2"]
    assert subjects(person="rui pin") == ["3"]
    assert subjects(role="from") == ["1", "2"]
    assert subjects(since=NOW - timedelta(hours=2)) == ["1", "2"]
    assert subjects(until=NOW - timedelta(hours=2)) == ["3"]


def test_a_customer_of_another_team_who_took_part_stays_nameless(ana, nils):
    receive([mail(1, Party((MARTA,), role="from"), Party((RUI,), role="to", name="Rui Pinto"))], by=None, at=NOW)
    rui = Customer.objects.get(name="Rui Pinto")
    edit(rui, {"team": "Iberia"}, by=ana, at=NOW)
    assert [seat.name for seat in of_marta(ana).entries[0].seats][1] == "Rui Pinto"
    hidden = of_marta(nils).entries[0].seats[1]
    assert (hidden.name, hidden.customer_id, hidden.value) == ("", None, "rui@aurora.example")
    asked = Filters(person="rui pin")
    assert [len(of_marta(reader, filters=asked).entries) for reader in (ana, nils)] == [1, 0]


def test_a_page_costs_the_same_whatever_the_history(boss):
    def cost():
        reader = User.objects.get(pk=boss.pk)
        with CaptureQueriesContext(connection) as queries:
            of_marta(reader)
        return len(queries)

    receive([mail(1)], by=None, at=NOW)
    few = cost()
    receive([mail(number) for number in range(2, 60)], by=None, at=NOW)
    assert cost() == few


def test_what_is_no_place_in_a_timeline_is_none():
    assert [Cursor.parse(text) for text in ("", "x", "2026-03-02T09:30:00_1", "2026-03-02T09:30:00+00:00_")] == [
        None
    ] * 4
