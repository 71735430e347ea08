"""Units in a tree: the chart, its vacancies, and who sees the customers of the teams in a unit."""

import pytest
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.customers.create import Newborn, create
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.people.access import get_to_know, readers_of, sees
from rapport.people.models import Scope, Team, User
from rapport.people.role import Role
from rapport.people.unit import Position, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.req("P1")]


def put(name, team=""):
    said = claims({"name": name, "team": team} if team else {"name": name})
    born = create([Newborn(RecordIn("crm", name, Kind.PERSON, said), ())], at=timezone.now())
    return Customer.objects.get(pk=born[0].customer_id)


@pytest.fixture
def service():
    """Service, with Iberia below it."""
    return Unit.objects.create(name="Service", parent=Unit.objects.create(name="Company"))


@pytest.fixture
def head(service, iberia):
    """Somebody in no team who leads the unit above team Iberia, with a role that sees by unit."""
    Team.objects.filter(pk=iberia.pk).update(unit=Unit.objects.create(name="Service Iberia", parent=service))
    Role.objects.filter(key="manager").update(rows="unit")
    head = User.objects.create_user("hd@rapport.example", "a long enough password", name="Hanna Dahl", role="manager")
    Position.objects.create(title="Head of service", unit=service, holder=head, leads=True)
    return head


def again(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.req("G5")
def test_who_leads_a_unit_sees_the_customers_of_all_teams_below_it_and_no_others(head, iberia, nordics, nils):
    marta, olaf, free = put("Marta", team="Iberia"), put("Olaf", team="Nordics"), put("Free")
    assert set(Customer.objects.visible_to(head)) == {marta, free}
    assert (head.oversees, sees(head, olaf.scope)) == ([iberia.pk], False)
    assert set(readers_of(marta.scope_id)) == {head}
    assert set(readers_of(olaf.scope_id)) == {nils}


@pytest.mark.req("G5")
def test_what_many_see_is_asked_once(head, mia, nils, django_assert_max_num_queries):
    iberian = Scope.objects.get(team=mia.team)
    people = [again(head), again(mia), again(nils)]
    with django_assert_max_num_queries(3):
        get_to_know(people)
        assert [sees(one, iberian) for one in people] == [True, True, False]


@pytest.mark.req("G5")
def test_seeing_by_unit_needs_the_role_and_ends_with_the_position(head, ana):
    marta = put("Marta", team="Iberia")
    Position.objects.update(holder=None)
    assert not Customer.objects.visible_to(again(head)).filter(pk=marta.pk).exists()
    Position.objects.update(holder=head)
    Role.objects.filter(key="manager").update(rows="team")
    assert not Customer.objects.visible_to(again(head)).filter(pk=marta.pk).exists()


@pytest.mark.req("G5")
def test_a_task_about_a_customer_can_be_given_to_whoever_sees_it_by_unit(head, boss):
    marta = put("Marta", team="Iberia")
    task = add_task("Call", assignee=head, customer=marta, by=boss, at=marta.created_at)
    assert task.assignee == head


def test_the_chart_shows_units_teams_people_and_vacancies_as_a_picture_and_a_list(head, ana, nils, rita, signed_in):
    Position.objects.create(title="Quality", unit=Unit.objects.get(name="Company"))
    page = signed_in(rita).get("/people/chart/").text
    picture, listed = page.split("<table")
    for part in (picture, listed):
        assert part.index("Company") < part.index("Service Iberia")
        assert "Hanna Dahl" in part
        assert "vacant" in part
    assert "Ana Klein" in listed
    assert "Nordics" in listed
    assert "/people/units/" not in page


def test_a_holder_who_can_not_sign_in_any_more_leaves_a_vacancy(head):
    User.objects.filter(pk=head.pk).update(is_active=False)
    assert Position.objects.get().is_vacant


def test_units_and_positions_are_kept_in_the_browser(boss, ana, signed_in):
    browser = signed_in(boss)
    browser.post("/people/units/add/", {"name": "Service"})
    service = Unit.objects.get()
    browser.post("/people/units/add/", {"name": "Iberia", "parent": service.pk})
    below = Unit.objects.get(name="Iberia")
    round_about = browser.post(f"/people/units/{service.pk}/", {"name": "Service", "parent": below.pk})
    assert "part of this unit itself" in round_about.text
    browser.post("/people/positions/add/", {"title": "Head", "unit": below.pk, "holder": ana.pk, "leads": "on"})
    second = browser.post("/people/positions/add/", {"title": "Other head", "unit": below.pk, "leads": "on"})
    assert "leads this unit already" in second.text
    browser.post(f"/people/teams/{ana.team_id}/", {"name": "Iberia", "unit": below.pk})
    assert Team.objects.get(pk=ana.team_id).unit == below
    page = browser.post(f"/people/units/{below.pk}/drop/", follow=True)
    assert "Move them first" in page.text
    browser.post(f"/people/positions/{Position.objects.get().pk}/drop/")
    browser.post(f"/people/teams/{ana.team_id}/", {"name": "Iberia"})
    browser.post(f"/people/units/{below.pk}/drop/")
    assert list(Unit.objects.all()) == [service]


def test_the_chart_costs_the_same_for_few_units_or_many(service, ana, signed_in, django_assert_max_num_queries):
    browser = signed_in(ana)
    for number in range(12):
        Unit.objects.create(name=f"Unit {number}", parent=service)
    with django_assert_max_num_queries(16):
        assert browser.get("/people/chart/").status_code == 200
