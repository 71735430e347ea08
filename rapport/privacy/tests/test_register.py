"""The register of processing: what it says, whose review is overdue, and how it is taken away."""

from datetime import date

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from rapport.people.models import ApiToken
from rapport.people.post import Post
from rapport.privacy.models import Activity

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]


def given(**named):
    said = {
        "name": "Newsletter",
        "purpose": "To tell news to whoever asked",
        "basis": "consent",
        "persons": "Subscribers",
        "data": "E-mail addresses",
        "tables": ["customers_identifier", "consent_consent"],
        "keeps": "Until they unsubscribe",
        "security": "The gate; roles",
        "review_on": "2026-01-01",
    }
    return said | named


def test_an_activity_is_written_down_and_linked_to_the_dictionary(signed_in, mia):
    client = signed_in(mia)
    assert client.post("/govern/processing/new/", given(tables=["no_such_table"])).status_code == 422
    client.post("/govern/processing/new/", given(owner=mia.pk))
    made = Activity.objects.get()
    page = client.get(f"/govern/processing/{made.pk}/").content.decode()
    assert "/govern/data/consent_consent/" in page
    assert "overdue" in page
    client.post(f"/govern/processing/{made.pk}/edit/", given(keeps="Two years", review_on="2099-01-01"))
    page = client.get(f"/govern/processing/{made.pk}/").content.decode()
    assert "Until they unsubscribe" in page
    assert "overdue" not in page


def test_the_register_names_the_officer_and_counts_what_is_overdue(signed_in, mia, boss):
    Activity.objects.create(name="Deliveries", basis="contract", review_on=date(2020, 1, 1))
    Activity.objects.create(name="Ended", basis="contract", review_on=date(2020, 1, 1), ended_on=date(2021, 1, 1))
    officer = Post.objects.get(kind=Post.Kind.PRIVACY)
    officer.terms.create(holder=boss, since=timezone.localdate())
    page = signed_in(mia).get("/govern/processing/").content.decode()
    assert "Bea Boss" in page
    assert "The review of 1 activity is overdue." in page


def test_it_is_taken_away_as_a_table_and_over_the_api(signed_in, mia):
    Activity.objects.create(name="Deliveries", basis="contract", tables=["sales_order"])
    answer = signed_in(mia).get("/govern/processing/file/")

    async def gathered():
        return [piece async for piece in answer.streaming_content]

    assert b"Deliveries" in b"".join(async_to_sync(gathered)())
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(mia, 'walk', [])}"})
    [one] = client.get("/api/v1/processing-activities").json()["items"]
    assert (one["tables"], one["overdue"]) == (["sales_order"], True)
