"""Account plans seen from outside: the buying centre, the white space, goals, and what is missing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.accounts.gaps import health_of
from rapport.accounts.keep_plan import PlanError, open_plan
from rapport.accounts.models import Aim, Goal, Plan, Risk, Stakeholder
from rapport.accounts.open_aim import open_aim
from rapport.accounts.plan_page import page_of
from rapport.accounts.warmth import Level, lately_with, warmth_of
from rapport.accounts.white_space import Key, behind
from rapport.catalogue.product import Product
from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.customers.create import Newborn, create
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind, Relationship
from rapport.customers.records import RecordIn
from rapport.customers.relate import relate
from rapport.journal.change import Change
from rapport.people.models import ApiToken, User, digest
from rapport.people.roles import BuiltIn
from rapport.sales.deal import Deal
from rapport.sales.record_orders import LineIn, OrderIn, record_orders
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
DAY = timedelta(days=1)


@pytest.fixture
def rui():
    return User.objects.create(email="rui@x.example", name="Rui", role_id=BuiltIn.AGENT)


def born(name, kind=Kind.COMPANY):
    record = RecordIn("crm", name, kind, {"name": name})
    made = create([Newborn(record, ())], at=timezone.now())[0]
    return Customer.objects.get(pk=made.customer_id)


@pytest.fixture
def group(rui):
    """Aurora with a clinic below it; Dora decides at Aurora, Udo uses it in the clinic."""
    now = timezone.now()
    aurora, clinic = born("Aurora"), born("Clinic")
    dora, udo = born("Dora", Kind.PERSON), born("Udo", Kind.PERSON)
    relate(clinic, aurora, Relationship.Kind.PART_OF, by=rui, at=now)
    relate(dora, aurora, Relationship.Kind.WORKS_AT, by=rui, at=now)
    relate(udo, clinic, Relationship.Kind.WORKS_AT, by=rui, at=now)
    return {"aurora": aurora, "clinic": clinic, "dora": dora, "udo": udo}


def plan_for(customer, by, **said):
    today = timezone.localdate()
    values = {"name": "Grow", "owner": by, "starts": today - 30 * DAY, "ends": today + 30 * DAY}
    return open_plan(customer, values | said, by=by, at=timezone.now())


def talk(name, days, direction, by=None, key=""):
    at = timezone.now() - timedelta(days=days)
    party = Party(member_id=Customer.objects.get(name=name).members.get().pk)
    receive(
        [
            Inbound(
                "mail", f"{name}{days}{direction}{key}", at, Channel.EMAIL, direction, "mail", (party,), subject="Hi"
            )
        ],
        by=by,
        at=at,
    )


def sold(customer, what, amount, days, currency="EUR"):
    at = timezone.now() - timedelta(days=days)
    line = LineIn("1", what, Decimal(1), None, Decimal(amount))
    party = Party(member_id=customer.members.get().pk)
    order = OrderIn("shop", f"{customer.pk} {what} {days}", at, party, (line,), currency)
    record_orders([order], by=None, at=at)


def seat(plan, customer, role="decides", **more):
    return Stakeholder.objects.create(plan=plan, member=customer.members.get(), role=role, **more)


def test_one_customer_has_one_running_plan(group, rui):
    plan_for(group["aurora"], rui)
    with pytest.raises(PlanError):
        plan_for(group["aurora"], rui)


def test_how_warm_we_are_is_read_from_both_directions_and_says_who_knows_them(group, rui):
    talk("Dora", 5, Direction.INBOUND)
    talk("Dora", 20, Direction.OUTBOUND, by=rui)
    talk("Udo", 100, Direction.OUTBOUND, by=rui)
    found = warmth_of([group["dora"].pk, group["udo"].pk, group["clinic"].pk], reader=rui, at=timezone.now())
    dora, udo = found[group["dora"].pk], found[group["udo"].pk]
    assert (dora.level, dora.days, dora.lately, dora.known_by) == (Level.WARM, 5, 2, [(rui, 1)])
    assert (udo.level, udo.lately, udo.heard, udo.known_by) == (Level.COLD, 0, None, [(rui, 1)])
    assert found[group["clinic"].pk].level == Level.NEVER
    assert len(lately_with(group["dora"].pk, reader=rui, at=timezone.now())) == dora.lately


def test_a_decider_with_whom_nobody_spoke_for_long_is_a_gap_with_a_task(group, rui, client):
    plan = plan_for(group["aurora"], rui)
    assert "Nobody is known who decides." in health_of([plan], reader=rui, at=timezone.now())[plan.pk].reasons
    seat(plan, group["dora"])
    talk("Dora", 94, Direction.INBOUND)
    health = health_of([plan], reader=rui, at=timezone.now())[plan.pk]
    assert "Nobody has spoken with Dora (decides) for 94 days." in health.reasons
    assert health.shade == "bad"
    client.force_login(rui)
    gap = next(one for one in health.gaps if one.customer)
    client.post(reverse("accounts:add_step", args=[plan.pk]), {"title": gap.task, "customer": gap.customer})
    task = group["dora"].members.get().tasks.get()
    assert (task.title, task.assignee) == ("Talk to Dora", rui)
    assert "Nothing is planned" not in health_of([plan], reader=rui, at=timezone.now())[plan.pk].reasons


def test_late_counter_measures_and_goals_past_their_day_are_gaps(group, rui):
    plan, today = plan_for(group["aurora"], rui), timezone.localdate()
    Risk.objects.create(plan=plan, words="They merge", likelihood=4, impact=4, due=today - DAY)
    Goal.objects.create(plan=plan, words="A reference", until=today - DAY)
    reasons = health_of([plan], reader=rui, at=timezone.now())[plan.pk].reasons
    assert "The counter-measure is late: They merge." in reasons
    assert "The day of a goal has passed: A reference." in reasons


def test_the_white_space_shows_what_which_company_bought_and_each_cell_opens_its_records(group, rui):
    Product.objects.create(number="B-1", name="Beans", family="Coffee", sort_key="beans")
    Product.objects.create(number="M-1", name="Machine", family="Machines", sort_key="machine")
    sold(group["aurora"], "beans", "40", 10)
    sold(group["udo"], "B-1", "60", 5)
    sold(group["udo"], "B-1", "7", 3, "USD")
    sold(group["clinic"], "Cups", "5", 5)
    plan = plan_for(group["aurora"], rui)
    page = page_of(plan, reader=rui, at=timezone.now())
    cells = {(row.label, cell.unit): cell for row in page["matrix"].rows for cell in row.cells}
    aurora, clinic = group["aurora"].pk, group["clinic"].pk
    assert cells["Coffee", aurora].sums == [(40, "EUR")]
    assert cells["Coffee", clinic].sums == [(60, "EUR"), (7, "USD")]
    assert cells["Not in the catalogue", clinic].sums == [(5, "EUR")]
    assert cells["Machines", clinic].is_white
    assert cells["Machines", aurora].is_white
    found = behind(page["ground"], [], clinic, Key(family="Coffee"), reader=rui)
    assert sum(line.amount for line in found.lines if line.order.currency == "EUR") == 60
    assert len(found.lines) == 2
    by_product = page_of(plan, reader=rui, at=timezone.now(), by="product")["matrix"]
    assert {row.label for row in by_product.rows} == {"Beans", "Machine", "Cups"}


def test_an_aim_on_a_white_cell_becomes_a_deal_by_one_press_and_that_is_taken_back(group, rui, client):
    begin_pipeline("Sales", by=rui, at=timezone.now())
    machine = Product.objects.create(number="M-1", name="Machine", family="Machines", sort_key="machine")
    plan = plan_for(group["aurora"], rui)
    client.force_login(rui)
    cell = f"{reverse('accounts:cell', args=[plan.pk])}?unit={group['clinic'].pk}&product={machine.pk}"
    assert client.post(cell, {"amount": "900"}).status_code == 422
    client.post(cell, {"amount": "900", "currency": "eur"})
    aim = Aim.objects.get()
    assert (aim.member.customer, aim.product, aim.amount, aim.currency) == (group["clinic"], machine, 900, "EUR")
    client.post(reverse("accounts:open_deal", args=[aim.pk]))
    client.post(reverse("accounts:open_deal", args=[aim.pk]))
    deal = Deal.objects.get()
    assert (deal.name, deal.amount, deal.lines.get().product) == ("Machine for Clinic", 900, machine)
    page = page_of(plan, reader=rui, at=timezone.now())
    (there,) = [cell for row in page["matrix"].rows for cell in row.cells if cell.deals]
    assert (there.unit, there.worth) == (group["clinic"].pk, [(900, "EUR")])
    change = Change.objects.filter(deed="plan").latest("pk")
    client.post(reverse("changes:undo", args=[change.pk]))
    assert not Deal.objects.exists()
    aim.refresh_from_db()
    assert aim.deal is None


def test_a_deal_about_a_whole_family_stands_in_its_cell(group, rui):
    begin_pipeline("Sales", by=rui, at=timezone.now())
    Product.objects.create(number="M-1", name="Machine", family="Machines", sort_key="machine")
    plan = plan_for(group["aurora"], rui)
    aim = Aim.objects.create(plan=plan, member=group["clinic"].members.get(), family="Machines")
    deal = open_aim(aim.pk, by=rui, at=timezone.now())
    for by in ("family", "product"):
        page = page_of(plan, reader=rui, at=timezone.now(), by=by)
        (there,) = [cell for row in page["matrix"].rows for cell in row.cells if cell.deals]
        assert (there.key, there.unit, list(there.deals)) == (Key(family="Machines"), group["clinic"].pk, [deal.pk])


def test_a_measured_goal_shows_what_was_ordered_in_its_currency_by_the_whole_group(group, rui, client):
    plan = plan_for(group["aurora"], rui)
    revenue = Goal.objects.create(plan=plan, words="Revenue", measure="revenue", target=200, currency="EUR")
    number = Goal.objects.create(plan=plan, words="Orders", measure="orders", target=4)
    sold(group["aurora"], "Beans", "40", 10)
    sold(group["udo"], "Beans", "60", 5)
    sold(group["udo"], "Beans", "7", 3, "USD")
    sold(group["udo"], "Beans", "500", 40)
    found = {one.goal: one for one in page_of(plan, reader=rui, at=timezone.now())["goals"]}
    assert (found[revenue].actual, found[revenue].share) == (100, 50)
    assert (found[number].actual, found[number].share) == (3, 75)
    client.force_login(rui)
    for goal, rows in ((revenue, 2), (number, 3)):
        answer = client.get(reverse("accounts:goal_orders", args=[goal.pk])).content.decode()
        assert answer.count("data-record=") == rows


def test_bad_input_comes_back_with_what_was_typed(group, rui, client):
    client.force_login(rui)
    day = timezone.localdate()
    answer = client.post(
        f"{reverse('accounts:new')}?customer={group['aurora'].pk}",
        {"name": "Grow", "owner": rui.pk, "starts": day, "ends": day - DAY, "strategy": "Through the clinics"},
    )
    assert answer.status_code == 422
    assert "Through the clinics" in answer.content.decode()
    assert not Plan.objects.exists()
    plan = plan_for(group["aurora"], rui)
    answer = client.post(
        reverse("accounts:add_goal", args=[plan.pk]), {"words": "More", "measure": "revenue", "state": "open"}
    )
    assert answer.status_code == 422
    assert "How much shall it be?" in answer.content.decode()


def test_what_others_hide_stays_hidden(group, ana, nils, rui):
    plan = plan_for(group["aurora"], rui)
    seat(plan, group["dora"])
    edit(group["dora"], {"team": "Iberia"}, by=None, at=timezone.now())
    assert Plan.objects.visible_to(nils).exists()
    assert page_of(plan, reader=nils, at=timezone.now())["people"] == []
    assert len(page_of(plan, reader=ana, at=timezone.now())["people"]) == 1


def test_a_plan_and_the_list_cost_the_same_however_much_there_is(group, rui, client):
    def count_queries(page):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    plan = plan_for(group["aurora"], rui)
    client.force_login(rui)
    seat(plan, group["dora"])
    Goal.objects.create(plan=plan, words="Orders", measure="orders", target=4)
    talk("Dora", 5, Direction.INBOUND, by=rui)
    sold(group["aurora"], "Beans", "40", 10)
    pages = [reverse("accounts:plan", args=[plan.pk]), f"{reverse('accounts:list')}?view=all"]
    assert all(count_queries(page) for page in pages)
    few = [count_queries(page) for page in pages]
    for number in range(5):
        part = born(f"Part{number}")
        relate(part, group["clinic"], Relationship.Kind.PART_OF, by=rui, at=timezone.now())
        sold(part, f"Thing {number}", "4", number)
        person = born(f"Person{number}", Kind.PERSON)
        relate(person, part, Relationship.Kind.WORKS_AT, by=rui, at=timezone.now())
        seat(plan, person, "uses")
        talk(f"Person{number}", 3, Direction.OUTBOUND, by=rui)
        Goal.objects.create(plan=plan, words="Orders", measure="orders", target=number + 1)
        Risk.objects.create(plan=plan, words="Risk", owner=rui)
        plan_for(part, rui)
    assert [count_queries(page) for page in pages] == few


def test_the_same_goes_over_the_api(group, ana, client):
    begin_pipeline("Sales", by=ana, at=timezone.now())
    ApiToken.objects.create(user=ana, name="t", digest=digest("secret"))
    Product.objects.create(number="M-1", name="Machine", family="Machines", sort_key="machine")

    def ask(verb, path, body=None):
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, verb)(f"/api/v1{path}", headers={"Authorization": "Bearer secret"}, **more)

    said = {"customer_id": group["aurora"].pk, "name": "Grow", "starts": "2026-01-01", "ends": "2026-12-31"}
    made = ask("post", "/plans", said)
    assert made.status_code == 201
    assert ask("post", "/plans", said).status_code == 422
    pk = made.json()["id"]
    dora = {"customer_id": group["dora"].pk, "role": "decides", "attitude": 1}
    assert ask("post", f"/plans/{pk}/stakeholders", dora).json()["stakeholders"][0]["warmth"] == "never"
    assert ask("post", f"/plans/{pk}/goals", {"words": "More", "measure": "revenue"}).status_code == 422
    goal = {"words": "More", "measure": "orders", "target": "3"}
    assert ask("post", f"/plans/{pk}/goals", goal).json()["goals"][0]["actual"] == "0"
    assert ask("post", f"/plans/{pk}/risks", {"words": "They merge", "impact": 5}).json()["risks"][0]["impact"] == 5
    aim = {"customer_id": group["clinic"].pk, "family": "Machines", "amount": "900", "currency": "EUR"}
    (aim,) = ask("post", f"/plans/{pk}/aims", aim).json()["aims"]
    deal = ask("post", f"/plans/aims/{aim['id']}/deal").json()["deal_id"]
    assert Deal.objects.get().pk == deal
    assert ask("delete", f"/plans/aims/{aim['id']}").json()["aims"] == []
    assert ask("patch", f"/plans/{pk}", {"closed": True}).json()["closed_at"]
    assert ask("get", "/plans?open=true").json()["items"] == []
    assert ask("get", "/plans/0").status_code == 404
