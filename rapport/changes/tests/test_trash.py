"""Whoever is deleted is gone from everywhere, comes back exactly, and what they send meanwhile waits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rapport.changes.tests.world import as_it_is, put
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.bring_back import bring_back
from rapport.customers.discard import discard
from rapport.customers.find import find_customers
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.customers.trash import Trashed
from rapport.identity.merge import MergeError, merge
from rapport.identity.register import Outcome, register
from rapport.lib.identifiers import normalise
from rapport.people.models import ApiToken
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def mail(number, *addresses):
    clues = tuple(Clue("email", one) for one in addresses)
    return Inbound(
        channel=Channel.EMAIL,
        direction=Direction.INBOUND,
        kind="mail",
        external_id=str(number),
        source="mail",
        parties=(Party(clues, "from"),),
        subject=f"Letter {number}",
        at=NOW,
    )


@pytest.mark.req("T6")
def test_a_deleted_customer_is_gone_from_lists_search_api_and_pages_and_comes_back(signed_in, mia, ana):
    marta = put("Marta Oliveira", ("email", "marta@x.example"), owner=ana.email)
    receive([mail(1, "marta@x.example")], by=None, at=NOW)
    client = signed_in(mia)
    token = ApiToken.issue(mia, "test", [])
    api = {"Authorization": f"Bearer {token}"}
    pages = [f"/customers/{marta.pk}/", f"/customers/{marta.pk}/edit/", f"/customers/{marta.pk}/timeline/"]
    before = as_it_is()
    assert client.post(f"/customers/{marta.pk}/delete/").status_code == 302
    assert {client.get(page).status_code for page in pages} == {404}
    assert "Marta Oliveira" not in client.get("/customers/?sort=name").content.decode()
    assert b"Marta" not in b"".join(client.get("/customers/export.csv"))
    assert not find_customers(mia, "Marta Olivera", limit=5)
    assert not find_customers(mia, "marta@x.example", limit=5)
    assert client.get(f"/api/v1/customers/{marta.pk}", headers=api).status_code == 404
    assert client.get("/api/v1/interactions", headers=api).json()["items"] == []
    assert not Interaction.objects.visible_to(mia).exists()
    trash = client.get("/trash/").content.decode()
    assert "Marta Oliveira" in trash
    assert "Mia Lopes" in trash
    client.post(f"/trash/{Trashed.objects.get().pk}/restore/")
    assert as_it_is() == before
    assert client.get(pages[0]).status_code == 200


@pytest.mark.req("T6")
def test_what_arrives_from_somebody_in_the_trash_waits_with_the_reason_and_goes_home_with_them(
    signed_in, mia, run_jobs
):
    marta = put("Marta", ("email", "marta@x.example"))
    discard([marta.pk], by=mia, at=timezone.now())
    (came,) = receive([mail(1, "marta@x.example")], by=None, at=timezone.now())
    assert came.customer_id is None
    assert Customer.objects.count() == 1, "nobody is founded in their place"
    assert Customer.objects.get().trashed_at, "and nobody comes back by it"
    assert "belongs to a customer in the trash" in signed_in(mia).get("/unassigned/").content.decode()
    bring_back([marta.pk], by=mia, at=timezone.now())
    run_jobs()
    assert not Interaction.objects.unassigned().exists()
    assert Interaction.objects.get().participations.get(main=True).member.customer_id == marta.pk


def test_another_address_of_somebody_who_lives_still_finds_them(mia):
    marta, rui = put("Marta", ("email", "marta@x.example")), put("Rui", ("email", "rui@x.example"))
    discard([marta.pk], by=mia, at=NOW)
    (came,) = receive([mail(1, "marta@x.example", "rui@x.example")], by=None, at=NOW)
    assert came.customer_id == rui.pk


def test_an_import_of_somebody_in_the_trash_is_refused_and_says_why(mia):
    marta = put("Marta", ("email", "marta@x.example"))
    discard([marta.pk], by=mia, at=NOW)
    record = RecordIn("shop", "7", Kind.PERSON, claims({"name": "Marta"}), (normalise("email", "marta@x.example"),))
    for by in (mia, None):
        (done,) = register([record], by=by, at=NOW)
        assert (done.outcome, done.trashed) == (Outcome.REFUSED, True)
    assert Customer.objects.count() == 1


def test_nobody_in_the_trash_is_merged(mia):
    one, other = put("Marta"), put("Marta O.")
    discard([other.pk], by=mia, at=NOW)
    with pytest.raises(MergeError, match="in the trash"):
        merge(one, other, by=mia, at=NOW)


def test_after_thirty_days_nobody_comes_back(signed_in, mia):
    marta = put("Marta")
    discard([marta.pk], by=mia, at=timezone.now() - timedelta(days=31))
    client = signed_in(mia)
    trashed = Trashed.objects.get()
    assert "erased for good soon" in client.get(f"/trash/{trashed.pk}/").content.decode()
    client.post(f"/trash/{trashed.pk}/restore/")
    assert Customer.objects.get().trashed_at is not None


@pytest.mark.req("G5")
def test_agents_delete_nobody_and_managers_only_their_own(signed_in, ana, mia, nils):
    theirs, ours = put("Nora", owner=nils.email), put("Marta", owner=ana.email)
    assert signed_in(ana).post(f"/customers/{ours.pk}/delete/").status_code == 403
    assert signed_in(mia).post(f"/customers/{theirs.pk}/delete/").status_code == 404
    discard([theirs.pk], by=None, at=NOW)
    assert "Nora" not in signed_in(mia).get("/trash/").content.decode()
    assert signed_in(mia).post(f"/trash/{Trashed.objects.get().pk}/restore/").status_code == 404


def test_the_trash_is_filtered_by_who_deleted(signed_in, mia, boss):
    discard([put("Marta").pk], by=mia, at=NOW)
    discard([put("Rui").pk], by=boss, at=NOW)
    page = signed_in(boss).get(f"/trash/?by={mia.pk}").content.decode()
    assert "Marta" in page
    assert "Rui" not in page
