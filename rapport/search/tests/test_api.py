"""The list of customers over the API: by name, by words, narrowed."""

import pytest

from rapport.people.tests.programs import Program

pytestmark = pytest.mark.django_db
PEOPLE = [
    {
        "name": "Marta Leal",
        "city": "Porto",
        "tags": ["vip"],
        "identifiers": [{"kind": "email", "value": "m@aurora.example"}],
    },
    {"name": "Álvaro Pinto", "city": "Braga", "country": "PT"},
    {"name": "Rui Pinto", "city": "Porto", "identifiers": [{"kind": "phone", "value": "+351 912 555 014"}]},
    {"name": "Aurora Lda", "kind": "company", "city": "Porto"},
    {"name": "Rui Pinto", "source": "shop", "external_id": "2"},
]


@pytest.fixture
def program(ana, run_jobs):
    program = Program(ana)
    for one in PEOPLE:
        assert program.send("/customers", one).status_code == 201
    run_jobs()
    return program


def names(answer):
    assert answer.status_code == 200, answer.json()
    return [one["name"] for one in answer.json()["items"]]


@pytest.mark.req("T2")
def test_customers_come_by_name_page_by_page(program):
    seen, after = [], ""
    while after is not None:
        page = program.read("/customers", limit=2, after=after).json()
        seen += page["items"]
        after = page["next"]
    assert [one["name"] for one in seen] == ["Álvaro Pinto", "Aurora Lda", "Marta Leal", "Rui Pinto", "Rui Pinto"]
    assert len({one["id"] for one in seen}) == 5
    assert {"id", "kind", "name", "identifiers"} <= set(seen[0])


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({"q": "m@aurora.example"}, ["Marta Leal"]),
        ({"q": "M@AURORA.example"}, ["Marta Leal"]),
        ({"q": "+351 912 555 014"}, ["Rui Pinto"]),
        ({"q": "912555014"}, ["Rui Pinto"]),
        ({"q": "Marta"}, ["Marta Leal"]),
        ({"q": "Alvaro Pinto"}, ["Álvaro Pinto"]),
        ({"q": "nobody at all"}, []),
        ({"q": "Pinto", "city": "Braga"}, ["Álvaro Pinto"]),
        ({"kind": "company"}, ["Aurora Lda"]),
        ({"tag": "vip"}, ["Marta Leal"]),
        ({"city": "porto", "kind": "person"}, ["Marta Leal", "Rui Pinto"]),
        ({"country": "pt"}, ["Álvaro Pinto"]),
        ({"owner": "ana@rapport.example"}, []),
        ({"created_since": "2999-01-01T00:00:00Z"}, []),
    ],
)
def test_customers_are_found_and_narrowed(program, choice, found):
    assert names(program.read("/customers", **choice))[: len(found) or 1] == found


def test_what_is_found_goes_on_where_the_page_ended(program):
    seen, after = [], ""
    while after is not None:
        page = program.read("/customers", q="Pinto", limit=1, after=after).json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", 0), ("limit", 201), ("after", "x"), ("after", "WzFd"), ("kind", "pet"), ("contry", "PT"), ("q", "\x00")],
)
def test_a_choice_that_makes_no_sense_names_its_parameter(program, name, value):
    answer = program.read("/customers", **{name: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == name


def test_a_page_costs_the_same_for_one_customer_or_many(program, django_assert_max_num_queries):
    for limit in (1, 5):
        with django_assert_max_num_queries(8):
            assert len(names(program.read("/customers", limit=limit))) == limit
