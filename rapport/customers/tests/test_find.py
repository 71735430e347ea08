"""One box finds customers by names with typos, parts of addresses and numbers, and never another team's."""

import random
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.customers.edit import edit
from rapport.customers.find import Why, find_customers
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.fields.declare import Wish, declare
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.lib.identifiers import normalise
from rapport.lib.names import near

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def put(name, *identifiers, kind=Kind.PERSON, source="crm", **said):
    identities = tuple(normalise(kind_, value) for kind_, value in identifiers)
    record = RecordIn(source, f"id-{name}", kind, claims({"name": name, **said}), identities)
    return register([record], by=None, at=NOW)[0].customer_id


def names(user, text, limit=20):
    return [hit.name for hit in find_customers(user, text, limit=limit)]


@pytest.mark.req("K10")
def test_a_name_is_found_whole_begun_and_with_one_letter_wrong(boss):
    put("Marta Oliveira")
    put("Łukasz Grünwald")
    for text in (
        "Marta Oliveira",
        "oliveira marta",
        "oliv",
        "Marta Oli",
        "Mrta Oliveira",
        "Matra",
        "Oliveria",
        "MARTTA",
    ):
        assert names(boss, text) == ["Marta Oliveira"], text
    for text in ("lukasz", "Grunwald", "Grünwalt"):
        assert names(boss, text) == ["Łukasz Grünwald"], text
    assert names(boss, "Marta Grünwald") == []
    assert names(boss, "  ") == names(boss, "%") == names(boss, "…") == []


def test_whole_names_come_before_whole_words_before_begun_ones_before_typos(boss):
    for name in ("Martin Zander", "Marta Silva", "Marta", "Maria Silva"):
        put(name)
    assert names(boss, "marta") == ["Marta", "Marta Silva", "Maria Silva"]
    assert names(boss, "mart")[:2] == ["Marta", "Marta Silva"]


def test_parts_of_addresses_and_numbers_find(boss):
    marta = put("Marta", ("email", "m.oliveira@aurora.example"), ("phone", "+351 912 555 014"), ("account", "AC-77"))
    put("Rui", ("email", "rui@borealis.example"))
    for text in (
        "oliveira@aur",
        "aurora.example",
        "912 555",
        "0912 555-014",
        "00351 912",
        "+351 (0)912 555 014",
        "ac-77",
    ):
        assert [hit.customer_id for hit in find_customers(boss, text, limit=5)] == [marta], text
    assert names(boss, "AC-7") == []
    hit = find_customers(boss, "912555", limit=5)[0]
    assert (hit.why, hit.matched) == (Why.PHONE, "+351 912 555 014")
    assert names(boss, "id-Rui") == ["Rui"]


def test_a_merged_record_is_found_as_its_survivor_and_itself_again_after_the_merge_is_undone(boss):
    kept, gone = put("Marta Oliveira", city="Lisboa"), put("Martha Olivares", ("email", "old@x.example"))
    merged = merge(Customer.objects.get(pk=kept), Customer.objects.get(pk=gone), by=None, at=NOW)
    survivor = Customer.objects.get(pk=kept).name
    for text in ("olivares", "old@x", "Martha"):
        assert names(boss, text) == [survivor], text
    unmerge(merged, by=None, at=NOW)
    assert names(boss, "olivares") == ["Martha Olivares"]


@pytest.mark.req("G5")
def test_another_teams_customer_is_not_found_by_anything(ana, nils, boss):
    put("Marta Oliveira", ("email", "marta@aurora.example"), ("phone", "+351 912 555 014"), team="Iberia")
    for text in ("Marta", "Mrta", "aurora.example", "912 555 014", "Marta Oliveira", "id-Marta Oliveira"):
        assert names(ana, text) == names(boss, text) == ["Marta Oliveira"]
        assert names(nils, text) == []


def test_a_record_merged_across_teams_is_judged_by_its_survivor(ana, nils):
    kept, gone = put("Marta Oliveira", team="Iberia"), put("Martha Olivares", team="Nordics")
    merge(Customer.objects.get(pk=kept), Customer.objects.get(pk=gone), by=None, at=NOW)
    visible = Customer.objects.get(pk=kept).scope_id == ana.team.scope.pk
    assert bool(names(ana, "olivares")) is visible
    assert bool(names(nils, "olivares")) is not visible


FIRST = [
    "Anna",
    "Maria",
    "Joao",
    "Pedro",
    "Katharina",
    "Wilhelm",
    "Beatriz",
    "Giulia",
    "Lorenzo",
    "Mateusz",
    "Agnieszka",
    "Henrik",
    "Sofie",
    "Elif",
    "Mehmet",
]
LAST = [
    "Oliveira",
    "Schneider",
    "Kowalski",
    "Fernandes",
    "Lindqvist",
    "Rossi",
    "Yilmaz",
    "Hoffmann",
    "Nowak",
    "Carvalho",
    "Bergstrom",
    "Moretti",
]


def with_a_typo(name, chance):
    place = chance.randrange(len(name))
    letter = chance.choice("abcdefghijklmnoprstuvz")
    return chance.choice(
        [
            name[:place] + name[place + 1 :],
            name[:place] + letter + name[place:],
            name[:place] + letter + name[place + 1 :],
            name[:place] + name[place : place + 2][::-1] + name[place + 2 :],
        ]
    )


def test_nearly_every_name_with_one_letter_wrong_is_found(boss):
    everyone = [f"{first} {last}" for first in FIRST for last in LAST]
    register([RecordIn("crm", name, Kind.PERSON, claims({"name": name})) for name in everyone], by=None, at=NOW)
    chance = random.Random(7)  # noqa: S311
    asked = [(name, with_a_typo(name, chance)) for name in chance.sample(everyone, 120)]
    found = sum(name in names(boss, text) for name, text in asked)
    assert found / len(asked) >= 0.85


def test_as_many_queries_for_one_customer_as_for_many(ana):
    put("Marta Oliveira", team="Iberia")
    names(ana, "marta oliveira")
    with CaptureQueriesContext(connection) as few:
        names(ana, "marta oliveira")
    for number in range(30):
        put(f"Marta Oliveira {number}", team="Iberia")
    with CaptureQueriesContext(connection) as many:
        assert len(names(ana, "marta oliveira", limit=40)) == 31
    assert len(many) == len(few) <= 4


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        ("marta", "matra", True),
        ("marta", "marta", True),
        ("marta", "maart", False),
        ("ab", "abc", True),
        ("abc", "ab", True),
        ("abcd", "acbe", False),
        ("abc", "xbc", True),
        ("abc", "xbd", False),
    ],
)
def test_near_means_one_letter(one, other, close):
    assert near(one, other) is close


@pytest.mark.req("K9")
def test_the_whole_of_what_stands_in_an_own_field_finds_its_customer(boss, nils, iberia):
    declare("text", Wish("Contract", "all"))
    declare("number", Wish("Seats", "all"))
    declare("choice", Wish("Tier", "all"), ["Gold", "Silver"])
    marta = edit(
        Customer.objects.get(pk=put("Marta")),
        {"x:contract": "c-2026-114", "x:seats": 4711, "x:tier": "gold"},
        by=None,
        at=NOW,
    )
    put("Rui")
    for text in ("C-2026-114", "c-2026-114", "4711", "4711.0"):
        (hit,) = find_customers(boss, text, limit=20)
        assert (hit.name, hit.why) == ("Marta", Why.FIELD), text
    assert find_customers(boss, "4711", limit=20)[0].matched == "Seats: 4711"
    # A part would read every customer, and a choice is a condition of the list.
    assert names(boss, "c-2026") == names(boss, "gold") == names(boss, "9" * 40) == []
    Customer.objects.filter(pk=marta.pk).update(scope=iberia.scope)
    assert names(nils, "c-2026-114") == []
