"""What deals, losses and words say about competitors; every figure opens the records behind it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.customers.create import Newborn, create
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.customers.records import RecordIn
from rapport.market.mentions import mentions_of
from rapport.market.page import overview, whole_of
from rapport.market.span import span_of
from rapport.people.models import ApiToken, User, digest
from rapport.sales.competitor import Competitor
from rapport.sales.deal import Deal
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.move_deal import move_deal
from rapport.sales.name_rival import name_rival
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End, Reason, Stage
from rapport.sales.rate import Books, Rate
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.search.read_texts import read_texts
from rapport.timeline.models import Circle, Interaction
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("S11")]


def customer(name="Aurora"):
    made = create([Newborn(RecordIn("crm", name, "company", {"name": name}), ())], at=timezone.now())[0]
    return Customer.objects.get(pk=made.customer_id)


@pytest.fixture
def rivale(ana):
    begin_pipeline("Sales", by=ana, at=timezone.now())
    return Competitor.objects.create(name="Rivale", aliases=["Red Coffee"])


def ended(ana, whose, rival, end, **said):
    """A deal of `amount` in `currency`, `days` old, that ended so at once; lost for `reason`, to nobody with `lost_to` False."""
    amount, days = said.get("amount", 100), said.get("days", 0)
    at, stage = timezone.now() - timedelta(days=days), Stage.objects.current()[0]
    currency = said.get("currency", "EUR")
    new = NewDeal(f"Floor {amount} {days}", stage, ana, Decimal(amount), currency, next_step="Call")
    deal = open_deal(new, customer=whose, by=ana, at=at)
    name_rival(deal.pk, rival, "rival", by=ana, at=at)
    if end != End.OPEN:
        brought = {"lost_to": rival if said.get("lost_to", True) else None}
        if end == End.LOST:
            brought["reason"] = Reason.objects.get(end=end, name=said.get("reason", "Price"))
        move_deal(deal.pk, Stage.objects.get(end=end), seen=None, brought=brought, by=ana, at=at)
    return deal


def span():
    return span_of("8", timezone.localdate())


def said(whose, text, days=0, circles=()):
    at = timezone.now() - timedelta(days=days)
    party = Party(member_id=whose.members.get().pk)
    row = Inbound("mail", f"{text}{days}", at, Channel.EMAIL, Direction.INBOUND, "mail", (party,), "Hi", text)
    pk = receive([row], by=None, at=at)[0].interaction_id
    Interaction.objects.filter(pk=pk).update(circles=list(circles))
    read_texts([pk])
    return pk


def test_figures_by_quarter_are_those_of_the_very_deals_they_open(ana, rivale):
    aurora = customer()
    Books.objects.create(currency="EUR")
    Rate.objects.create(
        home="EUR", currency="USD", since=timezone.localdate() - timedelta(days=900), rate=Decimal("0.5")
    )
    ended(ana, aurora, rivale, End.WON)
    ended(ana, aurora, rivale, End.WON, amount=40, currency="USD", days=100)
    ended(ana, aurora, rivale, End.LOST, amount=70, days=200)
    ended(ana, aurora, rivale, End.LOST, amount=71, days=1, reason="No budget")
    ended(ana, aurora, rivale, End.LOST, amount=72, lost_to=False, days=2)
    ended(ana, aurora, rivale, End.OPEN, amount=5, days=300)
    page = whole_of(rivale, span(), reader=ana)
    whole = page["line"].met
    assert (whole.met, whole.won, whole.lost_to, whole.lost, whole.decided) == (6, 2, 2, 1, 4)
    assert whole.rate == Decimal("0.5")
    low, high = whole.between
    assert (round(low, 3), round(high, 3)) == (Decimal("0.150"), Decimal("0.850"))
    assert whole.won_sums == [(100, "EUR"), (40, "USD")]
    assert whole.won_home == 120
    assert {one.label: one.number for one in page["reasons"]} == {"Price": 1, "No budget": 1}
    for line in [page["line"], *page["quarters"]]:
        for what in ("met", "won", "lost_to", "lost"):
            chosen = DEAL_LIST.chosen(line.link(what), ana)
            assert chosen.count() == getattr(line.met, what), (line.label, what)
    for part in [*page["reasons"], *page["parts"]["pipeline"], *page["parts"]["territory"]]:
        assert DEAL_LIST.chosen(part.address, ana).count() == part.number


def test_nobody_sees_figures_of_deals_that_they_may_not_see(ana, nils, rivale):
    hidden = edit(customer("Hidden"), {"team": "Iberia"}, by=None, at=timezone.now())
    ended(ana, hidden, rivale, End.WON)
    (mine,) = overview(span(), reader=ana)["lines"]
    (theirs,) = overview(span(), reader=nils)["lines"]
    assert (mine.met.met, theirs.met.met, theirs.met.won) == (1, 0, 0)


def test_mentions_are_word_for_word_by_month_and_open_the_very_interactions(ana, rivale, client):
    aurora = customer()
    said(aurora, "They have Rivale now")
    said(aurora, "A red coffee machine", days=40)
    said(aurora, "coffee in a red cup", days=3)
    said(aurora, "rivalen und Rivalees", days=4)
    first, end = span().first, span().end
    found = mentions_of(rivale, first, end, reader=ana)
    assert len(found.found) == 2
    counts = dict(found.by_month(span()))
    assert sum(counts.values()) == 2
    client.force_login(ana)
    page = client.get(reverse("market:competitor", args=[rivale.pk])).content.decode()
    links = re.findall(r'href="(/market/\d+/mentions/\?month=[^"]+)"[^>]*>(\d+)<', page)
    assert sum(int(number) for _address, number in links) == 2
    for address, number in links:
        answer = client.get(address.replace("&amp;", "&")).content.decode()
        assert answer.count("data-record=") == int(number)


def test_private_mail_and_what_others_hide_is_not_counted(ana, nils, rivale):
    hidden = edit(customer("Hidden"), {"team": "Iberia"}, by=None, at=timezone.now())
    said(hidden, "Rivale again")
    circle = Circle.objects.create(kind="owner", keeper=nils)
    said(customer(), "Rivale in private", circles=[circle.pk])
    first, end = span().first, span().end
    assert len(mentions_of(rivale, first, end, reader=ana).found) == 1
    assert len(mentions_of(rivale, first, end, reader=nils).found) == 1
    other = Circle.objects.create(kind="owner", keeper=ana)
    Interaction.objects.exclude(circles=[]).update(circles=[other.pk])
    # What somebody may see is asked once per user object.
    again = User.objects.get(pk=ana.pk)
    assert len(mentions_of(rivale, first, end, reader=again).found) == 2


def test_the_market_is_the_same_over_the_api(ana, rivale, client):
    ended(ana, customer(), rivale, End.LOST)
    ApiToken.objects.create(user=ana, name="t", digest=digest("secret"))

    def ask(path):
        return client.get(f"/api/v1{path}", headers={"Authorization": "Bearer secret"})

    (line,) = ask("/market").json()["items"]
    assert (line["name"], line["met"], line["lost_to"], line["win_rate"]) == ("Rivale", 1, 1, 0)
    one = ask(f"/market/{rivale.pk}?quarters=4").json()
    assert one["reasons"] == {"Price": 1}
    assert len(one["quarters"]) == 4
    assert ask("/market/0").status_code == 404


def test_the_pages_cost_the_same_for_one_deal_or_many(ana, rivale, client):
    client.force_login(ana)
    aurora = customer()

    def costs():
        found = []
        for page in (reverse("market:market"), reverse("market:competitor", args=[rivale.pk])):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            found.append(len(asked))
        return found

    ended(ana, aurora, rivale, End.LOST)
    said(aurora, "Rivale 0")
    costs()
    few = costs()
    for number in range(1, 5):
        ended(ana, aurora, rivale, End.LOST, amount=number, days=number * 40)
        said(aurora, f"Rivale {number}", days=number)
    assert Deal.objects.count() == 5
    assert costs() == few
