"""Every address, for every role and every row: who gets in, who is told no, and who is told that there is nothing."""

import json
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.db import transaction
from django.test import Client

from rapport.api import api
from rapport.people.access import OPEN
from rapport.people.models import ApiToken, User
from tests.house.test_doors import is_allauths, patterns
from tests.house.world import (
    EVERYONES,
    HERE,
    HIDDEN_IN_TRASH,
    MAY,
    OF_CUSTOMERS,
    OWN,
    PLACES,
    SCOPED,
    SHARED,
    THEIRS,
    TRASH,
    World,
    body,
    build,
)

pytestmark = pytest.mark.django_db
NOBODY = "nobody"
ROLES = (NOBODY, *MAY)
# A view may say no for its own reasons: a wrong method, a form that is not complete, a step that is not due.
OWN_REASONS = {400, 405, 409, 422}
# … or that there is nothing to do: a task is dropped only by whoever has just added it, a draft is not resumed, no file was made, or it is gone.
NOTHING_TO_DO = {"agenda:drop_task", "imports:resume", "bulk:file", "privacy:download_pack"}
# What is its owner's alone, whatever the team.
PERSONAL = {"calendar_id", "booking_link_id"}
METHOD, NONE = HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_FOUND


@dataclass(frozen=True)
class Address:
    """One address asked in one way."""

    name: str
    route: str
    method: str
    needs: str
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")

    def filled(self, world: World, place: str, user: str) -> str:
        path = self.route
        for parameter in self.parameters:
            value = HERE.get((self.name, parameter)) or {**SCOPED, **SHARED}[parameter](world, place, user)
            kind = next(part for part in path.split("<") if part.partition(">")[0].endswith(f":{parameter}"))
            path = path.replace(f"<{kind.partition('>')[0]}>", str(value))
        return f"/{path}"

    def places(self, user: str) -> tuple[str, ...]:
        """Whose records to ask for; imports are always somebody's. Who may not enter at all asks once."""
        if expected(self, OWN, user) in {"403", "401", "sign in"}:
            return (OWN,)
        if {"run_id", "rule_id", "rule_run_id", "migration_id", "mail_file_id", "reading_id"} & set(self.parameters):
            return OWN, THEIRS
        if PERSONAL & set(self.parameters) and user in {"agent", "administrator", "agent of another team"}:
            return OWN, THEIRS
        if PERSONAL & set(self.parameters):
            return (THEIRS,)
        return PLACES if set(self.parameters) & set(SCOPED) else (OWN,)

    def may_be_seen(self, place: str, user: str) -> bool:
        if place == TRASH and set(self.parameters) & HIDDEN_IN_TRASH:
            return False
        of_customer = set(self.parameters) & {*OF_CUSTOMERS, "call_id"} or self.name == "rules:why_run"
        if user == "ranger" and set(self.parameters) & set(SCOPED):
            # What is of the other team's customer lies in the territory, too; why a rule acted is asked by whoever sees them.
            theirs = bool(set(self.parameters) & OF_CUSTOMERS) or self.name == "rules:why_run"
            return place == EVERYONES or (place == THEIRS and theirs)
        if user == "steward" and place != EVERYONES and of_customer:
            return False
        if not set(self.parameters) & set(SCOPED) or user in {"administrator", "data protection officer"}:
            return True
        return place not in ((OWN, TRASH) if user == "agent of another team" else (THEIRS,))


def pages():
    """The addresses for people."""
    for route, pattern in patterns():
        if route.startswith("api/") or is_allauths(route, pattern):
            continue
        name = ":".join([*namespace(pattern), pattern.name])
        for method in ("GET", "POST"):
            yield Address(name, route, method, pattern.callback.needs, tuple(pattern.pattern.converters))


def namespace(pattern):
    module = pattern.callback.__module__.split(".")
    return [] if "-" in pattern.name or pattern.name in TOP_LEVEL else [module[1]]


TOP_LEVEL = {"customer", "welcome", "unassigned", "live", "health"}


def endpoints():
    """The addresses for programs."""
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                function = operation.view_func
                route = "api/v1" + path.replace("{", "<").replace("}", ">")
                names = tuple(part.partition(">")[0].rpartition(":")[2] for part in route.split("<")[1:])
                for method in operation.methods:
                    yield Address(f"api:{function.__name__}", route, method, function.needs, names)


ADDRESSES = [*pages(), *endpoints()]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once: every question takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build(tmp_path_factory.mktemp("world"))
        # Signing in anew for each question would cost as much as the answers.
        for name, user in built.users.items():
            built.clients |= {(is_api, name): signed_in(user, is_api=is_api) for is_api in (False, True)}
        yield built
        transaction.set_rollback(True)


def test_every_parameter_of_an_address_stands_for_something():
    unknown = {
        f"{address}: {parameter}"
        for address in ADDRESSES
        for parameter in address.parameters
        if parameter not in {**SCOPED, **SHARED} and (address.name, parameter) not in HERE
    }
    assert not unknown, "add a line to SCOPED, SHARED or HERE in tests/house/world.py, so that these are walked too"


@pytest.mark.req("G5")
@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_who_gets_in_and_who_does_not(address, world, tmp_path, settings):
    settings.HOME = tmp_path
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    wrong = []
    for user in ROLES:
        for place in address.places(user):
            status, target = ask(address, world, place, user)
            wanted = expected(address, place, user)
            if wanted == "in" and status == NONE and address.name in NOTHING_TO_DO:
                continue
            if not fits(status, target, wanted):
                wrong.append(f"{user}, a record of {place}: {status} {target}, expected {wanted}")
    assert not wrong, f"{address} ({address.needs})"


def ask(address: Address, world: World, place: str, user: str) -> tuple[int, str]:
    """What the answer is; whatever it did is taken back."""
    client = browser(address, world, user)
    with transaction.atomic():
        path = address.filled(world, place, user if user != NOBODY else "")
        sent = body(address.name, world, place)
        if address.is_api:
            response = client.generic(address.method, path, json.dumps(sent), "application/json")
        else:
            response = client.generic(address.method, path) if address.method == "GET" else client.post(path, sent)
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)
    return response.status_code, response.headers.get("Location", "")


def browser(address: Address, world: World, user: str) -> Client:
    """One that stands ready, or a new one."""
    if user == NOBODY:
        return Client()
    return world.clients.get((address.is_api, user)) or signed_in(world.users[user], is_api=address.is_api)


def signed_in(user: User, *, is_api: bool) -> Client:
    if is_api:
        return Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 'walk', [])}"})
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def expected(address: Address, place: str, user: str) -> str:
    if address.needs == OPEN:
        return "answered"
    if user == NOBODY:
        return "401" if address.is_api else "sign in"
    if address.needs not in MAY[user]:
        return "403"
    return "in" if address.may_be_seen(place, user) else "404"


def fits(status: int, target: str, wanted: str) -> bool:
    if wanted == "answered":
        return status not in {401, 403, 404}
    if wanted == "in":
        return (status < 400 and not target.startswith("/accounts/login/")) or status in OWN_REASONS
    if wanted == "sign in":
        return status == METHOD or (status == 302 and target.startswith("/accounts/login/"))
    return status in {int(wanted), METHOD}
