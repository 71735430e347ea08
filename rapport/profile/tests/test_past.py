"""The customer as of a past day equals what stood there on that day."""

import random
import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.models import Task
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.consent.lift import lift
from rapport.consent.models import Cause
from rapport.consent.object import object_to
from rapport.customers.edit import edit
from rapport.customers.identify import identify, unidentify
from rapport.customers.models import Customer, Identifier, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.customers.relate import relate, unrelate
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.lib.identifiers import normalise
from rapport.people.models import ApiToken
from rapport.profile.past import past_of
from rapport.timeline.receive import receive

# The history is dated by the database, one moment a transaction: only real ones tell before from after.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("K2")]
HOUR = timedelta(hours=1)


def put(external_id, name, **values):
    known = (normalise("email", f"{external_id.lower()}@aurora.example"),)
    register(
        [RecordIn("crm", external_id, "person", claims({"name": name, **values}), known)], by=None, at=timezone.now()
    )
    return Customer.objects.get(name=name)


def mail(number, whose, *, at):
    party = Party((Clue("email", f"{whose.lower()}@aurora.example"),), role="from")
    return Inbound("mail", str(number), at, Channel.EMAIL, Direction.INBOUND, "mail", (party,), f"Mail {number}")


def a_moment():
    """Now, with something clearly before and behind it."""
    time.sleep(0.005)
    now = timezone.now()
    time.sleep(0.005)
    return now


def said(past):
    return {str(one.title): one.then for one in past.fields if one.then}


def test_every_state_that_a_customer_went_through_can_be_seen_again(boss):
    marta, aurora = put("M", "Marta", city="Lisboa"), put("A", "Aurora")
    chance, seen = random.Random(4), []  # noqa: S311 - a test that repeats itself
    doings = (change_city, change_tags, more_ways, fewer_ways, begin_task, end_task, tie, untie)
    for number in range(40):
        chance.choice(doings)(marta, aurora, number, boss)
        seen.append((a_moment(), as_it_is(marta, boss)))
    assert len({str(one) for _at, one in seen}) > 20
    for at, was in seen:
        assert as_told(past_of(marta.pk, reader=boss, at=at)) == was


def change_city(marta, aurora, number, boss):
    edit(marta, {"city": f"City {number}"}, by=boss, at=timezone.now())


def change_tags(marta, aurora, number, boss):
    edit(marta, {"tags": [f"tag {number}"] if number % 3 else []}, by=boss, at=timezone.now())


def more_ways(marta, aurora, number, boss):
    identify(marta, normalise("email", f"m{number}@aurora.example"), by=boss, at=timezone.now())


def fewer_ways(marta, aurora, number, boss):
    for one in Identifier.objects.filter(member__customer=marta, kind="email").order_by("-pk")[:1]:
        unidentify(one, by=boss, at=timezone.now())


def begin_task(marta, aurora, number, boss):
    add_task(f"Task {number}", assignee=boss, by=boss, at=timezone.now(), customer=marta)


def end_task(marta, aurora, number, boss):
    for one in Task.objects.open().order_by("pk")[:1]:
        finish_task(one, by=boss, at=timezone.now())


def tie(marta, aurora, number, boss):
    relate(marta, aurora, Relationship.Kind.WORKS_AT, role=f"role {number}", by=boss, at=timezone.now())


def untie(marta, aurora, number, boss):
    for one in Relationship.objects.order_by("pk")[:1]:
        unrelate(one, by=boss, at=timezone.now())


def as_it_is(marta, boss):
    now = Customer.objects.get(pk=marta.pk)
    ways = Identifier.objects.filter(member__customer=marta, kind="email").values_list("value", flat=True)
    tasks = Task.objects.open().filter(member__customer=marta).values_list("title", flat=True)
    ties = Relationship.objects.filter(member__customer=marta).values_list("role", flat=True)
    return now.city, ", ".join(now.tags), sorted(ways), sorted(tasks), sorted(ties)


def as_told(past):
    fields = said(past)
    return (
        fields.get("city", ""),
        fields.get("tags", ""),
        sorted(one.value for one in past.ways),
        sorted(one.title for one in past.tasks),
        sorted(one.role for one in past.relatives),
    )


def test_what_was_theirs_then_and_is_no_longer_is_marked(boss, signed_in):
    marta = put("M", "Marta", city="Lisboa")
    then = a_moment()
    unidentify(Identifier.objects.get(key="m@aurora.example"), by=boss, at=timezone.now())
    edit(marta, {"city": "Porto"}, by=boss, at=timezone.now())
    past = past_of(marta.pk, reader=boss, at=then)
    assert [(one.value, one.gone) for one in past.ways] == [("m@aurora.example", True)]
    assert [(one.then, one.now) for one in past.fields if str(one.title) == "city"] == [("Lisboa", "Porto")]
    assert past_of(marta.pk, reader=boss, at=timezone.now()).ways == ()


def test_a_block_that_was_lifted_since_stood_then(boss):
    marta = put("M", "Marta")
    block = object_to("m@aurora.example", Cause.OBJECTED, evidence="phone", by=boss, at=timezone.now())
    then = a_moment()
    lift(block, reason="asked us again", by=boss, at=timezone.now())
    assert [one.barred for one in past_of(marta.pk, reader=boss, at=then).ways] == [True]
    assert [one.barred for one in past_of(marta.pk, reader=boss, at=timezone.now()).ways] == [False]


def test_records_are_apart_before_a_merge_together_during_it_and_apart_again_after_it(boss, signed_in):
    marta, twin = put("M", "Marta"), put("T", "Marta Twin")
    receive([mail(1, "T", at=timezone.now() - HOUR)], by=None, at=timezone.now())
    apart = a_moment()
    merged = merge(marta, twin, by=boss, at=timezone.now())
    together = a_moment()
    was = past_of(marta.pk, reader=boss, at=apart)
    assert (len(was.member_ids), [one.pk for one in was.apart]) == (1, [twin.pk])
    assert past_of(twin.pk, reader=boss, at=apart).name == "Marta Twin"
    unmerge(merged, by=boss, at=timezone.now())
    once = past_of(twin.pk, reader=boss, at=together)
    assert (once.customer_id, len(once.member_ids), [str(one.title) for one in once.used]) == (marta.pk, 2, ["E-mail"])
    assert past_of(twin.pk, reader=boss, at=timezone.now()).customer_id == twin.pk
    day = timezone.localdate()
    page = signed_in(boss).get(f"/customers/{twin.pk}/past/?day={day}")
    assert (page.status_code, "Marta Twin" in page.content.decode()) == (200, True)


def test_the_timeline_ends_with_the_day_and_can_leave_out_what_reached_us_later(boss, signed_in):
    put("M", "Marta")
    marta, now = Customer.objects.get(), timezone.now()
    receive([mail(1, "M", at=now - 60 * 24 * HOUR), mail(2, "M", at=now - HOUR)], by=None, at=now)
    browser, day = signed_in(boss), (timezone.localdate() - timedelta(days=40)).isoformat()
    page = browser.get(f"/customers/{marta.pk}/past/?day={day}").content.decode()
    assert ("Mail 1" in page, "Mail 2" in page) == (True, False)
    assert "There was no record of them here on that day" in page
    known = browser.get(f"/customers/{marta.pk}/past/?day={day}&known=on").content.decode()
    assert "Mail 1" not in known


def test_a_day_that_has_not_come_or_is_none_is_refused_in_words(boss, signed_in):
    marta = put("M", "Marta")
    browser, tomorrow = signed_in(boss), timezone.localdate() + timedelta(days=2)
    late = browser.get(f"/customers/{marta.pk}/past/?day={tomorrow}")
    assert (late.status_code, "This day has not come yet" in late.content.decode()) == (422, True)
    assert browser.get(f"/customers/{marta.pk}/past/?day=yesterday").status_code == 422
    assert browser.get(f"/customers/{marta.pk}/past/?day={date.min}").status_code == 200


def test_whoever_may_not_see_a_customer_today_does_not_see_them_as_of_then(boss, nils, iberia, signed_in):
    marta = put("M", "Marta")
    Customer.objects.filter(pk=marta.pk).update(scope=iberia.scope)
    assert past_of(marta.pk, reader=nils, at=timezone.now()) is None
    assert signed_in(nils).get(f"/customers/{marta.pk}/past/").status_code == 404


def test_a_page_of_the_past_costs_the_same_whatever_happened(boss, signed_in):
    marta, browser = put("M", "Marta"), signed_in(boss)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"/customers/{marta.pk}/past/?day={timezone.localdate()}").status_code == 200
        return len(asked)

    receive([mail(0, "M", at=timezone.now())], by=None, at=timezone.now())
    edit(marta, {"city": "Porto"}, by=boss, at=timezone.now())
    queries()
    few = queries()
    for number in range(1, 12):
        edit(marta, {"city": f"City {number}"}, by=boss, at=timezone.now())
        begin_task(marta, marta, number, boss)
    receive([mail(number, "M", at=timezone.now()) for number in range(1, 30)], by=None, at=timezone.now())
    assert queries() == few


def test_programs_read_the_past_too(boss, client):
    marta = put("M", "Marta", city="Lisboa")
    then = a_moment()
    edit(marta, {"city": "Porto"}, by=boss, at=timezone.now())
    head = {"Authorization": f"Bearer {ApiToken.issue(boss, 'reader', ['customers.view_customer'])}"}

    def asked(at):
        return client.get(f"/api/v1/customers/{marta.pk}/past", {"at": at}, headers=head)

    told = asked(then.isoformat()).json()
    assert (told["record"]["city"], told["known"], told["today"]) == ("Lisboa", True, marta.pk)
    assert [one["value"] for one in told["identifiers"]] == ["m@aurora.example"]
    early = asked((then - 24 * 400 * HOUR).isoformat()).json()
    assert (early["known"], early["record"], early["identifiers"]) == (False, None, [])
    assert asked((timezone.now() + HOUR).isoformat()).status_code == 422
    assert asked("then").status_code == 422
