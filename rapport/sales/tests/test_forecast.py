"""Forecasts: what counts where, against which target, what changed, and what a simulation may say."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rapport.catalogue.product import Product
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.models import Customer
from rapport.journal.change import Change
from rapport.people.models import ApiToken
from rapport.people.unit import Unit
from rapport.sales import stage_behaviour
from rapport.sales.calibration import by_stage, own_words
from rapport.sales.change_deal import change_deal
from rapport.sales.changes_of_forecast import changes_since
from rapport.sales.convert import all_rates
from rapport.sales.deal import Deal
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.forecast import BUCKETS, rolled_up, together
from rapport.sales.forecast_by import BYS
from rapport.sales.forecast_page import drill, forecast_of, outcome_of
from rapport.sales.keep_rates import keep_rates, reckon_in
from rapport.sales.move_deal import move_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.outlook import Category
from rapport.sales.period import Period, period_of, quarter_at
from rapport.sales.pipeline import Reason, Stage
from rapport.sales.read_rates import Said
from rapport.sales.say_outlook import say_outlook
from rapport.sales.set_lines import LineWish, set_lines
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.sales.simulate import Stock, chances, range_of, simulate
from rapport.sales.stage_behaviour import LOST, WON, Behaviour, behaviour_of, lately, learned_of
from rapport.sales.standing import Standing
from rapport.sales.take_standings import take_standings
from rapport.sales.target import Target
from rapport.sales.targets_of import targets_of
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]
NOW = timezone.now()
TODAY = timezone.localdate()
QUARTER = quarter_at(TODAY)
BY = {one.name: one for one in BYS}


def customer(address, owner):
    arrival = Inbound(
        "pbx", address, NOW, Channel.PHONE, Direction.INBOUND, "call", (Party((Clue("email", address),)),)
    )
    found = Customer.objects.get(pk=receive([arrival], by=None, at=NOW)[0].customer_id)
    Customer.objects.filter(pk=found.pk).update(scope=owner.team.scope)
    return found


@pytest.fixture
def house(boss, ana, nils):
    reckon_in("EUR")
    keep_rates([Said("USD", date(2020, 1, 1), Decimal("0.5"))], home="EUR")
    line = begin_pipeline("Sales", by=boss, at=NOW - timedelta(days=900))
    stages = list(line.stages.order_by("place"))
    whose = {ana: customer("marta@aurora.example", ana), nils: customer("olga@borealis.example", nils)}

    def opened(name, stage=0, amount="100", currency="EUR", owner=ana, closes=QUARTER.last, at=NOW, **more):
        money = Decimal(amount) if amount else None
        new = NewDeal(name, stages[stage], owner, money, currency, closes_on=closes, next_step="Call", **more)
        return open_deal(new, customer=whose[owner], by=owner, at=at)

    opened.stages, opened.line = stages, line
    return opened


def end(deal, house, stage, at=NOW):
    brought = {"reason": Reason.objects.filter(end=stage.end).first()}
    return move_deal(deal.pk, stage, seen=None, brought=brought, by=deal.owner, at=at)


def sums(reader, by="owner", period=QUARTER):
    return rolled_up(Deal.objects.visible_to(reader), period, BY[by], rates=all_rates(), today=TODAY)


@pytest.fixture
def filled(house, ana, nils):
    """Each bucket, another period, other currencies, nothing said, and another team's."""
    won, lost = house.stages[4:6]
    end(house("won", amount="1000", currency="USD"), house, won)
    end(house("lost", amount="900"), house, lost)
    house("commit", stage=3, amount="300")
    house("best", stage=2, amount="200", probability=10)
    house("pipeline", stage=0, amount="100")
    house("next quarter", stage=3, amount="7000", closes=QUARTER.end)
    house("no day", stage=3, amount="5000", closes=None)
    house("no rate", stage=0, amount="50", currency="JPY")
    house("no amount", stage=0, amount=None, currency="")
    house("of nils", stage=3, amount="40", owner=nils)
    left_out = house("left out", stage=3, amount="9000")
    say_outlook(left_out, Category.OMITTED, by=ana, at=NOW)
    raised = house("raised", stage=0, amount="10")
    say_outlook(raised, Category.COMMIT, by=ana, at=NOW)
    return house


def test_each_deal_counts_in_its_bucket_at_the_rate_of_its_day(filled, boss, ana):
    found = sums(boss)[ana.pk]
    assert found.amounts == {"won": 500, "commit": 310, "best": 200, "pipeline": 100}
    assert (found.commit, found.best, found.open) == (810, 1010, 610)
    assert found.weighted == Decimal(300) * 75 / 100 + 20 + 10 + 1
    assert (found.without, found.currencies) == (2, {"JPY"}), "what can't be counted is named"
    assert found.numbers == {"won": 1, "commit": 2, "best": 1, "pipeline": 3}


def test_another_teams_deals_are_in_nobody_elses_forecast(filled, ana, nils, boss):
    assert set(sums(ana)) == {ana.pk}
    assert set(sums(nils)) == {nils.pk}
    assert together(sums(boss).values()).amounts["commit"] == 350


@pytest.mark.parametrize("by", [one.name for one in BYS if one.name != "product"])
def test_every_cell_opens_the_very_deals_of_which_it_is_the_sum(filled, boss, ana, by, iberia):
    iberia.unit = Unit.objects.create(name="South", parent=Unit.objects.create(name="World"))
    iberia.save()
    whole = together(sums(boss, by).values())
    assert whole.amounts == together(sums(boss).values()).amounts, "however it is rolled up"
    for reader in (boss, ana):
        found = forecast_of(
            Deal.objects.visible_to(reader),
            QUARTER,
            BY[by],
            rates=all_rates(),
            targets=targets_of(QUARTER, rates=all_rates(), today=TODAY),
            reader=reader,
            today=TODAY,
        )
        for row in found.rows:
            for bucket in BUCKETS:
                theirs = list(DEAL_LIST.chosen(drill(BY[by], row.line.key, bucket, QUARTER), reader))
                assert len(theirs) == row.line.sums.numbers[bucket], (by, row.line.label, bucket)
                worth = sum(
                    one.amount * (rate or 0)
                    for one in theirs
                    if one.amount is not None
                    for rate in [all_rates().at(one.currency, TODAY)]
                )
                assert worth == row.line.sums.amounts[bucket]


def test_by_product_each_amount_goes_where_its_lines_do(filled, boss, ana):
    plan, mat = (Product.objects.create(name=name, number=name) for name in ("Plan", "Mat"))
    deal = Deal.objects.get(name="commit")
    wishes = [
        LineWish(plan, Decimal(2), Decimal(100)),
        LineWish(mat, Decimal(1), Decimal(50)),
        LineWish(None, Decimal(1), Decimal(50), name="Way"),
    ]
    set_lines(deal.pk, wishes, currency="EUR", seen=None, by=ana, at=NOW)
    found = forecast_of(
        Deal.objects.visible_to(boss),
        QUARTER,
        BY["product"],
        rates=all_rates(),
        targets=targets_of(QUARTER, rates=all_rates(), today=TODAY),
        reader=boss,
        today=TODAY,
    )
    told = {row.line.label: row.line.sums for row in found.rows}
    assert (told["Plan"].amounts["commit"], told["Mat"].amounts["commit"]) == (200, 50)
    assert told["Plan"].weighted == 150
    whole = together(sums(boss).values())
    assert together(told.values()).amounts == whole.amounts, "all of it, once"
    assert found.whole.amounts == whole.amounts
    for row in found.rows:
        for bucket in BUCKETS:
            theirs = DEAL_LIST.chosen(drill(BY["product"], row.line.key, bucket, QUARTER), boss)
            assert theirs.count() == row.line.sums.numbers[bucket], (row.line.label, bucket)


def test_what_is_below_a_unit_counts_in_it(filled, boss, iberia, nordics, ana):
    world = Unit.objects.create(name="World")
    for team in (iberia, nordics):
        team.unit = Unit.objects.create(name=team.name, parent=world)
        team.save()
    found = forecast_of(
        Deal.objects.visible_to(boss),
        QUARTER,
        BY["unit"],
        rates=all_rates(),
        targets=targets_of(QUARTER, rates=all_rates(), today=TODAY),
        reader=boss,
        today=TODAY,
    )
    told = [(row.line.label, row.line.depth, row.line.sums.amounts["commit"]) for row in found.rows]
    assert told == [("World", 0, 350), ("Iberia", 1, 310), ("Nordics", 1, 40)]


def test_what_is_asked_by_joins_is_what_may_be_seen(filled, boss, ana, nils, mia):
    deal = Deal.objects.get(name="of nils")
    Deal.objects.filter(name="best").update(member=None)
    for reader in (boss, ana, nils, mia):
        for _ in range(2):
            seen = set(Deal.objects.visible_to(reader).values_list("pk", flat=True))
            assert set(Deal.objects.all_visible_to(reader).values_list("pk", flat=True)) == seen
            # Once more with somebody in the trash.
            Customer.objects.filter(pk=deal.member.customer_id).update(trashed_at=NOW)
        Customer.objects.filter(pk=deal.member.customer_id).update(trashed_at=None)


def test_targets_stand_beside_what_was_won_and_is_open(filled, boss, ana, nils, iberia):
    for user, amount, currency in ((ana, 2000, "EUR"), (nils, 100, "USD")):
        Target.objects.create(user=user, first=QUARTER.first, months=3, amount=amount, currency=currency)
    told = targets_of(QUARTER, rates=all_rates(), today=TODAY)
    assert told.users == {ana.pk: 2000, nils.pk: 50}
    found = forecast_of(
        Deal.objects.visible_to(boss), QUARTER, BY["owner"], rates=all_rates(), targets=told, reader=boss, today=TODAY
    )
    goal = next(row.goal for row in found.rows if row.line.key == ana.pk)
    assert (goal.attained, goal.gap) == (Decimal("0.25"), 1500)
    assert round(goal.coverage, 4) == round(Decimal(610) / 1500, 4)
    assert found.goal.target == 2050
    of_ana = forecast_of(
        Deal.objects.visible_to(ana), QUARTER, BY["owner"], rates=all_rates(), targets=told, reader=ana, today=TODAY
    )
    assert (of_ana.goal.target, [row.line.key for row in of_ana.rows]) == (2000, [ana.pk])


def test_a_quarter_without_a_target_has_that_of_its_months_and_a_unit_that_of_its_people(ana, nils, iberia):
    reckon_in("EUR")
    top = Unit.objects.create(name="World")
    iberia.unit = Unit.objects.create(name="South", parent=top)
    iberia.save()
    for month in QUARTER.parts()[:2]:
        Target.objects.create(user=ana, first=month.first, months=1, amount=10, currency="EUR")
    told = targets_of(QUARTER, rates=all_rates(), today=TODAY)
    assert (told.users, told.units) == ({ana.pk: 20}, {iberia.unit_id: 20, top.pk: 20})
    Target.objects.create(unit=top, first=QUARTER.first, months=3, amount=500, currency="EUR")
    assert targets_of(QUARTER, rates=all_rates(), today=TODAY).units[top.pk] == 500


def test_targets_are_typed_into_a_table_and_copied(mia, ana, boss, signed_in):
    reckon_in("EUR")
    client, address = signed_in(mia), f"{reverse('sales:targets')}?period=2026-Q1"
    assert f'name="user-{ana.pk}-2026-Q1"' in client.get(address).content.decode()
    wrong = client.post(address, {f"user-{ana.pk}-2026-Q1": "many", f"user-{ana.pk}-2026-Q2": "5", "currency": "EUR"})
    assert (wrong.status_code, "This is no amount." in wrong.content.decode()) == (422, True)
    assert 'value="many"' in wrong.content.decode()
    assert not Target.objects.exists(), "nothing of it is kept"
    sent = {f"user-{ana.pk}-2026-Q1": "1,250.50", f"user-{mia.pk}-2026-Q1": "", "currency": "EUR"}
    assert client.post(address, sent).status_code == 302
    kept = Target.objects.get()
    assert (kept.user, kept.amount, kept.first, kept.months) == (ana, Decimal("1250.5"), date(2026, 1, 1), 3)
    assert client.post(reverse("sales:copy_targets"), {"period": "2026-Q2"}).status_code == 302
    assert client.post(reverse("sales:copy_targets"), {"period": "2026-Q2"}).status_code == 302
    assert sorted(Target.objects.values_list("first", "amount")) == [
        (date(2026, 1, 1), Decimal("1250.5")),
        (date(2026, 4, 1), Decimal("1250.5")),
    ]
    assert client.post(address, {f"user-{ana.pk}-2026-Q1": ""}).status_code == 302
    assert Target.objects.count() == 1
    assert signed_in(ana).get(address).status_code == 403


def test_standings_are_written_only_when_something_is_otherwise(house, ana):
    deal = house("one")
    assert take_standings(TODAY - timedelta(days=3)) == 1
    assert take_standings(TODAY - timedelta(days=2)) == 0
    change_deal(deal.pk, {"amount": Decimal(150)}, was=None, by=ana, at=NOW)
    assert take_standings(TODAY - timedelta(days=1)) == 1
    say_outlook(deal, Category.BEST, by=ana, at=NOW)
    assert take_standings(TODAY - timedelta(days=1)) == 1, "the later word of a day holds"
    told = [(one.since, one.until, one.amount, one.category) for one in Standing.objects.order_by("since")]
    assert told == [
        (TODAY - timedelta(days=3), TODAY - timedelta(days=1), 100, "pipeline"),
        (TODAY - timedelta(days=1), None, 150, "best"),
    ]
    assert [one.amount for one in Standing.objects.on(TODAY - timedelta(days=2))] == [100]


def test_what_changed_is_told_deal_by_deal_and_adds_up(house, ana, nils, boss):
    won, lost = house.stages[4:6]
    early = NOW - timedelta(days=20)
    deals = {
        name: house(name, amount=amount, closes=closes, at=early)
        for name, amount, closes in (
            ("to win", "100", QUARTER.last),
            ("to lose", "200", QUARTER.last),
            ("to slip", "300", QUARTER.last),
            ("to pull in", "400", QUARTER.end),
            ("to raise", "500", QUARTER.last),
            ("to lower", "600", QUARTER.last),
            ("to leave out", "700", QUARTER.last),
            ("to move", "800", QUARTER.last),
            ("the same", "900", QUARTER.last),
        )
    }
    theirs = house("of nils", amount="1", owner=nils, at=early)
    then = TODAY - timedelta(days=7)
    assert changes_since(then, Deal.objects.all(), QUARTER, rates=all_rates(), today=TODAY) is None
    take_standings(then)
    end(deals["to win"], house, won)
    end(deals["to lose"], house, lost)
    for name, wanted in (
        ("to slip", {"closes_on": QUARTER.end}),
        ("to pull in", {"closes_on": QUARTER.last}),
        ("to raise", {"amount": Decimal(550)}),
        ("to lower", {"amount": Decimal(590)}),
    ):
        change_deal(deals[name].pk, wanted, was=None, by=ana, at=NOW)
    say_outlook(deals["to leave out"], Category.OMITTED, by=ana, at=NOW)
    move_deal(deals["to move"].pk, house.stages[1], seen=None, brought={}, by=ana, at=NOW)
    change_deal(theirs.pk, {"amount": Decimal(2)}, was=None, by=nils, at=NOW)
    house("new", amount="50")
    found = changes_since(then, Deal.objects.visible_to(ana), QUARTER, rates=all_rates(), today=TODAY)
    assert {one.name: (one.why, one.effect) for one in found.changes} == {
        "to win": ("won", 0),
        "to lose": ("lost", -200),
        "to slip": ("slipped", -300),
        "to pull in": ("pulled in", 400),
        "to raise": ("more", 50),
        "to lower": ("less", -10),
        "to leave out": ("left out", -700),
        "to move": ("moved", 0),
        "new": ("new", 50),
    }
    assert found.before + sum(one.effect for one in found.changes) == found.now
    assert found.now == together(sums(ana).values()).won + together(sums(ana).values()).open
    assert sum(effect for *_rest, effect in found.steps()) == found.now - found.before


def test_the_chain_tells_what_its_moves_say():
    """From A half go on to B and half are lost, one a week; from B all are won, one in two weeks."""
    seen = Behaviour({1: 100.0, 2: 100.0}, {1: {2: 50, LOST: 50}, 2: {WON: 50}}, ended=100)
    assert chances(seen, 0) == {1: 0.0, 2: 0.0, WON: 1.0, LOST: 0.0}
    after_one, long_after = chances(seen, 1), chances(seen, 200)
    assert (after_one[1], after_one[2]) == (0.0, 0.5)
    assert long_after[1] == pytest.approx(0.5)
    assert long_after[2] == pytest.approx(1.0)


def test_a_simulation_is_as_wide_as_chance_and_ignorance_make_it():
    many = Behaviour({1: 1000.0}, {1: {WON: 5000, LOST: 5000}}, ended=10_000)
    little = Behaviour({1: 4.0}, {1: {WON: 20, LOST: 20}}, ended=40)
    stocks = {1: Stock([100.0] * 20, 80, 8000.0, 80 * 100.0**2)}
    wide = range_of(simulate(stocks, little, 200, Random(1), runs=400))  # noqa: S311
    narrow = range_of(simulate(stocks, many, 200, Random(1), runs=400))  # noqa: S311
    assert narrow.low < 5000 < narrow.high
    assert 900 < narrow.high - narrow.low < 1700, "of a hundred coins eight in ten throws lie within 13"
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_too_little_history_gives_no_range_and_says_so(house, ana):
    won, lost = house.stages[4:6]
    for number in range(29):
        old = NOW - timedelta(days=60 - number)
        deal = house(f"old {number}", at=old)
        end(deal, house, won if number % 2 else lost, at=old + timedelta(days=7))
    house("open", amount="1000")

    def outcome():
        deals = Deal.objects.visible_to(ana)
        whole = together(sums(ana).values())
        return outcome_of(deals, QUARTER, whole, rates=all_rates(), today=TODAY, at=NOW)

    assert (outcome().range, outcome().short) == (None, [("Sales", 29)])
    end(house("one more", at=NOW - timedelta(days=9)), house, won, at=NOW - timedelta(days=2))
    told = outcome()
    assert told.ended == 30
    assert told.range.low <= told.range.middle <= told.range.high
    assert behaviour_of(house.line, at=NOW).ways[house.stages[0].pk] == {WON: 15, LOST: 15}


def test_what_took_long_to_read_is_kept_for_a_while(house, monkeypatch):
    def ended():
        end(house("one", at=NOW - timedelta(days=9)), house, house.stages[4], at=NOW - timedelta(days=2))
        return lately(house.line, at=NOW).ended

    assert [ended(), ended()] == [1, 2]
    monkeypatch.setattr(stage_behaviour, "LONG", -1.0)
    assert [ended(), ended()] == [3, 3]


def test_what_a_stage_says_can_be_what_was_learned(house, ana, mia, signed_in):
    won, lost = house.stages[4:6]
    address = reverse("sales:take_learned", args=[house.stages[0].pk])
    for number in range(30):
        old = NOW - timedelta(days=60 - number)
        if number == 29:
            assert signed_in(mia).post(address).status_code == 302
            assert Stage.objects.get(pk=house.stages[0].pk).probability == 10, "too few"
        end(house(f"old {number}", at=old, probability=70), house, won if number % 3 else lost, at=old)
    assert learned_of(house.line, at=NOW)[house.stages[0].pk].percent == 67
    assert "67" in signed_in(mia).get(reverse("sales:pipelines")).content.decode()
    assert signed_in(ana).post(address).status_code == 403
    assert signed_in(mia).post(address).status_code == 302
    assert Stage.objects.get(pk=house.stages[0].pk).probability == 67


def test_calibration_counts_what_was_said_and_opens_the_deals(house, ana, nils, boss, signed_in):
    won, lost = house.stages[4:6]
    for number in range(25):
        owner = nils if number == 24 else ana
        end(house(f"old {number}", owner=owner, probability=70, stage=1), house, won if number % 2 else lost)
    end(house("unsaid", stage=1), house, lost)
    (band,) = own_words(Deal.objects.visible_to(boss))
    assert (band.won, band.number, band.said) == (12, 25, 0.7)
    assert band.judged == "high"
    assert DEAL_LIST.chosen(band.address, boss).count() == 25
    (mine,) = own_words(Deal.objects.visible_to(ana))
    assert mine.number == 24
    staged = {one.label: one for one in by_stage(Deal.objects.visible_to(boss), Stage.objects.current())}
    one = staged["Sales: Understanding the need"]
    assert (one.won, one.number, one.judged) == (12, 26, "low")
    assert DEAL_LIST.chosen(one.address, boss).count() == 26
    page = signed_in(ana).get(reverse("sales:calibration")).content.decode()
    assert "12 of 24" in page
    assert "too hopeful" in page


def test_whoever_sells_says_how_sure_they_are_on_the_deals_page(house, ana, nils, signed_in):
    deal = house("one", stage=3)
    address = reverse("sales:outlook", args=[deal.pk])
    page = signed_in(ana).get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert "as its stage says" in page
    assert signed_in(ana).post(address, {"category": "best"}).status_code == 302
    assert Deal.objects.get().outlook.category == "best"
    assert signed_in(ana).post(address, {"category": "sure"}).status_code == 302
    assert Deal.objects.get().outlook.category == "best"
    assert signed_in(ana).post(address, {"category": ""}).status_code == 302
    assert not hasattr(Deal.objects.get(), "outlook")
    assert signed_in(nils).post(address, {"category": "best"}).status_code == 404


def test_an_opened_deal_can_be_taken_back_after_a_night(house, ana, signed_in):
    house("one")
    deal = Deal.objects.get()
    say_outlook(deal, Category.BEST, by=ana, at=NOW)
    take_standings(TODAY)
    change = Change.objects.filter(details__what="opened").latest("pk")
    signed_in(ana).post(reverse("changes:undo", args=[change.pk]))
    assert not Deal.objects.exists()
    assert not Standing.objects.exists()


def test_pages_say_what_they_show_and_what_is_missing(filled, ana, boss, signed_in):
    client = signed_in(ana)
    page = client.get(reverse("sales:forecast")).content.decode()
    for words in ("Counted is what you may see.", "JPY", "1 open deal has no expected day", "€500.00"):
        assert words in page
    take_standings(TODAY - timedelta(days=7))
    assert "What changed" in client.get(f"{reverse('sales:changes')}?why=won").content.decode()
    assert "No range yet" in client.get(reverse("sales:likely")).content.decode()
    for query in ("period=x&by=y&pipeline=z&since=never", "period=2026-13", "period=2026-11&by=unit", "period=2199-Q4"):
        for name in ("forecast", "changes", "likely", "calibration"):
            assert client.get(f"{reverse(f'sales:{name}')}?{query}").status_code == 200
    empty = client.get(f"{reverse('sales:forecast')}?period=2031-Q1").content.decode()
    assert "Nothing expected in this period" in empty


def test_periods_are_named_as_they_are_written():
    for name in ("2026-11", "2026-Q4"):
        assert str(period_of(name)) == name
    assert period_of("2026-Q4").end == date(2027, 1, 1)
    assert period_of("2026-12").shifted(1) == Period(date(2027, 1, 1), 1)
    assert [str(one) for one in period_of("2026-Q1").parts()] == ["2026-01", "2026-02", "2026-03"]
    assert [period_of(text) for text in ("2026-Q5", "2026-00", "26-1", "1989-Q1", "٢٠٢٦-Q1")] == [None] * 5
    assert quarter_at(datetime(2026, 2, 3, tzinfo=UTC).date()).name == "2026-Q1"


def test_a_program_reads_the_forecast_and_sets_targets(filled, ana, mia):
    def client(user):
        return Client(headers={"authorization": f"Bearer {ApiToken.issue(user, 'x', [])}"})

    target = {"period": QUARTER.name, "user_id": ana.pk, "amount": "1000", "currency": "EUR"}
    assert client(ana).put("/api/v1/targets", target, content_type="application/json").status_code == 403
    assert client(mia).put("/api/v1/targets", target, content_type="application/json").status_code == 200
    both = {**target, "unit_id": 1}
    assert client(mia).put("/api/v1/targets", both, content_type="application/json").status_code == 422
    told = client(ana).get("/api/v1/forecast").json()
    assert (told["period"], told["currency"], told["whole"]["won"], told["whole"]["commit"]) == (
        QUARTER.name,
        "EUR",
        "500",
        "310",
    )
    assert [(one["id"], one["target"], one["attained"]) for one in told["lines"]] == [(ana.pk, "1000", 0.5)]
    for wrong in ("by=team&period=2026-Q9", "by=nobody"):
        assert client(ana).get(f"/api/v1/forecast?{wrong}").status_code == 422
    deal = Deal.objects.get(name="pipeline")
    answer = client(ana).put(f"/api/v1/deals/{deal.pk}/outlook", {"category": "best"}, content_type="application/json")
    assert answer.json() == {"deal_id": deal.pk, "category": "best"}
    assert client(ana).get(f"/api/v1/targets?period={QUARTER.name}").json()["items"][0]["amount"] == "1000"
