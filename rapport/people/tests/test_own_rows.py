"""Whoever sees only what they own sees nothing else of the team's, whichever way they ask; the team sees theirs."""

import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.customers.create import Newborn, create
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.journal.models import Event, Fact
from rapport.people.access import readers_of, scopes_of, sees
from rapport.people.add_team import add_team
from rapport.people.change_user import Standing, change_user
from rapport.people.models import ApiToken, Scope, User
from rapport.people.role import Role
from rapport.people.roles import standard
from rapport.people.shape_role import Shape, add_role, change_role
from rapport.people.territory import Territory, TerritoryMember
from rapport.people.unit import Position, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]


@pytest.fixture
def solo(db):
    """A role like that of agents which sees only own customers."""
    return add_role(Shape("Solo", "agent", standard("agent"), "own"))


@pytest.fixture
def ivo(solo, iberia):
    return User.objects.create_user("ivo@rapport.example", name="Ivo Maia", role=solo.key, team=iberia)


def put(name, owner="", team="", city=""):
    given = {"name": name, "owner": owner, "team": team, "city": city}
    said = claims({key: value for key, value in given.items() if value})
    born = create([Newborn(RecordIn("crm", name, Kind.PERSON, said), ())], at=timezone.now())
    return Customer.objects.get(pk=born[0].customer_id)


def again(user):
    return User.objects.get(pk=user.pk)


def seen(user):
    return {one.name for one in Customer.objects.visible_to(again(user))}


@pytest.fixture
def people(ivo, ana, nils):
    put("Of Ivo", owner=ivo.email)
    put("Of Ana", owner=ana.email)
    put("Of the team", team="Iberia")
    put("Of the north", team="Nordics")
    put("Of nobody")


def test_own_customers_and_those_of_no_team_are_seen_and_the_team_sees_all(people, ivo, ana, nils, boss):
    assert seen(ivo) == {"Of Ivo", "Of nobody"}
    assert seen(ana) == {"Of Ivo", "Of Ana", "Of the team", "Of nobody"}
    assert seen(nils) == {"Of the north", "Of nobody"}
    assert len(seen(boss)) == 5


def test_lists_search_export_and_the_api_follow(people, ivo, signed_in, client):
    browser = signed_in(ivo)
    token = {"Authorization": f"Bearer {ApiToken.issue(ivo, 'walk', [])}"}
    listed = browser.get("/customers/").text
    assert "Of Ivo" in listed
    for page in (listed, browser.get("/search/?q=team").text, browser.get("/customers/choose/?q=team").text):
        assert "Of the team" not in page
        assert "Of Ana" not in page
    names = {one["name"] for one in client.get("/api/v1/customers", headers=token).json()["items"]}
    assert names == {"Of Ivo", "Of nobody"}
    theirs = Customer.objects.get(name="Of Ana")
    assert browser.get(f"/customers/{theirs.pk}/").status_code == 404
    assert client.get(f"/api/v1/customers/{theirs.pk}", headers=token).status_code == 404


def test_what_is_handed_over_moves_with_its_owner(people, ivo, ana):
    marta = Customer.objects.get(name="Of Ana")
    edit(marta, {"owner": ivo.email}, by=None, at=timezone.now())
    assert "Of Ana" in seen(ivo)
    edit(marta, {"owner": ana.email}, by=None, at=timezone.now())
    assert "Of Ana" not in seen(ivo)


def test_a_role_given_or_taken_later_moves_what_somebody_owns(people, boss, ana, solo):
    agent = Role.objects.get(key="agent")
    change_user(again(ana), Standing(solo, ana.team, is_active=True))
    assert seen(ana) == {"Of Ana", "Of nobody"}
    assert Event.objects.filter(kind=Fact.CUSTOMERS_CHANGED, subject_ids__contains=[named("Of Ana")]).exists()
    change_user(again(ana), Standing(solo, ana.team, is_active=True, further=(agent,)))
    assert seen(ana) == {"Of Ivo", "Of Ana", "Of the team", "Of nobody"}
    assert Customer.objects.get(name="Of Ana").scope == ana.team.scope


def named(name):
    return Customer.objects.get(name=name).pk


def test_a_role_that_is_narrowed_narrows_everybody_who_has_it(people, boss, nils, ivo):
    put("Also of the north", owner=nils.email)
    agent = Role.objects.get(key="agent")
    assert change_role(agent, Shape("", "agent", agent.permissions, "own")) is None
    assert seen(nils) == {"Also of the north", "Of nobody"}
    assert change_role(agent, Shape("", "agent", agent.permissions, "team")) is None
    assert seen(nils) == {"Also of the north", "Of the north", "Of nobody"}


def test_templates_and_views_of_the_team_stay_at_hand(ivo, iberia, signed_in):
    assert list(Scope.objects.shared(ivo).values_list("team", flat=True).order_by("pk")) == [None, iberia.pk]
    assert again(ivo).teams_joined == [iberia.pk]


def test_the_rule_says_the_same_from_both_sides_in_random_worlds(solo, boss):
    """Of each user and each customer: the filter, the question about one scope, and the readers of a scope agree."""
    for seed in range(6):
        chance = random.Random(seed)  # noqa: S311 worlds, not secrets
        teams = [add_team(f"Team {seed} {number}") for number in range(3)]
        top = Unit.objects.create(name=f"Unit {seed}")
        roles = [
            add_role(Shape(f"Of {seed} {rows}", "agent", standard("agent"), rows))
            for rows in ("own", "unit", "territory")
        ]
        territory = Territory.objects.create(name=f"T {seed}", cities=["Porto"])
        roles += [Role.objects.get(key=key) for key in ("agent", "administrator")]
        for team in teams[:2]:
            team.unit = top
            team.save()
        users = []
        for number in range(6):
            main, *more = chance.sample(roles, chance.choice((1, 1, 2)))
            user = User.objects.create_user(
                f"u{seed}{number}@rapport.example",
                name=f"U {seed} {number}",
                role=main.key,
                team=chance.choice([*teams, None]),
            )
            user.hold_besides(more)
            users.append(user)
        Position.objects.create(title="Head", unit=top, holder=users[0])
        for member in chance.sample(users, 3):
            TerritoryMember.objects.create(territory=territory, user=member)
        for number in range(8):
            put(
                f"C {seed} {number}",
                chance.choice(["", *(one.email for one in users)]),
                chance.choice(["", teams[2].name]),
                chance.choice(["", "Porto"]),
            )
        change_user(again(users[1]), Standing(chance.choice(roles), users[1].team, is_active=True))
        for user in (again(one) for one in users):
            visible = set(Customer.objects.visible_to(user))
            for customer in Customer.objects.select_related("scope"):
                told = (
                    sees(user, customer.scope),
                    user in readers_of(customer.scope_id),
                    user.sees_all or customer.scope_id in scopes_of(user),
                )
                assert told == (customer in visible,) * 3, (seed, user.roles, customer)


def test_a_list_costs_the_same_for_one_customer_or_thirty(ivo, signed_in):
    browser = signed_in(ivo)
    put("First", owner=ivo.email)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            page = browser.get("/customers/").text
        return len(asked), len(re.findall(r'class="who"', page))

    browser.get("/customers/")
    few, shown = cost()
    for number in range(30):
        put(f"More {number}", owner=ivo.email)
    many, all_shown = cost()
    assert (shown, all_shown) == (1, 31)
    assert many == few
