"""Whatever address or body an id of another team's record is put into: not one of its words comes back, and none is changed."""

import json
from datetime import timedelta

import pgtrigger
import pytest
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.people.models import ApiToken
from tests.house.test_access import ADDRESSES, browser
from tests.house.test_hostile_words import WORDS
from tests.house.test_private import QUESTIONS, said
from tests.house.world import OWN, SCOPED, THEIRS, TRASH, body, build

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
SECRET, BURIED = "zirkon", "lapislazuli"
# It never ends, or asks nothing of the database.
NOT_ASKED = {"live", "health"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The other team's records say a word that stands nowhere else."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build(tmp_path_factory.mktemp("foreign"))
        place = built.places[THEIRS]
        partner = place.relationship.other.customer
        for record in (*vars(place).values(), partner):
            if isinstance(record, models.Model):
                mark(record)
        buried = built.places[TRASH]
        names = [buried.customer.pk, buried.relationship.other.customer_id]
        Customer.objects.filter(pk__in=names).update(name=BURIED)
        yield built
        transaction.set_rollback(True)


def mark(record):
    names = [
        one.name
        for one in record._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField) and one.name in WORDS and not one.choices
        if (one.max_length or 100) > 12
    ]
    if names:
        # Also in rows that nobody can change.
        with pgtrigger.ignore("consent.Consent:stays_as_it_is"):
            type(record)._default_manager.filter(pk=record.pk).update(**dict.fromkeys(names, SECRET))


@pytest.fixture
def quick(settings, tmp_path):
    settings.HOME, settings.API_REQUESTS_A_MINUTE = tmp_path, 1_000_000


def clients(world, user):
    """A browser and a program of ``user``."""
    return browser(ADDRESSES[0], world, user), browser(next(one for one in ADDRESSES if one.is_api), world, user)


def met(client, address, path, sent):
    """All that came back, with the headers; whatever it did is taken back."""
    with transaction.atomic():
        if address.is_api:
            answer = client.generic(address.method, path, json.dumps(sent), "application/json")
        else:
            answer = client.get(path) if address.method == "GET" else client.post(path, sent)
        text = said(answer) + str(dict(answer.headers))
        transaction.set_rollback(True)
    return text


@pytest.mark.parametrize("user", ["agent", "steward", "nobody"])
def test_no_address_says_a_word_of_it(user, world, quick):
    page, program = clients(world, user) if user != "nobody" else (Client(), Client())
    leaks = []
    for one in ADDRESSES:
        if one.name in NOT_ASKED or (one.method != "GET" and not set(one.parameters) & set(SCOPED)):
            continue
        path = one.filled(world, THEIRS, "agent")
        if SECRET in met(program if one.is_api else page, one, path, body(one.name, world, THEIRS)):
            leaks.append(str(one))
    assert leaks == []


@pytest.mark.parametrize("user", ["agent", "steward"])
def test_no_address_names_who_lies_in_the_trash(user, world, quick):
    """Not even the trash itself: who may delete customers sees it, and neither of these may."""
    page, program = clients(world, user)
    asked = [one for one in ADDRESSES if one.method == "GET" and one.name not in NOT_ASKED]
    paths = [(one, one.filled(world, TRASH, user)) for one in asked]
    assert [str(one) for one, path in paths if BURIED in met(program if one.is_api else page, one, path, {})] == []


def test_no_search_finds_it(world, quick):
    page, program = clients(world, "agent")
    asked = [(page, question.format(SECRET)) for question in QUESTIONS] + [(program, f"/api/v1/search?q={SECRET}")]
    customer = f"/customers/{world.places[THEIRS].customer.pk}/"
    assert [path for client, path in asked if customer in said(client.get(path))] == []


def test_whoever_may_see_it_meets_the_word(world, quick):
    """So that the walks above walk past something."""
    page, _program = clients(world, "administrator")
    addresses = [one for one in ADDRESSES if one.method == "GET" and set(one.parameters) & set(SCOPED)][:40]
    found = [
        one.name
        for one in addresses
        if not one.is_api and SECRET in met(page, one, one.filled(world, THEIRS, "administrator"), {})
    ]
    assert len(found) > 10


BODIES = {
    "merge": ("/customers/{own}/merge", {"other": "{theirs}"}),
    "relationship": ("/customers/{own}/relationships", {"other": "{theirs}", "kind": "family"}),
    "household": ("/households", {"name": "Lee", "people": ["{theirs}"]}),
    "interaction": ("/interactions/{interaction}/assign", {"customer_id": "{theirs}"}),
    "reminder": ("/reminders", {"at": "{later}", "customer_id": "{theirs}"}),
    "meeting": ("/meetings", {"title": "Visit", "starts_at": "{later}", "customers": ["{theirs}"]}),
    "bulk": ("/bulk", {"records": "customers", "action": "tag", "ids": ["{theirs}"], "said": {"tags": "mine"}}),
}


@pytest.mark.parametrize("name", BODIES)
def test_no_body_leads_to_it(name, world, quick):
    route, sent = BODIES[name]
    mine, theirs = world.places[OWN], world.places[THEIRS].customer
    values = {"{theirs}": theirs.pk, "{later}": (timezone.now() + timedelta(days=1)).isoformat()}
    path = "/api/v1" + route.format(own=mine.customer.pk, interaction=mine.interaction.pk)
    program = Client(headers={"Authorization": f"Bearer {ApiToken.issue(world.users['agent'], 'walk', [])}"})
    with transaction.atomic():
        answer = program.post(path, filled(sent, values), "application/json")
        text = said(answer)
        theirs.refresh_from_db()
        transaction.set_rollback(True)
    assert SECRET not in text
    assert theirs.tags == []
    # A bulk change is told of as one over nothing; whatever else is refused.
    assert answer.status_code in {404, 422} or answer.json().get("total") == 0, text


def filled(sent, values):
    if isinstance(sent, dict):
        return {name: filled(value, values) for name, value in sent.items()}
    return [filled(one, values) for one in sent] if isinstance(sent, list) else values.get(sent, sent)
