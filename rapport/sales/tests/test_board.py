"""The board: what lies where, in how many questions, and what a pipeline lets happen to it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.sales.board import board_of
from rapport.sales.deal import Deal
from rapport.sales.pipeline import Pipeline, Reason, Stage
from rapport.sales.shape_pipeline import ShapeError, put_stages, retire_part

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def shown(pipeline, reader):
    return board_of(pipeline, Deal.objects.visible_to(reader), reader=reader, at=NOW)


def test_a_column_sums_each_currency_and_weighs_it(opened, pipeline, ana):
    opened("one", amount="100")
    opened("two", amount="50.25", probability=80)
    opened("three", amount="7", currency="USD")
    opened("four")
    opened("five", stage=1, amount="1000")
    board = shown(pipeline, ana)
    first = board.columns[0]
    assert first.number == 4
    assert [(one.currency, one.amount, one.weighted) for one in first.worth] == [
        ("EUR", Decimal("150.25"), Decimal("50.2")),
        ("USD", Decimal(7), Decimal("0.7")),
    ]
    assert [(one.currency, one.amount) for one in board.worth] == [("EUR", Decimal("1150.25")), ("USD", Decimal(7))]


def test_what_nobody_knows_how_to_go_on_with_comes_first(opened, pipeline, ana):
    for day in (3, 1, 2):
        opened(f"day {day}", next_step_on=date(2026, 12, day))
    opened("no day")
    assert [one.deal.name for one in shown(pipeline, ana).columns[0].cards] == ["no day", "day 1", "day 2", "day 3"]


def test_a_long_column_shows_the_first_and_fetches_the_others(opened, pipeline, ana, signed_in):
    for number in range(30):
        opened(f"deal {number:02}", next_step_on=date(2026, 12, 1) + timedelta(days=number))
    client = signed_in(ana)
    page = client.get(reverse("sales:board")).content.decode()
    assert "10 more" in page
    assert ("deal 19" in page, "deal 20" in page) == (True, False)
    stage = pipeline.stages.order_by("place")[0]
    rest = client.get(f"{reverse('sales:more', args=[stage.pk])}?after=20").content.decode()
    assert [f"deal {number}" in rest for number in (19, 20, 29)] == [False, True, True]


def test_a_board_costs_the_same_however_many_deals(opened, pipeline, ana):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            shown(pipeline, ana)
        return len(queries)

    opened("one", amount="1")
    asked()
    few = asked()
    for number in range(20):
        opened(f"more {number}", stage=number % 2, amount="1")
    assert asked() == few


def test_the_board_shows_what_the_conditions_of_the_list_leave(opened, ana, mia, signed_in):
    opened("mine")
    Deal.objects.filter(pk=opened("hers", amount="900").pk).update(owner=mia)
    client = signed_in(ana)
    assert "hers" not in client.get(f"{reverse('sales:board')}?owner={ana.pk}").content.decode()
    page = client.get(f"{reverse('sales:board')}?amount.from=500").content.decode()
    assert ("hers" in page, ">mine<" in page) == (True, False)


def test_an_empty_house_offers_a_pipeline_to_begin_with(mia, ana, signed_in):
    assert "Begin with common stages" not in signed_in(ana).get(reverse("sales:board")).content.decode()
    client = signed_in(mia)
    assert "Begin with common stages" in client.get(reverse("sales:board")).content.decode()
    for _ in range(2):
        client.post(reverse("sales:begin"))
    assert Pipeline.objects.count() == 1
    assert "Negotiation" in client.get(reverse("sales:board")).content.decode()


def test_stages_are_ordered_and_a_stage_with_open_deals_or_the_last_of_its_kind_stays(
    opened, pipeline, boss, mia, signed_in
):
    stages = list(pipeline.stages.order_by("place"))
    put_stages(pipeline, [stages[1].pk, stages[0].pk], by=boss, at=NOW)
    assert [one.name for one in pipeline.stages.order_by("place")][:3] == [
        stages[1].name,
        stages[0].name,
        stages[2].name,
    ]
    opened("one")
    for stage in (stages[0], stages[4], stages[5]):
        with pytest.raises(ShapeError):
            retire_part(stage, by=boss, at=NOW)
    with pytest.raises(ShapeError):
        retire_part(pipeline, by=boss, at=NOW)
    retire_part(stages[3], by=boss, at=NOW)
    assert stages[3] not in Stage.objects.current()
    client = signed_in(mia)
    answer = client.post(reverse("sales:retire_stage", args=[stages[0].pk]), follow=True)
    assert "There are open deals in it" in answer.content.decode()


def test_parts_are_named_once_and_changed_by_their_forms(pipeline, mia, ana, signed_in):
    client = signed_in(mia)
    stage = pipeline.stages.order_by("place")[0]
    given = {"name": "Proposal", "end": "open", "probability": "20", "days": "", "needs": ["amount"], "criteria": ""}
    assert client.post(reverse("sales:stage", args=[stage.pk]), given).status_code == 422
    assert client.post(reverse("sales:stage", args=[stage.pk]), given | {"name": "First talk"}).status_code == 302
    stage.refresh_from_db()
    assert (stage.name, stage.probability, stage.days, stage.needs) == ("First talk", 20, None, ["amount"])
    assert client.post(reverse("sales:add_stage", args=[pipeline.pk]), given | {"name": "Pilot"}).status_code == 302
    assert pipeline.stages.order_by("place").last().name == "Pilot"
    assert client.post(reverse("sales:add_reason"), {"end": "lost", "name": "price"}).status_code == 422
    assert client.post(reverse("sales:add_reason"), {"end": "lost", "name": "Too late"}).status_code == 302
    assert Reason.objects.filter(end="lost", name="Too late").exists()
    assert signed_in(ana).get(reverse("sales:pipelines")).status_code == 403


def test_lanes_part_the_board_and_lose_nothing(opened, pipeline, ana, mia, signed_in):
    for number in range(8):
        opened(f"ana's {number}", amount="10")
    Deal.objects.filter(pk=opened("mia's", amount="900", closes_on=date(2026, 12, 9)).pk).update(owner=mia)
    client = signed_in(ana)
    by_owner = client.get(f"{reverse('sales:board')}?lanes=owner")
    board = by_owner.context["board"]
    assert [(one.label, one.number, [worth.amount for worth in one.worth]) for one in board.lanes] == [
        ("Ana Klein", 8, [Decimal(80)]),
        ("Mia Lopes", 1, [Decimal(900)]),
    ]
    assert board.number == 9
    page = by_owner.content.decode()
    assert ("2 more" in page, f"&amp;owner={ana.pk}" in page) == (True, True)
    stage = pipeline.stages.order_by("place")[0]
    rest = client.get(f"{reverse('sales:more', args=[stage.pk])}?after=6&owner={ana.pk}").content.decode()
    assert [f"ana&#x27;s {number}" in rest for number in (5, 6, 7)] == [False, True, True]
    by_month = client.get(f"{reverse('sales:board')}?lanes=month").context["board"]
    assert [(one.label, one.number) for one in by_month.lanes] == [("December 2026", 1), ("No day said", 8)]
    listed = client.get(f"{reverse('sales:deals')}?{by_month.lanes[0].query}").content.decode()
    assert ("mia&#x27;s" in listed, "ana&#x27;s" in listed) == (True, False)


def test_of_too_many_lanes_the_most_worth_are_shown_and_the_others_are_told(opened, pipeline, ana, signed_in):
    for number in range(14):
        opened(f"deal {number}", amount=number, closes_on=date(2027 + number // 12, 1 + number % 12, 1))
    page = signed_in(ana).get(f"{reverse('sales:board')}?lanes=month")
    assert next(one.label for one in page.context["board"].lanes) == "March 2027"
    assert "2 more deals lie in other lanes" in page.content.decode()
