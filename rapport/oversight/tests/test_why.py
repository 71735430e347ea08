"""Why somebody sees a customer or not: the causes add up to what the pages do."""

import random

import pytest
from django.utils import timezone

from rapport.customers.create import Newborn, create
from rapport.customers.discard import discard
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.oversight.why import readers, why
from rapport.people.add_team import add_team
from rapport.people.change_user import Standing, change_user, standing_of
from rapport.people.models import Team, User
from rapport.people.role import Role
from rapport.people.roles import standard
from rapport.people.shape_role import Shape, add_role
from rapport.people.territory import Territory, TerritoryMember
from rapport.people.unit import Position, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]


def put(name, owner="", team="", city=""):
    given = {"name": name, "owner": owner, "team": team, "city": city}
    said = claims({key: value for key, value in given.items() if value})
    born = create([Newborn(RecordIn("crm", name, Kind.PERSON, said), ())], at=timezone.now())
    return Customer.objects.get(pk=born[0].customer_id)


def again(user):
    return User.objects.get(pk=user.pk)


def words(person, customer):
    return [one.words for one in why(again(person), Customer.objects.get(pk=customer.pk)).causes if not one.holds]


def test_every_broken_link_is_named(boss, ana, nils, iberia):
    marta = put("Marta", team="Iberia")
    assert why(ana, marta).seen
    assert words(nils, marta) == [
        "It belongs to Iberia; they are in Nordics, and none of their roles sees further than that."
    ]
    blind = add_role(Shape("Clerk", "", frozenset({"home.view_day"}), "own"))
    change_user(nils, Standing(blind, None, is_active=False))
    discard([marta.pk], by=None, at=timezone.now())
    assert words(nils, marta) == [
        "They are deactivated.",
        "None of their roles lets them see customers: Clerk.",
        "It belongs to Iberia, and their roles see only what they own.",
        "It lies in the trash, where only whoever may delete customers finds it.",
    ]


def test_what_lets_somebody_in_is_named(boss, ana, mia, iberia):
    free, marta = put("Free"), put("Marta", owner=ana.email)
    told = "It belongs to no team and lies in no territory: everybody sees such customers."
    assert why(mia, free).causes[2].words == told
    assert why(boss, marta).causes[2].words == "The role Administrator sees everybody's customers."
    assert why(mia, marta).causes[2].words == "It belongs to Iberia, and that is their team."
    service = Unit.objects.create(name="Service")
    Team.objects.filter(pk=iberia.pk).update(unit=service)
    wide = add_role(Shape("Head", "manager", standard("manager"), "unit"))
    head = User.objects.create_user("hd@rapport.example", name="Hanna", role=wide.key)
    Position.objects.create(title="Head", unit=service, holder=head)
    assert why(head, marta).causes[2].words == "It belongs to Iberia, a team below their unit (Service)."
    change_user(ana, Standing(add_role(Shape("Solo", "agent", standard("agent"), "own")), iberia, is_active=True))
    assert why(again(ana), Customer.objects.get(pk=marta.pk)).causes[2].words == "They own it."


def test_territories_are_named_whether_they_let_somebody_in_or_not(boss, ana, nils, iberia):
    ranging = add_role(Shape("Regional", "agent", standard("agent"), "territory"))
    north = Territory.objects.create(name="North", cities=["Oslo"])
    ola, kari = put("Ola", city="Oslo"), put("Kari", city="Oslo", team="Iberia")
    assert words(nils, ola) == ["It lies in North and belongs to no team; none of their roles sees by territory."]
    assert why(again(ana), kari).causes[2].words == "It belongs to Iberia, and that is their team."
    change_user(nils, Standing(ranging, nils.team, is_active=True))
    assert words(nils, kari) == ["It lies in North, and that is none of their territories."]
    TerritoryMember.objects.create(territory=north, user=nils)
    assert why(again(nils), kari).causes[2].words == "It lies in North, a territory of theirs."
    assert why(again(nils), ola).seen


def test_the_verdict_is_what_the_pages_do_in_random_worlds(boss):
    """For every person and every customer, whatever their roles, teams, units, owners and the trash."""
    asked = 0
    for seed in range(5):
        chance = random.Random(seed)  # noqa: S311 worlds, not secrets
        teams = [add_team(f"Team {seed}.{number}") for number in range(3)]
        top = Unit.objects.create(name=f"Unit {seed}")
        Team.objects.filter(pk__in=[one.pk for one in teams[:2]]).update(unit=top)
        may = [frozenset({"home.view_day"}), standard("agent"), standard("agent")]
        roles = [
            add_role(Shape(f"Role {seed} {rows}", "", chance.choice(may), rows))
            for rows in ("own", "territory", "team", "unit", "all")
        ]
        territories = [Territory.objects.create(name=f"{city} {seed}", cities=[city]) for city in ("Porto", "Oslo")]
        users = []
        for number in range(5):
            main, *more = chance.sample(roles, chance.choice((1, 1, 2)))
            email = f"u{seed}.{number}@rapport.example"
            user = User.objects.create_user(email, name=email, role=main.key, team=chance.choice([*teams, None]))
            user.hold_besides(more)
            users.append(user)
        Position.objects.create(title="Head", unit=top, holder=users[0])
        for territory in territories:
            for member in chance.sample(users, 2):
                TerritoryMember.objects.create(territory=territory, user=member)
        change_user(again(users[1]), standing_of(again(users[1]), is_active=False))
        those = [
            put(
                f"C {seed}.{number}",
                chance.choice(["", *(one.email for one in users)]),
                chance.choice(["", teams[2].name]),
                chance.choice(["", "Porto", "Oslo"]),
            )
            for number in range(9)
        ]
        discard([those[0].pk], by=None, at=timezone.now())
        for user in (again(one) for one in users):
            visible = set(Customer.objects.visible_to(user)) if user.allows("customers.view_customer") else set()
            for customer in Customer.objects.select_related("scope__team"):
                asked += 1
                reasons = why(user, customer)
                assert reasons.seen == (customer in visible), (user, customer, reasons.causes)
                if not customer.trashed_at:
                    assert (user in readers(customer)) == reasons.seen
    assert asked > 100
    assert Role.objects.count() > 20


def test_an_overseer_asks_of_the_own_team_and_an_administrator_of_everybody(boss, mia, ana, nils, signed_in):
    marta = put("Marta Oliveira", team="Iberia")
    browser = signed_in(mia)
    page = browser.get(f"/customers/{marta.pk}/readers/?person={ana.pk}").text
    assert "Ana Klein sees Marta Oliveira" in page
    assert "Nils Berg" not in page
    assert browser.get(f"/customers/{marta.pk}/readers/?person={nils.pk}").text.count("does not see") == 0
    assert browser.get(f"/people/{nils.pk}/sees/").status_code == 404
    other = signed_in(boss).get(f"/customers/{marta.pk}/readers/?person={nils.pk}").text
    assert "Nils Berg does not see Marta Oliveira" in other
    assert signed_in(ana).get(f"/customers/{marta.pk}/readers/").status_code == 403


def test_the_page_of_a_colleague_explains_one_customer(boss, nils, iberia, signed_in):
    marta = put("Marta Oliveira", team="Iberia")
    browser = signed_in(boss)
    assert f"?customer={marta.pk}" in browser.get(f"/people/{nils.pk}/sees/?q=Marta").text
    page = browser.get(f"/people/{nils.pk}/sees/?customer={marta.pk}").text
    assert "Nils Berg does not see Marta Oliveira" in page
    assert browser.get(f"/people/{nils.pk}/sees/?customer=x&q=%00").status_code == 200
    assert "What they see, and why" in browser.get(f"/people/{nils.pk}/").text


def test_a_card_of_the_customers_page_says_who_sees_it(mia, ana, nils, signed_in):
    marta = put("Marta Oliveira", team="Iberia")
    card = signed_in(mia).get(f"/customers/{marta.pk}/panels/readers/").text
    assert "Ana Klein" in card
    assert "Nils Berg" not in card
    assert signed_in(ana).get(f"/customers/{marta.pk}/panels/readers/").status_code == 404
