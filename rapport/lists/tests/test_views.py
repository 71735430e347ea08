"""Views of lists: kept as they are, shared with whom one may, pinned, begun with, changed and dropped without loss."""

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.agenda.models import Pin
from rapport.customers.tests.test_list import put, shown
from rapport.lists.keep_view import keep_view
from rapport.lists.models import View
from rapport.people.tests.programs import Program

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PORTO = "city=Porto&sort=name&columns=name,city"


@pytest.fixture
def people(db):
    put("Marta Oliveira", "Nuno Alves", city="Lisboa")
    put("Rui Costa", city="Porto")


def kept(owner, name="In Porto", state=PORTO, reach="own"):
    return keep_view(View(listing="customers", name=name, state=state, reach=reach, owner=owner), by=owner, at=NOW)


def page(client, address):
    return unescape(client.get(address, follow=True).content.decode())


def save(client, name, state, reach="own"):
    return client.post("/lists/customers/views/new/", {"name": name, "reach": reach, "state": state})


def test_a_list_is_kept_with_conditions_columns_and_order(signed_in, ana, people):
    client = signed_in(ana)
    answer = save(client, "In Porto", "city=Porto&sort=-name&columns=name,country")
    view = View.objects.get()
    assert answer.headers["Location"] == f"/customers/?city=Porto&sort=-name&columns=name,country&view={view.pk}"
    text = page(client, f"/views/{view.pk}/")
    assert "Rui Costa" in text
    assert "Marta" not in text
    assert "Country</th>" in text
    assert "City</th>" not in text
    assert re.search(r'active" href="[^"]*" aria-current="page">In Porto<', text)


def test_the_columns_of_a_view_do_not_become_those_of_the_list(signed_in, ana, people):
    client = signed_in(ana)
    view = kept(ana, state="sort=name&columns=name,country")
    client.get("/customers/?columns=name&columns=phone")
    assert "Country</th>" in page(client, f"/views/{view.pk}/")
    assert "Phone</th>" in page(client, "/customers/?view=all")


def test_what_was_changed_since_it_was_saved_is_said_saved_and_taken_back(signed_in, ana, people):
    client, view = signed_in(ana), kept(ana)
    same = f"/customers/?columns=name&columns=city&sort=name&city=Porto&view={view.pk}"
    other = f"/customers/?city=Lisboa&sort=name&columns=name,city&view={view.pk}"
    assert "changed</span>" not in page(client, same)
    assert "changed</span>" in page(client, other)
    assert "changed</span>" in page(client, f"{same}&kind=person")
    answer = client.post(f"/views/{view.pk}/save/", {"state": "city=Lisboa&sort=name&columns=name,city"})
    assert shown(client, answer.headers["Location"].removeprefix("/customers/")) == ["Marta Oliveira", "Nuno Alves"]
    client.post(f"/views/{view.pk}/save/?state={quote(PORTO)}")
    view.refresh_from_db()
    assert view.state == PORTO


@pytest.mark.parametrize(
    ("reach", "who", "seen"),
    [
        ("own", "mia", False),
        ("team", "mia", True),
        ("team", "nils", False),
        ("team", "boss", True),
        ("own", "boss", False),
        ("all", "nils", True),
    ],
)
def test_a_view_is_seen_by_those_it_is_shared_with(request, signed_in, ana, people, reach, who, seen):
    view = kept(ana)
    View.objects.filter(pk=view.pk).update(reach=reach, team=ana.team)
    client = signed_in(request.getfixturevalue(who))
    assert ("In Porto" in page(client, "/customers/?view=all")) == seen
    assert client.get(f"/views/{view.pk}/").status_code == (302 if seen else 404)
    assert Program(request.getfixturevalue(who)).read(f"/views/{view.pk}").status_code == (200 if seen else 404)


def test_only_who_steers_shares_with_everybody_and_only_who_has_a_team_with_it(signed_in, ana, boss, people):
    assert save(signed_in(ana), "Mine", PORTO, "all").status_code == 422
    assert save(signed_in(boss), "Ours", PORTO, "team").status_code == 422
    assert not View.objects.exists()
    assert save(signed_in(ana), "Mine", PORTO, "team").status_code == 302
    assert save(signed_in(boss), "Ours", PORTO, "all").status_code == 302
    assert View.objects.get(name="Mine").team == ana.team
    ana.role_id = "manager"
    ana.save()
    assert save(signed_in(ana), "For all", PORTO, "all").status_code == 302


def test_a_name_that_is_taken_is_refused_and_nothing_typed_is_lost(signed_in, ana, people):
    kept(ana)
    answer = save(signed_in(ana), "In Porto", "city=Lisboa&sort=name&columns=name")
    assert answer.status_code == 422
    text = unescape(answer.content.decode())
    assert "already have a view of this name" in text
    assert 'value="city=Lisboa&sort=name&columns=name"' in text


@pytest.mark.parametrize("deed", ["save", "dropping"])
def test_somebody_elses_view_is_not_changed_but_copied(signed_in, ana, mia, people, deed):
    view = kept(ana, reach="team")
    client = signed_in(mia)
    answer = client.post(f"/views/{view.pk}/{deed}/", {"state": "sort=name"}, follow=True)
    assert "Save it under another name" in answer.content.decode()
    assert client.post(f"/views/{view.pk}/change/", {"name": "Hers", "reach": "own"}).status_code == 302
    view.refresh_from_db()
    assert (view.state, view.name, view.dropped_at) == (PORTO, "In Porto", None)
    for _again in range(2):
        client.post(f"/views/{view.pk}/copy/")
    assert sorted(View.objects.filter(owner=mia).values_list("name", "state", "reach")) == [
        ("Copy of In Porto", PORTO, "own"),
        ("In Porto (2)", PORTO, "own"),
    ]


def test_pins_stand_above_the_list_and_are_bounded(signed_in, ana, people):
    client = signed_in(ana)
    views = [kept(ana, f"View {number}") for number in range(Pin.MOST_VIEWS + 1)]
    for view in views:
        answer = client.post(f"/views/{view.pk}/pinning/", follow=True)
    assert f"No more than {Pin.MOST_VIEWS} views" in answer.content.decode()
    assert "1 more view" in page(client, "/customers/?view=all")
    client.post(f"/views/{views[0].pk}/pinning/", {"out": "yes"})
    client.post(f"/views/{views[-1].pk}/pinning/")
    assert [pin.view.name for pin in Pin.objects.order_by("at", "pk")] == [
        f"View {n}" for n in range(1, Pin.MOST_VIEWS + 1)
    ]


def test_a_list_begins_with_the_view_one_chose_until_it_is_no_longer_shared(signed_in, ana, mia, people):
    view = kept(ana, reach="team")
    client = signed_in(mia)
    assert client.get("/customers/").status_code == 200
    client.post(f"/views/{view.pk}/beginning/")
    assert client.get("/customers/").headers["Location"] == f"/customers/?{PORTO}&view={view.pk}"
    assert client.get("/customers/?view=all").status_code == 200
    View.objects.update(reach="own")
    assert client.get("/customers/").status_code == 200
    View.objects.update(reach="team")
    client.post(f"/views/{view.pk}/beginning/", {"all": "yes"})
    assert client.get("/customers/").status_code == 200


def test_a_dropped_view_comes_back_with_its_pins(signed_in, ana, people):
    client, view = signed_in(ana), kept(ana)
    client.post(f"/views/{view.pk}/pinning/")
    answer = client.post(f"/views/{view.pk}/dropping/", follow=True)
    assert "/changes/" in unescape(answer.content.decode())
    assert client.get(f"/views/{view.pk}/").status_code == 404
    assert kept(ana).pk
    assert "already have a view" in client.post(f"/views/{view.pk}/dropping/?back", follow=True).content.decode()
    View.objects.exclude(pk=view.pk).delete()
    client.post(f"/views/{view.pk}/dropping/?back")
    assert client.get(f"/views/{view.pk}/").status_code == 302
    assert Pin.objects.filter(view=view).exists()


def test_a_program_reads_lists_views_and_rows(ana, people, boss):
    program, view = Program(ana), kept(ana, state="sort=name&columns=name,city")
    (told,) = [one for one in program.read("/lists").json()["items"] if one["name"] == "customers"]
    assert {"name": "city", "label": "City"} in told["columns"]
    assert [one["name"] for one in program.read("/views?list=customers").json()["items"]] == ["In Porto"]
    assert program.read("/views?list=nothing").json()["items"] == []
    first = program.read(f"/views/{view.pk}/rows?limit=2").json()
    assert [(one["name"], one["city"]) for one in first["items"]] == [
        ("Marta Oliveira", "Lisboa"),
        ("Nuno Alves", "Lisboa"),
    ]
    last = program.read(f"/views/{view.pk}/rows?limit=2&after={first['next']}").json()
    assert [one["name"] for one in last["items"]] == ["Rui Costa"]
    assert last["next"] is None
    assert program.read(f"/views/{view.pk}/rows?after=nonsense").status_code == 422


def test_rows_of_a_shared_view_are_those_that_its_reader_may_see(ana, nils, people):
    put("Iberian", team="Iberia", city="Porto")
    view = kept(ana)
    View.objects.update(reach="all")
    names = {
        who: [one["name"] for one in Program(who).read(f"/views/{view.pk}/rows").json()["items"]] for who in (ana, nils)
    }
    assert names == {ana: ["Iberian", "Rui Costa"], nils: ["Rui Costa"]}


def test_a_token_without_the_list_does_not_read_its_views(ana, people):
    view = kept(ana)
    narrow = Program(ana, "lists.keep_view")
    assert narrow.read(f"/views/{view.pk}").status_code == 404
    assert narrow.read("/views").json()["items"] == []


def test_the_list_costs_the_same_with_one_view_or_many(signed_in, ana, mia, people):
    client, first = signed_in(ana), kept(ana)
    client.post(f"/views/{first.pk}/pinning/")
    client.get("/customers/?view=all")
    with CaptureQueriesContext(connection) as few:
        client.get("/customers/?view=all")
    for number in range(20):
        view = kept(mia if number % 2 else ana, f"View {number}", reach="team")
        client.post(f"/views/{view.pk}/pinning/")
    with CaptureQueriesContext(connection) as many:
        client.get("/customers/?view=all")
    assert len(many) == len(few)
