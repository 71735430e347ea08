"""Territories: a rule over where customers are decides which of them its members see, whichever way they ask."""

import random

import pytest
from django.utils import timezone

from rapport.customers.create import Newborn, create
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.fields.declare import Wish, declare
from rapport.identity.models import Pair
from rapport.oversight.map_out import drop_territory, keep_territory
from rapport.people.access import sees
from rapport.people.change_user import Standing, change_user
from rapport.people.models import ApiToken, Scope, User
from rapport.people.role import Role
from rapport.people.roles import standard
from rapport.people.shape_role import Shape, add_role
from rapport.people.territory import Atlas, Placing, Territory, TerritoryMember

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]


@pytest.fixture
def ranging(db):
    """A role like that of agents which sees by territory."""
    return add_role(Shape("Regional", "agent", standard("agent"), "territory"))


@pytest.fixture
def ivo(ranging, iberia):
    return User.objects.create_user("ivo@rapport.example", name="Ivo Maia", role=ranging.key, team=iberia)


def put(name, **said):
    born = create([Newborn(RecordIn("crm", name, Kind.PERSON, claims({"name": name, **said})), ())], at=timezone.now())
    return Customer.objects.get(pk=born[0].customer_id)


def rule(name, *members, place=1, **lines):
    territory = Territory.objects.current().filter(name=name).first() or Territory(name=name)
    territory.place = place
    for line, values in lines.items():
        setattr(territory, line, values)
    keep_territory(territory, members, by=None, at=timezone.now())
    return territory


def seen(user):
    return {one.name for one in Customer.objects.visible_to(User.objects.get(pk=user.pk))}


@pytest.fixture
def people(ivo, nils):
    put("Porto", country="Portugal", postcode="4000-123", city="Porto")
    put("Lisboa", country="PT", postcode="1000", city="Lisboa", team="Iberia")
    put("Oslo", country="NO", city="Oslo", team="Nordics")
    put("Of Ivo", country="NO", owner=ivo.email)
    put("Nowhere")


def test_members_see_what_lies_in_their_territories_and_what_they_own(people, ivo, nils, ana, boss, run_jobs):
    rule("North of Portugal", ivo, countries=["PT"], postcodes=["4"])
    run_jobs()
    assert seen(ivo) == {"Porto", "Of Ivo", "Nowhere"}
    assert seen(ana) == {"Lisboa", "Of Ivo", "Nowhere"}
    assert seen(nils) == {"Oslo", "Nowhere"}
    assert len(seen(boss)) == 5


def test_lists_search_export_and_the_api_follow(people, ivo, signed_in, client, run_jobs):
    rule("Norway", ivo, countries=["NO"])
    rule("Portugal", countries=["PT"])
    run_jobs()
    browser = signed_in(ivo)
    token = {"Authorization": f"Bearer {ApiToken.issue(ivo, 'walk', [])}"}
    for page in ("/customers/", "/search/?q=o", "/customers/choose/?q=o"):
        assert "Lisboa" not in browser.get(page).text
    assert "Oslo" in browser.get("/customers/").text
    assert "Oslo" in browser.get("/customers/choose/?q=Oslo").text
    names = {one["name"] for one in client.get("/api/v1/customers", headers=token).json()["items"]}
    assert names == {"Oslo", "Of Ivo", "Nowhere"}
    lisboa = Customer.objects.get(name="Lisboa")
    assert browser.get(f"/customers/{lisboa.pk}/").status_code == 404
    assert client.get(f"/api/v1/customers/{lisboa.pk}", headers=token).status_code == 404


def test_whoever_moves_changes_territory_in_that_moment(people, ivo, run_jobs):
    rule("Porto", ivo, cities=["PORTO"])
    run_jobs()
    lisboa = Customer.objects.get(name="Lisboa")
    edit(lisboa, {"city": "Porto"}, by=None, at=timezone.now())
    assert "Lisboa" in seen(ivo)
    edit(lisboa, {"city": "Faro"}, by=None, at=timezone.now())
    assert "Lisboa" not in seen(ivo)


def test_the_first_that_fits_has_the_customer(people, ivo, mia, run_jobs):
    rule("Porto", ivo, cities=["Porto"], place=1)
    rule("Portugal", mia, countries=["PT"], place=2)
    run_jobs()
    assert "Porto" in seen(ivo)
    assert Customer.objects.get(name="Lisboa").scope.territory.name == "Portugal"
    rule("Porto", ivo, cities=["Porto"], place=3)
    run_jobs()
    assert "Porto" not in seen(ivo)


def test_a_dropped_territory_gives_its_customers_back(people, ivo, nils, run_jobs):
    porto = rule("Porto", ivo, cities=["Porto"])
    run_jobs()
    assert "Porto" not in seen(nils)
    drop_territory(porto, by=None, at=timezone.now())
    assert "Porto" not in seen(ivo)
    run_jobs()
    assert "Porto" in seen(nils)
    assert "Porto" in seen(ivo)
    rule("Porto", ivo, cities=["Faro"])


def test_a_member_without_such_a_role_sees_nothing_more_and_the_page_says_so(people, ana, signed_in, boss, run_jobs):
    rule("Norway", ana, countries=["NO"])
    run_jobs()
    assert "Oslo" not in seen(ana)
    assert "no role that sees by territory" in signed_in(boss).get("/people/territories/").text


def test_a_role_given_later_shows_and_hides_at_once(people, boss, ana, ranging, run_jobs):
    put("Of Ana", owner=ana.email)
    rule("Norway", ana, countries=["NO"])
    run_jobs()
    agent = Role.objects.get(key="agent")
    change_user(User.objects.get(pk=ana.pk), Standing(ranging, ana.team, is_active=True))
    assert seen(ana) == {"Oslo", "Of Ivo", "Of Ana", "Nowhere", "Porto"}
    change_user(User.objects.get(pk=ana.pk), Standing(agent, ana.team, is_active=True, further=(ranging,)))
    assert seen(ana) == {"Oslo", "Of Ivo", "Of Ana", "Lisboa", "Nowhere", "Porto"}
    change_user(User.objects.get(pk=ana.pk), Standing(agent, ana.team, is_active=True))
    assert seen(ana) == {"Of Ana", "Lisboa", "Nowhere", "Porto", "Of Ivo"}


def test_a_field_of_ones_own_places_customers_too(ivo, boss, signed_in, run_jobs):
    field = declare("choice", Wish("Industry", "all"), ["Hotels", "Clinics"])
    hotels, clinics = (one.key for one in field.options)
    put("Ritz", **{field.claim: hotels})
    put("Charité", **{field.claim: clinics})
    browser = signed_in(boss)
    sent = {"name": "Hotels", "place": 1, "field": field.key, "choices": "hotels", "members": [ivo.pk]}
    assert browser.post("/people/territories/add/", sent).status_code == 302
    run_jobs()
    territory = Territory.objects.get()
    assert territory.choices == [hotels]
    assert Customer.objects.get(name="Ritz").scope.territory == territory
    assert Customer.objects.get(name="Charité").scope_id == Scope.EVERYONE
    assert "Hotels" in browser.get(f"/people/territories/{territory.pk}/").text


def test_each_line_that_is_said_has_to_fit_however_it_is_written():
    rules = Atlas(
        [
            Territory(pk=1, countries=["GB"], postcodes=["SW1"]),
            Territory(pk=2, cities=["München"]),
            Territory(pk=3),
        ]
    )
    assert rules.of({"country": "England", "postcode": "sw1a 2aa"}, {}) == 1
    assert rules.of({"country": "IE", "postcode": "sw1a 2aa"}, {}) is None
    assert rules.of({"country": "Germany", "city": "MUNCHEN"}, {}) == 2
    assert rules.of({}, {}) is None


def test_a_rule_is_written_in_the_browser_and_mistakes_are_told(boss, ivo, people, signed_in, run_jobs):
    browser = signed_in(boss)
    for sent, words in (
        ({"name": "X", "place": 1}, "a rule without a line would have nobody"),
        ({"name": "X", "place": 1, "countries": "Atlantis"}, "No country is called Atlantis."),
        ({"name": "X", "place": 1, "postcodes": "--"}, "Each needs a letter or a digit."),
        ({"name": "X", "place": 1, "choices": "a"}, "A field and its values go together."),
    ):
        answer = browser.post("/people/territories/add/", sent)
        assert answer.status_code == 422
        assert words in answer.text
    sent = {"name": "Norway", "place": 1, "countries": "Norge, norway", "members": [ivo.pk]}
    assert browser.post("/people/territories/add/", sent).status_code == 302
    norway = Territory.objects.get()
    assert norway.countries == ["NO"]
    run_jobs()
    page = browser.get("/people/territories/").text
    assert "2 customers moved" in page
    assert "There is a territory" in browser.post("/people/territories/add/", sent).text
    assert browser.post(f"/people/territories/{norway.pk}/drop/").status_code == 302
    assert browser.get(f"/people/territories/{norway.pk}/").status_code == 404
    assert not TerritoryMember.objects.exists()


def test_a_walk_goes_batch_by_batch_and_gives_way_to_a_newer_one(people, ivo, monkeypatch, run_jobs):
    monkeypatch.setattr("rapport.oversight.map_out.BATCH", 2)
    rule("Norway", ivo, countries=["NO"])
    rule("Norway", ivo, countries=["NO", "PT"])
    run_jobs()
    old, new = Placing.objects.order_by("pk")
    assert (old.reached, old.moved) == (0, 0)
    assert (new.reached, new.moved, new.share) == (new.last, 4, 100)
    rule("Norway", countries=["NO", "PT"])
    assert Placing.objects.count() == 2


def test_open_pairs_follow_their_customers(people, ivo, run_jobs):
    one, other = put("Ola Nordmann", city="Oslo"), put("Ola Nordman", city="Oslo")
    members = sorted(customer.members.get().pk for customer in (one, other))
    pair = Pair.objects.create(
        one_id=members[0], other_id=members[1], scope=one.scope, score=9_000, found_at=timezone.now()
    )
    rule("Oslo", ivo, cities=["Oslo"])
    run_jobs()
    assert list(Pair.objects.visible_to(User.objects.get(pk=ivo.pk)).open()) == [pair]


def test_where_somebody_lands_never_depends_on_the_way(ivo, nils, boss, run_jobs):
    """Written by the rules, or walked past after they changed: scopes are the same, and sees() agrees with the filter."""
    chance = random.Random(7)  # noqa: S311 worlds, not secrets
    cities, countries = ("Porto", "Oslo", "", "Bern"), ("PT", "NO", "Switzerland", "")
    for turn in range(12):
        rule(
            f"T{turn % 4}",
            *chance.sample([ivo, nils], chance.choice((0, 1, 2))),
            place=chance.choice((1, 2, 3)),
            countries=chance.sample(["PT", "NO", "CH"], chance.choice((0, 1, 2))),
            cities=chance.sample(["Porto", "Oslo", "Bern"], chance.choice((0, 1))),
        )
        for number in range(3):
            said = {"city": chance.choice(cities), "country": chance.choice(countries)}
            said |= chance.choice(({}, {"team": "Nordics"}, {"owner": ivo.email}))
            put(f"C {turn} {number}", **{name: value for name, value in said.items() if value})
        run_jobs()
        atlas = Atlas.now()
        for one in Customer.objects.select_related("scope"):
            values = {"country": one.country, "postcode": one.postcode, "city": one.city}
            assert one.scope.territory_id == atlas.of(values, one.extra)
            for user in (ivo, nils, boss):
                again = User.objects.get(pk=user.pk)
                assert sees(again, one.scope) == Customer.objects.visible_to(again).filter(pk=one.pk).exists()
