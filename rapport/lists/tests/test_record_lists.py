"""The other lists: interactions, tasks and orders, each with conditions, files, and nobody else's records."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.customers.edit import edit
from rapport.customers.tests.test_list import body
from rapport.people.tests.programs import Program
from rapport.sales.tests.test_figures import bought
from rapport.timeline.models import Circle, Interaction
from rapport.timeline.tests.test_listed import came

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]
NOW = timezone.now()
LISTS = ("interactions", "tasks", "orders")


def fill(ana, who, *, team=""):
    """Something of each kind with ``who``."""
    one = came(who, 3, subject=f"Mail of {who}")
    one = edit(bought(5, 80, who), {"team": team} if team else {}, by=ana, at=NOW)
    Task.objects.create(
        title=f"Call {who}", member=one.members.get(), assignee=ana, created_by=ana, due_at=NOW + timedelta(days=2)
    )
    return one


def page(client, address):
    return unescape(client.get(address, follow=True).content.decode())


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_what_one_may_see_of_every_customer(signed_in, ana, nils, boss, name):
    fill(ana, "marta", team="Iberia")
    fill(ana, "rui")
    assert "Marta" in page(signed_in(boss), f"/{name}/")
    assert {"Marta" in page(signed_in(ana), f"/{name}/"), "Rui" in page(signed_in(ana), f"/{name}/")} == {True}
    seen = page(signed_in(nils), f"/{name}/")
    assert "Marta" not in seen
    assert "marta" not in seen
    assert "Rui" in seen


@pytest.mark.parametrize(
    ("address", "found", "missing"),
    [
        ("/interactions/?channel=email", "Mail of marta", "order of"),
        ("/interactions/?subject.contains=RUI", "Mail of rui", "Mail of marta"),
        ("/interactions/?at.in=next-year", "Nothing matches", "Mail of marta"),
        ("/interactions/?direction.not=inbound", "Nothing matches", "Mail of marta"),
        ("/tasks/?state=open&due.next=7&title.starts=call m", "Call marta", "Call rui"),
        ("/tasks/?state=done", "Nothing matches", "Call rui"),
        ("/orders/?total.between=50/100&ordered.last=7", "marta5", "Nothing matches"),
        ("/orders/?total.from=81", "Nothing matches", "marta5"),
        ("/orders/?currency.not=EUR", "Nothing matches", "marta5"),
    ],
)
def test_conditions_narrow_every_list(signed_in, boss, ana, address, found, missing):
    fill(ana, "marta")
    fill(ana, "rui")
    shown = page(signed_in(boss), address)
    assert found in shown
    assert missing not in shown


def test_what_is_private_is_not_listed_for_others(signed_in, ana, boss):
    fill(ana, "marta")
    circle = Circle.objects.create(kind=Circle.Kind.OWNER, keeper=ana)
    Interaction.objects.filter(subject="Mail of marta").update(circles=[circle.pk])
    assert "Mail of marta" in page(signed_in(ana), "/interactions/")
    assert "Mail of marta" not in page(signed_in(boss), "/interactions/?subject.contains=marta")


def test_a_task_of_mine_about_a_customer_of_others_does_not_name_them(signed_in, ana, nils):
    one = fill(ana, "marta", team="Iberia")
    Task.objects.create(title="Ask around", member=one.members.get(), assignee=nils, created_by=ana)
    shown = page(signed_in(nils), "/tasks/")
    assert "Ask around" in shown
    assert "Marta" not in shown


def test_the_tasks_begin_with_what_is_open_and_due_first(signed_in, ana):
    for title, days in (("Third", 9), ("First", 1), ("Second", 4)):
        Task.objects.create(title=title, assignee=ana, created_by=ana, due_at=NOW + timedelta(days=days))
    Task.objects.create(title="Long done", assignee=ana, created_by=ana, due_at=NOW, done_at=NOW)
    shown = page(signed_in(ana), "/tasks/")
    assert shown.index("First") < shown.index("Second") < shown.index("Third")
    assert "Long done" not in shown
    assert "Long done" in page(signed_in(ana), "/tasks/?view=all")


@pytest.mark.parametrize(
    ("name", "words"), [("interactions", "Mail of marta"), ("tasks", "Call marta"), ("orders", "marta5")]
)
def test_what_is_shown_is_handed_out_kept_as_a_view_and_read_by_a_program(signed_in, ana, boss, name, words):
    fill(ana, "marta")
    text = body(signed_in(boss).get(f"/{name}/export.csv")).decode("utf-8-sig")
    assert words in text
    assert signed_in(ana).get(f"/{name}/export.csv").status_code == 403
    answer = signed_in(ana).post(f"/lists/{name}/views/new/", {"name": "All", "reach": "own", "state": ""})
    assert answer.headers["Location"].startswith(f"/{name}/?sort=")
    view = int(answer.headers["Location"].rpartition("=")[2])
    assert words in Program(ana).read(f"/views/{view}/rows").content.decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["boss", "ana"])
def test_a_list_costs_the_same_for_one_line_or_many(request, signed_in, ana, name, who):
    fill(ana, "first")
    client = signed_in(request.getfixturevalue(who))
    client.get(f"/{name}/?view=all")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/{name}/?view=all")
    for number in range(8):
        fill(ana, f"more{number}")
    with CaptureQueriesContext(connection) as many:
        assert "more7" in client.get(f"/{name}/?view=all").content.decode().lower()
    assert len(many) == len(few)
