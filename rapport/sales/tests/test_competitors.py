"""Competitors: written down, met in deals, and to whom deals were lost."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.catalogue.product import Product
from rapport.customers.create import Newborn, create
from rapport.customers.models import Customer
from rapport.customers.records import RecordIn
from rapport.journal.change import Change
from rapport.people.models import ApiToken, digest
from rapport.sales.competitor import Competitor, Positioning, Rival
from rapport.sales.deal import Deal
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.keep_competitor import CompetitorError, keep_competitor
from rapport.sales.move_deal import move_deal
from rapport.sales.name_rival import name_rival
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End, Reason, Stage
from rapport.sales.record_deals import DealIn, record_deals
from rapport.sales.shape_pipeline import begin_pipeline

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]


@pytest.fixture
def deal(ana):
    now = timezone.now()
    begin_pipeline("Sales", by=ana, at=now)
    made = create([Newborn(RecordIn("crm", "1", "company", {"name": "Aurora"}), ())], at=now)[0]
    stage = Stage.objects.current()[0]
    new = NewDeal("Floor", stage, ana, Decimal(100), "EUR", next_step="Call")
    return open_deal(new, customer=Customer.objects.get(pk=made.customer_id), by=ana, at=now)


@pytest.fixture
def rivale():
    return Competitor.objects.create(name="Rivale")


def stage_of(end):
    return Stage.objects.current().filter(end=end)[0]


def test_a_competitor_is_written_down_once_under_all_its_names(ana, client):
    client.force_login(ana)
    given = {"name": "Rivale", "aliases": "Rivale SA, rivale, The Red Ones", "website": "https://rivale.example"}
    client.post(reverse("sales:add_competitor"), given)
    assert Competitor.objects.get().called == ["Rivale", "Rivale SA", "The Red Ones"]
    answer = client.post(reverse("sales:add_competitor"), {**given, "name": "RIVALE", "answer": "We are nearer"})
    assert answer.status_code == 422
    assert "We are nearer" in answer.content.decode()
    with pytest.raises(CompetitorError):
        keep_competitor(Competitor(name="rivale"), by=ana, at=timezone.now())


def test_what_we_say_about_a_product_stands_with_the_competitor(ana, client, rivale):
    Product.objects.create(number="F-1", name="Floor", sort_key="floor")
    client.force_login(ana)
    put = reverse("sales:put_positioning", args=[rivale.pk])
    client.post(put, {"product": "F-1", "words": "Lasts twice as long"})
    assert Positioning.objects.get().words == "Lasts twice as long"
    assert "Lasts twice as long" in client.get(reverse("sales:competitor", args=[rivale.pk])).content.decode()
    client.post(put, {"product": "F-1", "words": ""})
    assert not Positioning.objects.exists()


def test_who_stands_against_us_shows_on_deal_board_and_list(ana, client, deal, rivale):
    client.force_login(ana)
    client.post(reverse("sales:rivals", args=[deal.pk]), {"competitor": rivale.pk, "role": "incumbent"})
    assert Rival.objects.get().role == "incumbent"
    for page in (reverse("sales:deal", args=[deal.pk]), reverse("sales:board")):
        assert "Rivale" in client.get(page).content.decode()
    answer = client.get(f"{reverse('sales:deals')}?rival={rivale.pk}&columns=name,rivals").content.decode()
    assert "Rivale" in answer
    change = Change.objects.latest("pk")
    client.post(reverse("changes:undo", args=[change.pk]))
    assert not Rival.objects.exists()


def test_a_lost_deal_says_to_whom_and_that_is_taken_back_with_the_move(ana, client, deal, rivale):
    other = Competitor.objects.create(name="Other")
    name_rival(deal.pk, rivale, "rival", by=ana, at=timezone.now())
    client.force_login(ana)
    lost = stage_of(End.LOST)
    move = reverse("sales:move", args=[deal.pk, lost.pk])
    asked = client.get(move).content.decode()
    assert f'<option value="{rivale.pk}" selected>' in asked
    price = Reason.objects.get(name="Price")
    client.post(move, {"asked": "1", "reason": price.pk, "lost_to": other.pk, "said": "Cheaper"})
    assert set(Rival.objects.values_list("competitor__name", "beat_us")) == {("Rivale", False), ("Other", True)}
    assert list(DEAL_LIST.chosen(f"lost-to={other.pk}", ana)) == [deal]
    assert list(DEAL_LIST.chosen(f"lost-to={rivale.pk}", ana)) == []
    client.post(reverse("changes:undo", args=[Change.objects.latest("pk").pk]))
    deal.refresh_from_db()
    assert deal.closed_at is None
    assert list(Rival.objects.values_list("competitor__name", "beat_us")) == [("Rivale", False)]


def test_a_deal_that_is_taken_up_again_is_lost_to_nobody(ana, deal, rivale):
    brought = {"reason": Reason.objects.get(name="Price"), "lost_to": rivale}
    move_deal(deal.pk, stage_of(End.LOST), seen=None, brought=brought, by=ana, at=timezone.now())
    assert Rival.objects.get().beat_us
    move_deal(deal.pk, deal.stage, seen=None, brought={}, by=ana, at=timezone.now())
    assert not Rival.objects.get().beat_us


def test_the_same_goes_over_the_api(ana, client, deal):
    ApiToken.objects.create(user=ana, name="t", digest=digest("secret"))

    def ask(verb, path, body=None):
        call = getattr(client, verb)
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return call(f"/api/v1{path}", headers={"Authorization": "Bearer secret"}, **more)

    made = ask("post", "/competitors", {"name": "Rivale", "aliases": ["Red"]})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert ask("post", "/competitors", {"name": "rivale"}).status_code == 422
    assert ask("patch", f"/competitors/{pk}", {"answer": "Nearer"}).json()["answer"] == "Nearer"
    assert ask("post", f"/deals/{deal.pk}/rivals", {"competitor_id": pk}).json()["items"][0]["name"] == "Rivale"
    assert ask("post", f"/deals/{deal.pk}/rivals", {"competitor_id": 0}).status_code == 422
    lost, why = stage_of(End.LOST), Reason.objects.get(name="Price")
    move = {"stage_id": lost.pk, "reason_id": why.pk, "lost_to_id": pk}
    assert ask("post", f"/deals/{deal.pk}/move", move).status_code == 200
    assert ask("get", f"/deals/{deal.pk}/rivals").json()["items"][0]["beat_us"] is True
    assert ask("delete", f"/deals/{deal.pk}/rivals/{pk}").json() == {"items": []}
    assert ask("patch", f"/competitors/{pk}", {"met": False}).json()["met"] is False


def test_another_system_names_competitors_with_its_deals(ana, rivale):
    begin_pipeline("Sales", by=ana, at=timezone.now())
    rivale.aliases = ["Rivale S.A."]
    rivale.save()
    rows = [
        DealIn("crm", "1", name="One", stage="Lost", competitor="rivale sa"),
        DealIn("crm", "2", name="Two", stage="Won", competitor="Nova"),
    ]
    record_deals(rows, by=ana, at=timezone.now())
    record_deals(rows, by=ana, at=timezone.now())
    found = set(Rival.objects.values_list("deal__name", "competitor__name", "beat_us"))
    assert found == {("One", "Rivale", True), ("Two", "Nova", False)}
    assert Deal.objects.count() == 2
