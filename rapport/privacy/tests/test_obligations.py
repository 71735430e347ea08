"""Duties: who sees to them, when somebody looks again, and what shows that they are met."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from rapport.people.models import ApiToken
from rapport.privacy.models import Obligation
from rapport.privacy.obligation_review import review

pytestmark = [pytest.mark.django_db, pytest.mark.req("G6")]


@pytest.fixture
def duty(mia, ana):
    return Obligation.objects.create(
        title="Answer within a month",
        origin="law",
        source="GDPR, Article 12",
        applies_to="Every request",
        owner=mia,
        deputy=ana,
        every_months=3,
        review_on=date(2026, 1, 31),
    )


def test_the_next_review_follows_from_the_rhythm(duty, mia):
    review(duty, "partly", "Two were late", by=mia, today=date(2026, 11, 30), at=timezone.now())
    duty.refresh_from_db()
    assert (duty.state, duty.review_on) == ("partly", date(2027, 2, 28))
    review(duty, "over", "Sold", by=mia, today=date(2026, 12, 1), at=timezone.now())
    duty.refresh_from_db()
    assert (duty.review_on, duty.is_overdue(date(2040, 1, 1))) == (None, False)
    assert [one.state for one in duty.reviews.order_by("pk")] == ["partly", "over"]


def test_what_is_overdue_stands_at_home_of_its_owner_only(signed_in, duty, mia, ana):
    assert duty.title in signed_in(mia).get("/").content.decode()
    assert duty.title not in signed_in(ana).get("/").content.decode()
    mia.is_active = False
    mia.save()
    assert duty.title in signed_in(ana).get("/").content.decode()


def test_a_duty_that_was_never_planned_is_overdue_and_one_of_tomorrow_is_not(duty):
    today = date(2026, 11, 27)
    assert Obligation(review_on=None, state="open").is_overdue(today)
    assert not Obligation(review_on=today, state="met").is_overdue(today)
    assert list(Obligation.objects.all().overdue(today)) == [duty]


def test_it_is_written_down_reviewed_and_shown_with_its_history(signed_in, mia):
    client = signed_in(mia)
    given = {"title": "Invoices", "origin": "law", "source": "HGB", "applies_to": "Invoices", "every_months": "12"}
    assert client.post("/govern/obligations/new/", given | {"every_months": "99"}).status_code == 422
    assert client.post("/govern/obligations/new/", given).status_code == 302
    duty = Obligation.objects.get()
    path = f"/govern/obligations/{duty.pk}/"
    client.post(f"{path}edit/", given | {"owner": mia.pk, "source": "HGB, paragraph 257"})
    assert client.post(f"{path}review/", {"state": "met", "note": ""}).status_code == 422
    client.post(f"{path}review/", {"state": "met", "note": "Looked at 20"})
    page = client.get(path).content.decode()
    assert "Looked at 20" in page
    assert "HGB, paragraph 257" in page
    assert "Mia Lopes" in page
    assert "Invoices" not in client.get("/govern/obligations/?show=overdue").content.decode().partition("<table")[2]


def test_evidence_is_a_link_or_a_file_and_the_file_comes_back(signed_in, duty, mia, settings, tmp_path):
    settings.FILES = tmp_path
    client, path = signed_in(mia), f"/govern/obligations/{duty.pk}/evidence/"
    assert client.post(path, {"title": "Nothing"}).status_code == 422
    client.post(path, {"title": "Policy", "link": "https://wiki.example/policy"})
    client.post(path, {"title": "Audit", "file": SimpleUploadedFile("audit.txt", b"All well")})
    page = client.get(f"/govern/obligations/{duty.pk}/").content.decode()
    assert "https://wiki.example/policy" in page
    kept = duty.evidence.get(title="Audit")
    answer = client.get(f"{path}{kept.pk}/")
    assert b"".join(answer.streaming_content) == b"All well"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_readers_see_duties_and_change_none(signed_in, duty, rita):
    client = signed_in(rita)
    assert duty.title in client.get("/govern/obligations/").content.decode()
    assert client.post(f"/govern/obligations/{duty.pk}/review/", {"state": "met", "note": "x"}).status_code == 403


def test_over_the_api_a_duty_is_added_and_reviewed(duty, mia):
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(mia, 'walk', [])}"})

    def post(path, given):
        return client.post(f"/api/v1/obligations{path}", json.dumps(given), "application/json")

    given = {"title": "Accessible pages", "origin": "law", "source": "BFSG", "applies_to": "Web pages"}
    assert post("", given | {"owner": 0}).status_code == 422
    made = post("", given | {"owner": mia.pk}).json()
    assert made["overdue"] is True
    assert post(f"/{made['id']}/reviews", {"state": "met", "note": "Tested"}).status_code == 201
    listed = {one["id"]: one for one in client.get("/api/v1/obligations").json()["items"]}
    assert listed[made["id"]]["overdue"] is False
    assert client.get(f"/api/v1/obligations/{made['id']}/reviews").json()["items"][0]["note"] == "Tested"
    assert listed[duty.pk]["review_on"] == "2026-01-31"
    assert timezone.localdate() + timedelta(days=300) < date.fromisoformat(listed[made["id"]]["review_on"])
