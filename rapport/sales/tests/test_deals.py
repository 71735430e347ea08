"""Deals: opened, moved, changed and taken back; two people at once; who sees them."""

import json
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.journal.change import Change
from rapport.journal.models import Event, Fact
from rapport.sales.change_deal import as_read, change_deal
from rapport.sales.deal import Deal, Move, stalled
from rapport.sales.deals_with import open_with
from rapport.sales.move_deal import Elsewhere, Lacking, Moved, move_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import Reason
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.sales.stalls import stalls
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def marta(db):
    arrival = Inbound(
        "pbx", "0", NOW, Channel.PHONE, Direction.INBOUND, "call", (Party((Clue("email", "marta@aurora.example"),)),)
    )
    return Customer.objects.get(pk=receive([arrival], by=None, at=NOW)[0].customer_id)


@pytest.fixture
def stages(boss):
    made = begin_pipeline("New business", by=boss, at=NOW)
    return list(made.stages.order_by("place"))


@pytest.fixture
def deal(marta, stages, ana):
    new = NewDeal(
        "Cork floor", stages[0], ana, Decimal("1200.50"), "EUR", next_step="Call her", next_step_on=date(2026, 12, 1)
    )
    return open_deal(new, customer=marta, by=ana, at=NOW)


def undo_last(client):
    return client.post(reverse("changes:undo", args=[Change.objects.latest("pk").pk]))


def test_a_deal_is_opened_by_its_form_once_however_often_it_is_sent(ana, marta, stages, signed_in):
    client, address = signed_in(ana), f"{reverse('sales:new')}?customer={marta.pk}"
    page = client.get(address).content.decode()
    assert "New business" not in page, "one pipeline needs no name beside its stages"
    given = {
        "name": "Cork floor",
        "stage": stages[0].pk,
        "owner": ana.pk,
        "amount": "1200.50",
        "currency": "eur",
        "next_step": "Call her",
        "next_step_on": "2026-12-01",
        "closes_on": "2027-01-31",
    }
    answers = [client.post(address, given) for _ in range(2)]
    deal = Deal.objects.get()
    assert [one.headers["Location"] for one in answers] == [reverse("sales:deal", args=[deal.pk])] * 2
    assert (deal.amount, deal.currency, deal.chance, deal.member.customer) == (Decimal("1200.5"), "EUR", 10, marta)
    assert [one.to_stage for one in deal.moves.all()] == [stages[0]]
    (panel,) = open_with([deal.member_id], reader=ana, at=timezone.now())
    assert (panel.deal, list(panel.stalls)) == (deal, [])
    assert undo_last(client).status_code == 302
    assert not Deal.objects.exists()


def test_what_is_missing_is_asked_for_with_what_was_written(ana, marta, stages, signed_in):
    address = f"{reverse('sales:new')}?customer={marta.pk}"
    answer = signed_in(ana).post(address, {"name": "Cork", "stage": stages[2].pk, "owner": ana.pk, "amount": "10"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Cork"' in page
    assert "In which currency?" in page
    assert "asks for it" in page, "a proposal needs a day on which it is expected to close"
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", "-1"),
        ("amount", "1e30"),
        ("currency", "€€€"),
        ("closes_on", "20255-01-01"),
        ("probability", "101"),
        ("name", "\x00"),
    ],
)
def test_nonsense_is_told_and_nothing_is_written(ana, marta, stages, signed_in, name, value):
    given = {
        "name": "Cork",
        "stage": stages[0].pk,
        "owner": ana.pk,
        "amount": "1",
        "currency": "EUR",
        "next_step": "Call",
    }
    answer = signed_in(ana).post(f"{reverse('sales:new')}?customer={marta.pk}", given | {name: value})
    assert answer.status_code == 422
    assert not Deal.objects.exists()


def test_a_move_is_kept_with_its_moment_and_author_and_undo_takes_it_back(ana, deal, stages, signed_in):
    client = signed_in(ana)
    answer = client.post(
        reverse("sales:move", args=[deal.pk, stages[1].pk]), {"seen": stages[0].pk}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    told = json.loads(answer.headers["HX-Trigger"])
    assert "deals:changed" in told
    deal.refresh_from_db()
    assert deal.stage == stages[1]
    assert [(one.from_stage, one.to_stage, one.by) for one in deal.moves.order_by("pk")] == [
        (None, stages[0], ana),
        (stages[0], stages[1], ana),
    ]
    assert Event.objects.filter(kind=Fact.DEALS_CHANGED, subject_ids=[deal.pk]).count() == 2
    assert client.post(told["toast"]["undo"]).status_code == 302
    deal.refresh_from_db()
    assert (deal.stage, deal.moves.count()) == (stages[0], 1)


def test_a_stage_gets_what_it_asks_for_or_nothing_is_moved(ana, deal, stages, signed_in):
    client, address = signed_in(ana), reverse("sales:move", args=[deal.pk, stages[3].pk])
    asked = client.post(address, {"seen": stages[0].pk}, headers={"HX-Request": "true"})
    assert asked.status_code == 422
    assert 'name="closes_on"' in asked.content.decode()
    assert 'name="amount"' not in asked.content.decode(), "it has one"
    deal.refresh_from_db()
    assert deal.stage == stages[0]
    answer = client.post(
        address, {"seen": stages[0].pk, "asked": "1", "closes_on": "2027-01-31"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    deal.refresh_from_db()
    assert (deal.stage, deal.closes_on) == (stages[3], date(2027, 1, 31))


def test_a_lost_deal_says_why_and_comes_back_without_it(ana, deal, stages):
    lost, price = stages[5], Reason.objects.get(name="Price")
    refused = move_deal(deal.pk, lost, seen=stages[0].pk, brought={}, by=ana, at=NOW)
    assert refused == Lacking(refused.deal, ("reason_id",))
    move_deal(deal.pk, lost, seen=stages[0].pk, brought={"reason": price, "said": "Too dear"}, by=ana, at=NOW)
    deal.refresh_from_db()
    assert (deal.closed_at, deal.reason, deal.said) == (NOW, price, "Too dear")
    move_deal(deal.pk, stages[0], seen=lost.pk, brought={}, by=ana, at=NOW + timedelta(days=1))
    deal.refresh_from_db()
    assert (deal.closed_at, deal.reason, deal.said) == (None, None, "")


def test_whoever_comes_second_is_told_and_changes_nothing(ana, mia, deal, stages, signed_in):
    assert isinstance(move_deal(deal.pk, stages[1], seen=stages[0].pk, brought={}, by=mia, at=NOW), Moved)
    second = move_deal(deal.pk, stages[4], seen=stages[0].pk, brought={}, by=ana, at=NOW)
    assert isinstance(second, Elsewhere)
    assert (second.last.by, second.last.to_stage) == (mia, stages[1])
    answer = signed_in(ana).post(
        reverse("sales:move", args=[deal.pk, stages[4].pk]), {"seen": stages[0].pk}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert "Mia Lopes has moved it" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    deal.refresh_from_db()
    assert deal.stage == stages[1]


def test_two_who_change_different_fields_both_keep_what_they_wrote_and_the_same_field_is_a_clash(ana, mia, deal):
    read = as_read(deal)
    assert change_deal(deal.pk, {"next_step": "Send offer"}, was=read, by=mia, at=NOW) == []
    assert change_deal(deal.pk, {"amount": Decimal(900), "currency": "EUR"}, was=read, by=ana, at=NOW) == []
    deal.refresh_from_db()
    assert (deal.next_step, deal.amount) == ("Send offer", 900)
    (clash,) = change_deal(deal.pk, {"next_step": "Visit", "name": "Other"}, was=read, by=ana, at=NOW)
    assert (clash.field, clash.now, clash.wanted) == ("next_step", "Send offer", "Visit")
    deal.refresh_from_db()
    assert (deal.next_step, deal.name) == ("Send offer", "Cork floor"), "nothing is half saved"


def test_a_clash_is_shown_and_sent_again_it_holds(ana, mia, deal, signed_in):
    client, address = signed_in(ana), reverse("sales:change", args=[deal.pk])
    read = json.dumps(as_read(deal))
    change_deal(deal.pk, {"next_step": "Send offer"}, was=None, by=mia, at=NOW)
    given = {
        "name": "Cork floor",
        "owner": ana.pk,
        "amount": "1200.5",
        "currency": "EUR",
        "next_step": "Visit",
        "next_step_on": "2026-12-01",
    }
    answer = client.post(address, given | {"was": read})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Send offer" in page
    assert 'value="Visit"' in page
    fresh = json.dumps(as_read(Deal.objects.get()))
    assert client.post(address, given | {"was": fresh}).status_code == 302
    assert Deal.objects.get().next_step == "Visit"


@pytest.mark.django_db(transaction=True)
def test_eight_who_move_one_deal_at_once_leave_one_move(ana, deal, stages):
    found, gate = [], threading.Barrier(8)

    def move(stage):
        gate.wait()
        try:
            found.append(move_deal(deal.pk, stage, seen=stages[0].pk, brought={}, by=ana, at=timezone.now()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=move, args=(stages[1 + place % 2 * 3],)) for place in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(isinstance(one, Moved) and one.moved for one in found) == 1
    assert len(found) == len(threads), "each was answered"
    assert Move.objects.filter(deal=deal).count() == 2


def test_words_and_filter_agree_on_what_stands_still(ana, marta, stages):
    today, later = timezone.localdate(), timezone.now()

    def made(name, **more):
        deal = open_deal(
            NewDeal(name, stages[0], ana, next_step="Call", next_step_on=today), customer=marta, by=ana, at=NOW
        )
        Deal.objects.filter(pk=deal.pk).update(**more)
        return Deal.objects.select_related("stage").get(pk=deal.pk)

    deals = [
        made("moves"),
        made("no step", next_step=""),
        made("late step", next_step_on=today - timedelta(days=1)),
        made("late end", closes_on=today - timedelta(days=1)),
        made("long", stage_since=later - timedelta(days=15)),
        made("won", closed_at=NOW, next_step=""),
    ]
    in_words = {one.name for one in deals if stalls(one, at=later)}
    assert in_words == {"no step", "late step", "late end", "long"}
    assert set(Deal.objects.filter(stalled(at=later, today=today)).values_list("name", flat=True)) == in_words


def test_another_team_neither_sees_nor_moves_it(ana, nils, marta, deal, stages, iberia, signed_in):
    edit(marta, {"owner": str(ana.pk)}, by=ana, at=NOW)
    Customer.objects.filter(pk=marta.pk).update(scope=iberia.scope)
    client = signed_in(nils)
    for address in (
        reverse("sales:deal", args=[deal.pk]),
        reverse("sales:change", args=[deal.pk]),
        reverse("sales:move", args=[deal.pk, stages[1].pk]),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code in {404, 405}
    assert "Cork floor" not in client.get(reverse("sales:board")).content.decode()
    assert "Cork floor" not in client.get(reverse("sales:deals"), follow=True).content.decode()
    assert (
        client.get(f"{reverse('sales:new')}?customer={marta.pk}").content.decode().count("none that you may see") == 1
    )


def test_a_reader_looks_and_moves_nothing(rita, deal, stages, signed_in):
    client = signed_in(rita)
    page = client.get(reverse("sales:board")).content.decode()
    assert "Cork floor" in page
    assert "data-pick" not in page
    assert client.post(reverse("sales:move", args=[deal.pk, stages[1].pk])).status_code == 403


def test_what_is_asked_on_a_page_of_its_own_is_sent_as_a_page(ana, deal, stages, signed_in):
    """Opened from the board it answers into the dialogue there; by itself there is no such place."""
    address = reverse("sales:move", args=[deal.pk, stages[4].pk])
    assert 'hx-target="#move-body"' not in signed_in(ana).get(address).content.decode()
    assert 'hx-target="#move-body"' in signed_in(ana).get(address, headers={"HX-Request": "true"}).content.decode()
