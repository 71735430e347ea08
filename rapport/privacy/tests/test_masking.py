"""What is too sensitive for somebody is masked wherever they could meet it: page, list, file, API, search, history, past."""

import io
import json
import re

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import edit
from rapport.customers.identify import identify
from rapport.customers.models import Strength
from rapport.fields.declare import Wish, declare
from rapport.fields.seen import declared_to
from rapport.fields.sensitivity import MASK, Graded, grade
from rapport.lib.identifiers import Identity
from rapport.people.models import ApiToken
from rapport.profile.history import history_of
from rapport.profile.read import subject_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
SECRET, NUMBER = "zirkonium", "DE4711-zirkon"


@pytest.fixture
def field():
    return declare("text", Wish("Diagnosis", "all"))


@pytest.fixture
def ann(ana, field):
    one = edit(customer_at("ann.lee@x.example"), {"x:" + field.key: "before-zirkonium"}, by=ana, at=timezone.now())
    one = edit(one, {"x:" + field.key: SECRET, "name": "Ann Lee"}, by=ana, at=timezone.now())
    identify(one, Identity("account", "", NUMBER, NUMBER.lower(), Strength.STRONG), label="", by=ana, at=timezone.now())
    return one


@pytest.fixture
def closed(signed_in, boss, field, ann):
    """The officer says in the dictionary that the field and account numbers are sensitive."""
    said = {"purpose": "Care", "basis": "consent", "keeps": "One year", "source": "The patient", "level": "special"}
    client = signed_in(boss)
    for path in (f"customers_customer/extra.{field.key}/", "customers_identifier/value.account/"):
        assert client.post(f"/govern/data/{path}", said).status_code == 302
    return ann


def pages(ann, field):
    """Every place where the values stand for whoever may see them."""
    today = timezone.localdate()
    return {
        "page": f"/customers/{ann.pk}/",
        "peek": f"/customers/{ann.pk}/peek/",
        "history": f"/customers/{ann.pk}/panels/history/",
        "sources": f"/customers/{ann.pk}/panels/sources/",
        "list": f"/customers/?columns=name,{field.name}",
        "file": f"/customers/export.csv?columns=name,{field.name}",
        "as of a day": f"/customers/{ann.pk}/past/?day={today.isoformat()}",
        "recent changes": "/changes/",
    }


def programs(ann):
    return {
        "customer": f"/api/v1/customers/{ann.pk}",
        "identifiers": f"/api/v1/customers/{ann.pk}/identifiers",
        "sources": f"/api/v1/customers/{ann.pk}/sources",
        "search": "/api/v1/search?q=Ann",
        "past": f"/api/v1/customers/{ann.pk}/past",
    }


def text_of(answer):
    if not answer.streaming:
        return answer.content.decode(errors="replace")

    async def gathered():
        return b"".join([piece async for piece in answer.streaming_content])

    data = async_to_sync(gathered)() if answer.is_async else b"".join(answer.streaming_content)
    return data.decode("utf-8-sig", errors="replace")


def met(client, addresses):
    """Where one of the values was met."""
    return {
        name
        for name, path in addresses.items()
        for text in [text_of(client.get(path)).casefold()]
        if "zirkon" in text.replace(path.casefold(), "")
    }


def program(user):
    return Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 'walk', [])}"})


def test_who_may_see_it_meets_it(signed_in, boss, closed, field):
    """So that the walk below walks past something."""
    assert met(signed_in(boss), pages(closed, field)) >= {"page", "list", "file", "as of a day", "history"}
    assert met(program(boss), programs(closed)) >= {"customer", "identifiers", "sources"}


def test_who_may_not_see_it_meets_it_nowhere(signed_in, ana, mia, closed, field):
    for user in (ana, mia):
        assert met(signed_in(user), pages(closed, field)) == set()
        assert met(program(user), programs(closed)) == set()


def test_a_mask_stands_where_it_is_hidden(signed_in, ana, mia, closed, field):
    client = signed_in(ana)
    assert MASK in client.get(f"/customers/{closed.pk}/").content.decode()
    assert MASK in text_of(signed_in(mia).get(f"/customers/export.csv?columns=name,{field.name}"))
    told = program(ana).get(f"/api/v1/customers/{closed.pk}").json()
    assert told["fields"] == {field.key: MASK}
    assert MASK in [one["value"] for one in told["identifiers"]]


def test_nobody_finds_a_customer_by_what_they_may_not_see(signed_in, boss, ana, closed, field):
    client, names = signed_in(ana), "Ann Lee"
    for words in (SECRET, NUMBER):
        assert names not in client.get(f"/search/?q={words}", headers={"HX-Request": "true"}).content.decode()
    # The condition is not known to them, so it narrows nothing and tells nothing.
    few = client.get(f"/customers/?{field.name}=zirkonium").content.decode()
    assert few.count(names) == client.get(f"/customers/?{field.name}=other").content.decode().count(names)
    assert names in signed_in(boss).get(f"/search/?q={SECRET}", headers={"HX-Request": "true"}).content.decode()


def test_what_is_hidden_is_neither_asked_for_nor_lost_in_the_form(signed_in, ana, closed, field):
    client = signed_in(ana)
    form = client.get(f"/customers/{closed.pk}/edit/").content.decode()
    assert field.name not in form
    assert client.get(f"/customers/{closed.pk}/field/{field.name}/?edit").status_code == 404
    client.post(f"/customers/{closed.pk}/field/city/", {"city": "Porto"})
    closed.refresh_from_db()
    assert closed.extra[field.key] == SECRET
    answer = program(ana).patch(
        f"/api/v1/customers/{closed.pk}", json.dumps({"fields": {field.key: "x"}}), "application/json"
    )
    assert answer.status_code == 422


def test_what_is_reckoned_from_something_hidden_is_hidden_too(ana, boss):
    amount = declare("number", Wish("Income", "all"))
    twice = declare("formula", Wish("Half", "all", formula=f"{amount.key} / 2"))
    grade("customers_customer", f"extra.{amount.key}", "sensitive")
    hidden = {one.key for one in declared_to(ana) if one.hidden}
    assert hidden == {amount.key, twice.key}
    assert not any(one.hidden for one in declared_to(boss))


def test_levels_are_seen_by_different_roles(mia, ana, boss, field):
    grade("customers_customer", f"extra.{field.key}", "sensitive")
    assert [one.hidden for one in declared_to(mia)] == [False]
    grade("customers_customer", f"extra.{field.key}", "special")
    for user in (mia, ana):
        user.__dict__.pop("hidden_known", None)  # as at the next request
        assert [one.hidden for one in declared_to(user)] == [True]
    grade("customers_customer", f"extra.{field.key}", "personal")
    assert not Graded.objects.exists()


def test_the_history_says_that_it_changed_and_not_what(ana, closed):
    words = [
        change
        for one in history_of(subject_of(closed, reader=ana, at=timezone.now()))
        for change in one.changes
        if change.title == "Diagnosis"
    ]
    assert words
    assert all("zirkon" not in str(one) for one in words)


def test_a_workbook_is_masked_too(signed_in, mia, closed, field):
    answer = signed_in(mia).get(f"/customers/export.xlsx?columns=name,{field.name}")

    async def gathered():
        return b"".join([piece async for piece in answer.streaming_content])

    data = async_to_sync(gathered)() if answer.is_async else b"".join(answer.streaming_content)
    cells = [cell for row in load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True) for cell in row]
    assert MASK in cells
    assert SECRET not in cells


def test_a_view_that_filters_by_what_is_hidden_says_so_to_whoever_may_not_see_it(signed_in, boss, ana, closed, field):
    for name in (field.name, f"any1.{field.name}.not"):
        address = f"/customers/?{name}=zirkonium"
        told = text_of(signed_in(ana).get(address))
        assert f"This also filters by what you may not see: <b>{field.label}</b>" in told
        (notice,) = re.findall(r'<div class="notice" role="note">.*?</div>', told)
        assert "zirkon" not in notice
        assert "what you may not see" not in text_of(signed_in(boss).get(address))
