"""Conditions in groups mean what they say: the database finds those whom a plain reading finds; hostile ones are refused."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.customers.listing import CUSTOMERS
from rapport.customers.models import Customer
from rapport.customers.tests.test_list import put, shown
from rapport.lib.periods import spell
from rapport.lists.builder import meant
from rapport.ui.conditions import MOST_CONDITIONS, read_tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]
CITIES = ("", "Lisboa", "Porto", "porto", "Braga")
TAGS = ([], ["vip"], ["vip", "press"], ["lead"])
AGO = (None, 0, 1, 20, 89, 91, 400)


def crowd():
    """Every mixture of city, tags and last contact."""
    now = timezone.now()
    names = [f"{city}-{place}-{ago}" for city in CITIES for place in range(len(TAGS)) for ago in AGO]
    ids = put(*names)
    people = []
    mixtures = ((city, tags, ago) for city in CITIES for tags in TAGS for ago in AGO)
    for pk, (city, tags, ago) in zip(ids, mixtures, strict=True):
        at = None if ago is None else now - timedelta(days=ago)
        Customer.objects.filter(pk=pk).update(city=city, tags=tags, last_contact_at=at)
        people.append(SimpleNamespace(pk=pk, city=city, tags=set(tags), at=at))
    return people


MIDNIGHT = {
    "contact.over": lambda days: (None, timezone.localdate() - timedelta(days=days)),
    "contact.last": lambda days: (timezone.localdate() - timedelta(days=days), None),
}


ABOUT = {
    "city": lambda one, wanted: one.city.lower() in wanted,
    "city.not": lambda one, wanted: one.city.lower() not in wanted,
    "city.contains": lambda one, wanted: any(part in one.city.lower() for part in wanted),
    "city.empty": lambda one, _wanted: not one.city,
    "tag": lambda one, wanted: set(wanted) <= one.tags,
    "tag.any": lambda one, wanted: bool(set(wanted) & one.tags),
    "tag.not": lambda one, wanted: not set(wanted) & one.tags,
    "contact.empty": lambda one, _wanted: one.at is None,
    "contact.filled": lambda one, _wanted: one.at is not None,
}


def fulfils(one, name, text):
    """As somebody with a pencil would tell."""
    if name in ABOUT:
        return ABOUT[name](one, [part.lower() for part in text.split(",")])
    first, after = MIDNIGHT[name](int(text))
    day = one.at and timezone.localdate(one.at)
    return day is not None and (first is None or day >= first) and (after is None or day < after)


CONDITIONS = st.one_of(
    st.tuples(st.sampled_from(["city", "city.not"]), st.sampled_from(["Lisboa", "PORTO", "lisboa,braga"])),
    st.tuples(st.just("city.contains"), st.sampled_from(["o", "b", "port,isb", "100%", "_"])),
    st.tuples(st.sampled_from(["city.empty", "contact.empty", "contact.filled"]), st.just("yes")),
    st.tuples(st.sampled_from(["tag", "tag.any", "tag.not"]), st.sampled_from(["vip", "vip,press", "lead", "x"])),
    st.tuples(st.sampled_from(["contact.over", "contact.last"]), st.sampled_from(["0", "1", "20", "90", "5000"])),
)
TREES = st.tuples(
    st.lists(CONDITIONS, max_size=2),
    st.lists(
        st.tuples(st.sampled_from(["all", "any", "none"]), st.lists(CONDITIONS, min_size=1, max_size=3)), max_size=3
    ),
)
JOINED = {"all": all, "any": any, "none": lambda each: not any(each)}


@given(tree=TREES)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def check_tree(people, tree):
    conditions, groups = tree
    query = QueryDict(mutable=True)
    for name, text in conditions:
        query.appendlist(name, text)
    for number, (how, inside) in enumerate(groups, 1):
        for name, text in inside:
            query.appendlist(f"{how}{number}.{name}", text)
    asked = CUSTOMERS.asked(query)
    assert not asked.tree.left_out
    found = set(asked.of(Customer.objects.all()).values_list("pk", flat=True))
    expected = {
        one.pk
        for one in people
        if all(fulfils(one, name, text) for name, text in conditions)
        and all(JOINED[how](fulfils(one, name, text) for name, text in inside) for how, inside in groups)
    }
    assert found == expected, query.urlencode()
    again = CUSTOMERS.asked(QueryDict(asked.state))
    assert again.state == asked.state
    assert [one.words for one in again.tree.conditions] == [one.words for one in asked.tree.conditions]


def test_the_database_finds_whom_a_plain_reading_finds(db):
    check_tree(crowd())


@pytest.mark.parametrize(
    ("name", "first", "after"),
    [
        ("today", date(2026, 3, 31), date(2026, 4, 1)),
        ("this-week", date(2026, 3, 30), date(2026, 4, 6)),
        ("last-month", date(2026, 2, 1), date(2026, 3, 1)),
        ("next-quarter", date(2026, 4, 1), date(2026, 7, 1)),
        ("last-quarter", date(2025, 10, 1), date(2026, 1, 1)),
        ("next-year", date(2027, 1, 1), date(2028, 1, 1)),
    ],
)
def test_spells_begin_and_end_where_people_say(name, first, after):
    assert spell(name, date(2026, 3, 31)) == (first, after)


def test_a_day_is_a_day_of_the_reader(signed_in, boss):
    put("Early")
    Customer.objects.update(last_contact_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    boss.time_zone = "Asia/Tokyo"
    boss.save()
    client = signed_in(boss)
    assert shown(client, "?contact.on=2026-03-02") == ["Early"]
    assert shown(client, "?contact.on=2026-03-01") == []
    assert datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo")) == Customer.objects.get().last_contact_at


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("any1.none2.city=Porto", "stand in one another"),
        ("&".join(f"city.contains={number}" for number in range(MOST_CONDITIONS + 1)), "no more than 30 conditions"),
        ("any1." * 300 + "city=Porto", "stand in one another"),
    ],
)
def test_hostile_conditions_are_refused_in_words_and_show_nothing(signed_in, boss, query, words):
    put("Marta", city="Porto")
    page = unescape(signed_in(boss).get(f"/customers/?{query}").content.decode())
    assert words in page
    assert "Marta" not in page


def test_what_makes_no_sense_is_left_out_and_said(signed_in, boss):
    put("Marta", city="Porto")
    page = unescape(signed_in(boss).get("/customers/?city.contains=Por&created.on=soon").content.decode())
    assert "Left out, because it makes no sense here: <code>created.on=soon</code>" in page
    assert "Marta" in page


def test_a_condition_is_taken_away_alone_and_a_group_as_a_whole(signed_in, boss):
    put("Marta", city="Porto")
    page = signed_in(boss).get("/customers/?city=Porto&any1.kind=person&any1.tag=vip&sort=name").content.decode()
    links = [unescape(link) for link in re.findall(r'href="([^"]*)" aria-label="Remove', page)]
    assert links == ["?any1.kind=person&any1.tag=vip&sort=name", "?city=Porto&sort=name"]


def test_the_builders_form_becomes_a_readable_address():
    sent = QueryDict(
        "view=3&c0.group=&c0.field=city&c0.operator=contains&c0.value=Por"
        "&c1.group=&c1.field=created&c1.operator=between&c1.value=2026-01-01&c1.value=2026-03-31"
        "&g7.how=none&c5.group=g7&c5.field=tag&c5.operator=&c5.value=vip&c6.group=g7&c6.field=team&c6.operator=empty"
        "&c8.group=&c8.field=city&c8.operator=&c8.value=&c9.field=nonsense&c9.value=1&sort=name"
    )
    assert meant(CUSTOMERS.filters, sent) == (
        "city.contains=Por&created.between=2026-01-01/2026-03-31&none1.tag=vip&none1.team.empty=yes&view=3&sort=name"
    )


def test_the_builder_leads_to_the_list_and_shows_the_row_that_is_asked_for(signed_in, boss):
    client = signed_in(boss)
    answer = client.get("/lists/customers/conditions/?c0.field=city&c0.operator=&c0.value=Porto&sort=name")
    assert answer.headers["Location"] == "/customers/?city=Porto&sort=name"
    row = client.get("/lists/customers/condition/?c3.field=created&c3.operator=between&c3.group=g2").content.decode()
    assert row.count('type="date"') == 2
    assert re.search(r'name="c\d+.group" value="g2"', row)
    row = client.get(
        "/lists/customers/condition/?keep=yes&c3.field=city&c3.operator=starts&c3.value=Lis"
    ).content.decode()
    assert 'value="Lis"' in row
    assert "any of" in client.get("/lists/customers/condition/?group=new").content.decode()


def test_the_same_choices_are_read_once_however_often_they_are_asked_for(django_assert_num_queries, db):
    with django_assert_num_queries(1):
        tree = read_tree(CUSTOMERS.filters, QueryDict("owner=nobody&any1.owner=nobody&any1.owner.not=nobody"))
    assert len(list(tree.pairs())) == 3


def test_a_span_that_begins_after_its_end_is_called_so(signed_in, boss):
    client = signed_in(boss)
    told = client.get("/customers/?any1.created.between=2026-05-02/2026-05-01").content.decode()
    assert "begins after its end" in told
    assert (
        "begins after its end" not in client.get("/customers/?created.between=2026-05-01/2026-05-02").content.decode()
    )
