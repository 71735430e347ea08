"""Territories over the API: the same rules, the same refusals, seen and changed by whoever decides who works here."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.customers.models import Customer, Kind, Member
from rapport.oversight.map_out import TerritoryError, begin_placing, go_on, keep_territory, place_batch
from rapport.oversight.tests.test_territories import ivo, put, ranging, seen  # noqa: F401 fixtures
from rapport.people.models import ApiToken
from rapport.people.territory import Placing, Territory

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
PLACE = "/api/v1/territories"


@pytest.fixture
def program(boss):
    return Client(headers={"Authorization": f"Bearer {ApiToken.issue(boss, 'walk', [])}"})


def sent(client, verb, path, body=None):
    answer = client.generic(verb, path, json.dumps(body) if body is not None else b"", content_type="application/json")
    return answer.status_code, json.loads(answer.content) if answer.content else None


def test_a_territory_is_made_changed_read_and_dropped(program, ivo, run_jobs):  # noqa: F811
    put("Oslo", country="NO", city="Oslo")
    put("Bergen", country="NO", city="Bergen")
    status, made = sent(program, "POST", PLACE, {"name": "Norway", "countries": ["Norge"], "members": [ivo.pk]})
    assert (status, made["countries"], made["place"], made["members"]) == (201, ["NO"], 1, [ivo.pk])
    run_jobs()
    assert seen(ivo) == {"Oslo", "Bergen"}
    path = f"{PLACE}/{made['id']}"
    status, changed = sent(program, "PATCH", path, {"cities": ["Oslo"]})
    assert (status, changed["name"], changed["countries"], changed["cities"]) == (200, "Norway", ["NO"], ["Oslo"])
    run_jobs()
    assert Customer.objects.get(name="Bergen").scope.territory_id is None
    listed = program.get(PLACE).json()
    assert listed["items"] == [changed] == [program.get(path).json()]
    assert (listed["placing"]["share"], listed["placing"]["moved"]) == (100, 1)
    # What stays as it was moves nobody.
    walks = Placing.objects.count()
    assert sent(program, "PATCH", path, {"members": []})[1]["members"] == []
    assert Placing.objects.count() == walks
    assert sent(program, "DELETE", path)[0] == 204
    assert [sent(program, verb, path, {} if verb == "PATCH" else None)[0] for verb in ("GET", "PATCH", "DELETE")] == [
        404,
        404,
        404,
    ]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"name": "X"}, "#"),
        ({"name": "Norway", "cities": ["Oslo"]}, "#/name"),
        ({"name": "X", "countries": ["Atlantis"]}, "#/countries"),
        ({"name": "X", "postcodes": ["--"]}, "#/postcodes"),
        ({"name": "X", "field": "no_such", "choices": ["a"]}, "#/field"),
        ({"name": "X", "cities": ["Oslo"], "members": [999_999]}, "#/members"),
        ({"name": "X", "cities": ["Oslo"], "ended_at": None}, "#/ended_at"),
        ({"name": "X\x00", "cities": ["Oslo"]}, "#/name"),
        ({"name": "X", "cities": ["Os\x00lo"]}, "#/cities/0"),
        ({"name": "X", "cities": ["O" * 101]}, "#/cities/0"),
        ({"name": "X", "cities": ["Oslo"], "place": 0}, "#/place"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(program, given, pointer):
    Territory.objects.create(name="Norway", countries=["NO"])
    status, problem = sent(program, "POST", PLACE, given)
    assert (status, [one["pointer"] for one in problem["errors"]]) == (422, [pointer])
    assert Territory.objects.count() == 1


def test_whoever_decides_nothing_about_colleagues_neither_reads_nor_writes_them(mia, boss):
    """Nor does a token that was not given it."""
    one = Territory.objects.create(name="Norway", countries=["NO"])
    asked = (
        ("GET", PLACE, None),
        ("POST", PLACE, {"name": "X", "cities": ["Oslo"]}),
        ("PATCH", f"{PLACE}/{one.pk}", {}),
    )
    for user, scopes in ((mia, []), (boss, ["people.view_colleague"])):
        client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 'x', scopes)}"})
        assert [sent(client, *each)[0] for each in (*asked, ("DELETE", f"{PLACE}/{one.pk}", None))] == [403] * 4
    assert Territory.objects.get().ended_at is None


def test_a_name_that_somebody_took_in_the_same_moment_is_told_and_not_an_error(boss, ivo):  # noqa: F811
    keep_territory(Territory(name="Norway", countries=["NO"]), [ivo], by=boss, at=timezone.now())
    with pytest.raises(TerritoryError, match="name"):
        keep_territory(Territory(name="Norway", countries=["SE"]), [ivo], by=boss, at=timezone.now())
    gone = Territory.objects.get()
    Territory.objects.update(ended_at=timezone.now())
    with pytest.raises(TerritoryError, match="gone"):
        keep_territory(gone, [ivo], by=boss, at=timezone.now())
    assert Territory.objects.get().ended_at is not None


def many(number):
    """So many customers, every second of them in Norway, each with a city of a hundred."""
    rows = [
        Customer(
            kind=Kind.PERSON,
            name=f"C {one}",
            sort_key=f"c {one}",
            fold_key=f"c {one}",
            country="NO" if one % 2 else "SE",
            city=f"City {one % 100}",
        )
        for one in range(number)
    ]
    made = Customer.objects.bulk_create(rows, batch_size=5_000)
    Member.objects.bulk_create([Member(customer=one, home=one) for one in made], batch_size=5_000)


def test_twenty_thousand_customers_are_placed_set_by_set(boss):
    """The number of questions follows the batches, not the customers, and one batch is as large as another."""
    many(20_000)
    keep_territory(Territory(name="Norway", countries=["NO"]), [], by=boss, at=timezone.now())
    placing = Placing.objects.get()
    place_batch(placing.pk)
    with CaptureQueriesContext(
        connection,
    ) as one:
        place_batch(placing.pk)
    with CaptureQueriesContext(connection) as rest:
        while go_on(placing.pk, spell=0):
            pass
    placing.refresh_from_db()
    assert (placing.moved, placing.share) == (10_000, 100)
    assert Customer.objects.exclude(scope__territory=None).count() == 10_000
    # Eight further batches of two thousand, and the last look.
    assert len(one) < 20
    assert len(rest) <= 9 * len(one)
    # Nothing changed: looked at, and not written.
    walk = begin_placing(by=boss, at=timezone.now(), changed=Territory.objects.get())
    with CaptureQueriesContext(connection) as again:
        while go_on(walk.pk, spell=0):
            pass
    assert Placing.objects.get(pk=walk.pk).moved == 0
    assert not [
        query
        for query in again
        if 'UPDATE "customers_customer"' in query["sql"] or "UPDATE customers_customer" in query["sql"]
    ]
