"""A token does what it was given, of that only what its owner may, and until its day: asked of every operation of the API."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rapport.people.models import ApiToken, User
from rapport.people.role import Role
from rapport.people.roles import PERMISSIONS

pytestmark = [pytest.mark.django_db, pytest.mark.req("T2")]
VERBS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def operations(client, settings):
    """Verb, address and what it needs, as the description of the API says."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    return [
        (verb, path, told["x-needs"], told.get("security"))
        for path, methods in paths.items()
        for verb, told in methods.items()
        if verb in VERBS
    ]


def program(user, scopes, **more):
    return Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 'walk', scopes, **more)}"})


def asked(client, verb, path):
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", "0")
    return client.generic(verb.upper(), path, json.dumps({}), "application/json")


def test_every_operation_refuses_a_token_without_its_scope_and_says_which_it_needs(boss, operations):
    assert len(operations) > 100
    wrong = []
    for needs in sorted({needs for _verb, _path, needs, _security in operations}):
        without = program(boss, sorted(PERMISSIONS.keys() - {needs}))
        for verb, path, its, _security in operations:
            if its == needs:
                answer = asked(without, verb, path)
                if (answer.status_code, answer.json().get("needs")) != (403, needs):
                    wrong.append((verb, path, answer.status_code))
    assert wrong == []


def test_every_operation_lets_a_token_in_that_has_nothing_but_its_scope(boss, operations):
    clients = {needs: program(boss, [needs]) for _verb, _path, needs, _security in operations}
    shut = [
        (verb, path)
        for verb, path, needs, _security in operations
        if asked(clients[needs], verb, path).status_code in {401, 403}
    ]
    assert shut == []


def test_no_operation_opens_without_a_token_or_with_one_that_is_over(boss, operations):
    over = program(boss, [], valid_for=timedelta(days=1))
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for client in (Client(), over):
        assert {asked(client, verb, path).status_code for verb, path, _needs, _security in operations} == {401}


def test_a_token_is_never_more_than_its_owner_is_at_the_time(ana, client):
    everything = program(ana, sorted(PERMISSIONS))
    assert everything.get("/api/v1/customers").status_code == 200
    assert everything.get("/api/v1/audit").status_code == 403
    narrow = Role.objects.get(key="agent")
    narrow.say(narrow.permissions - {"customers.view_customer"})
    narrow.save()
    assert everything.get("/api/v1/customers").status_code == 403
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert everything.get("/api/v1/customers").status_code == 401


def test_the_page_gives_out_what_was_ticked_only_looking_or_all(ana, signed_in):
    browser = signed_in(ana)
    form = {"name": "Shop", "validity": "30"}
    assert browser.post("/profile/tokens/", {**form, "extent": "chosen"}).status_code == 422
    for sent, allowed, refused in (
        ({"extent": "chosen", "permissions": ["sales.add_order"]}, "sales.add_order", "customers.view_customer"),
        ({"extent": "read"}, "customers.view_customer", "customers.change_customer"),
        ({"extent": "all"}, "customers.change_customer", "people.change_user"),
    ):
        assert browser.post("/profile/tokens/", {**form, **sent}).status_code == 200
        token = ApiToken.objects.order_by("-pk")[0]
        assert token.allows(allowed)
        assert not token.allows(refused)
    page = browser.get("/profile/tokens/").text
    assert "Record orders" in page
    assert "All that its owner may do" in page


def test_the_page_says_what_a_token_lost_with_its_owners_role(ana, signed_in):
    ApiToken.issue(ana, "Old", ["customers.view_customer", "people.change_user"])
    page = signed_in(ana).get("/profile/tokens/").text
    assert "No more, because its owner may not: Administer people, teams and the organisation" in page
