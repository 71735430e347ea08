"""The start page says what waits, what is new and what was seen last; for the one who asks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.models import Task
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.home.day import figures_of, news_of, start_of_week, tasks_of
from rapport.home.visit import visit
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)  # a Thursday


def customer_of(owner, number=1):
    inbound = mail(f"first-{owner.pk}-{number}", f"c{number}@{owner.pk}.example", at=NOW - timedelta(days=60))
    pk = receive([inbound], by=None, at=NOW - timedelta(days=60))[0].customer_id
    return edit(Customer.objects.get(pk=pk), {"owner": owner.email, "name": f"Customer {number}"}, by=None, at=NOW)


def mail(key, address, at=NOW, **more):
    clues = (Party((Clue("email", address),)),)
    given = {"subject": f"Subject {key}", "direction": Direction.INBOUND} | more
    return Inbound("mail", key, at, Channel.EMAIL, kind="mail", parties=clues, **given)


def test_tasks_are_told_apart_by_when_they_are_due(ana, boss):
    ana.time_zone = "Europe/Lisbon"
    for title, due in (
        ("late", NOW - timedelta(days=1)),
        ("soon", NOW + timedelta(hours=2)),
        ("next week", NOW + timedelta(days=7)),
        ("some day", None),
    ):
        add_task(title, assignee=ana, by=boss, at=NOW, due_at=due)
    add_task("the boss's own", assignee=boss, by=boss, at=NOW)
    groups = [[line.task.title for line in group.lines] for group in tasks_of(ana, at=NOW).groups]
    assert groups == [["late"], ["soon"], ["next week", "some day"]]


def test_news_are_what_others_did_with_my_customers(ana, nils):
    mine, theirs = customer_of(ana), customer_of(nils)
    receive([mail("1", f"c1@{ana.pk}.example")], by=None, at=NOW)
    receive([mail("2", f"c1@{ana.pk}.example", direction=Direction.OUTBOUND)], by=ana, at=NOW)
    receive([mail("3", f"c1@{nils.pk}.example")], by=None, at=NOW)
    assert [(one.entry.subject, one.customer) for one in news_of(ana, since=None, at=NOW)] == [("Subject 1", mine)]
    assert [one.customer for one in news_of(nils, since=None, at=NOW)] == [theirs]


def test_news_are_fresh_until_the_visit_after(ana):
    customer_of(ana)
    assert visit(ana, at=NOW) == NOW
    receive([mail("1", f"c1@{ana.pk}.example", at=NOW)], by=None, at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    for minutes in (0, 10, 20):
        at = later + timedelta(minutes=minutes)
        assert [one.fresh for one in news_of(ana, since=visit(ana, at=at), at=at)] == [True]
    tomorrow = NOW + timedelta(days=1)
    assert [one.fresh for one in news_of(ana, since=visit(ana, at=tomorrow), at=tomorrow)] == [False]


def test_figures_compare_this_week_with_the_same_time_last_week(ana):
    customer_of(ana)
    moments = [NOW, NOW - timedelta(days=2), NOW - timedelta(days=7, hours=1), NOW - timedelta(days=6)]
    address = f"c1@{ana.pk}.example"
    receive([mail(f"w{place}", address, at=moment) for place, moment in enumerate(moments)], by=None, at=NOW)
    receive([mail("note", address, at=NOW, direction=Direction.INTERNAL)], by=None, at=NOW)
    receive([mail("desk", "info@x.example")], by=None, at=NOW)
    figures = figures_of(ana, at=NOW + timedelta(minutes=1))
    assert (figures.customers, figures.contacts, figures.contacts_last_week, figures.waiting) == (1, 2, 1, 1)


def test_a_week_begins_on_monday_in_the_readers_zone():
    with timezone.override("Pacific/Auckland"):
        monday = start_of_week(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
        assert monday.isoformat() == "2026-03-02T00:00:00+13:00"


def test_the_page_adds_finishes_and_reopens_tasks_in_place(ana, signed_in):
    browser = signed_in(ana)
    header = {"HX-Request": "true"}
    card = browser.post("/day/tasks/add/", {"title": "Call Rui", "due": "2026-03-09"}, headers=header)
    assert "Call Rui" in card.text
    assert "<h1>" not in card.text
    task = Task.objects.get()
    done = browser.post(f"/day/tasks/{task.pk}/finish/", headers=header)
    assert "Call Rui" not in done.text
    assert "/changes/" in done.headers["HX-Trigger"]
    assert browser.post(f"/day/tasks/{task.pk}/reopen/").headers["Location"] == "/"
    assert "Call Rui" in browser.get("/").text
    assert browser.post("/day/tasks/add/", {"title": ""}, headers=header).status_code == 422


def test_the_page_costs_the_same_for_one_of_each_or_many(ana, boss, signed_in):
    browser = signed_in(ana)

    def fill(numbers):
        for number in numbers:
            customer = customer_of(ana, number)
            add_task(f"Task {number}", assignee=ana, by=boss, at=timezone.now(), customer=customer)
            now = timezone.now()
            receive([mail(f"new-{number}", f"c{number}@{ana.pk}.example", at=now)], by=None, at=now)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            page = browser.get("/")
        assert page.status_code == 200
        return len(asked)

    fill([1])
    browser.get("/")
    few = cost()
    fill(range(2, 12))
    assert cost() == few


def test_an_empty_day_says_what_will_stand_there(rita, signed_in):
    page = signed_in(rita).get("/").text
    for sentence in ("Nothing to do.", "Quiet these days", "to find them again with one click"):
        assert sentence in page


def test_contacts_of_a_week_are_paged_without_gaps(ana, signed_in, monkeypatch):
    monkeypatch.setattr("rapport.home.contacts.LIMIT", 2)
    customer_of(ana)
    now = timezone.now()
    address = f"c1@{ana.pk}.example"
    receive([mail(f"n{number}", address, at=start_of_week(now)) for number in range(5)], by=None, at=now)
    browser, url, seen = signed_in(ana), "/day/contacts/", 0
    for _page in range(3):
        page = browser.get(url)
        seen += page.text.count("Subject n")
        following = page.context["page"].next
        url = f"/day/contacts/?before={following}".replace("+", "%2B") if following else ""
    assert (seen, url) == (5, "")
