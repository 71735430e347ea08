"""Who was shown sensitive data of a customer stands in the audit trail; what is not sensitive leaves no trace."""

import json

import pytest
from django.test import Client

from rapport.audit.models import Reading
from rapport.changes.tests.world import put
from rapport.fields.sensitivity import grade
from rapport.people.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]


@pytest.fixture
def ada():
    return put("Ada Silva", ("email", "ada@x.example"), city="Porto")


def readings():
    return [(one.user_id, one.customer_ids, one.fields, one.place) for one in Reading.objects.order_by("pk")]


def test_what_is_not_sensitive_leaves_no_trace(signed_in, boss, ada):
    signed_in(boss).get(f"/customers/{ada.pk}/")
    assert readings() == []


def test_a_page_that_shows_it_is_noted_with_who_saw_what_of_whom(signed_in, boss, ana, ada):
    grade("customers_customer", "city", "sensitive")
    empty = put("Ben Okri")
    path = f"/customers/{ada.pk}/"
    signed_in(boss).get(path)
    signed_in(boss).get(f"/customers/{empty.pk}/")
    # Ana's role may not see what is sensitive, so nothing was shown to her.
    signed_in(ana).get(path)
    assert readings() == [(boss.pk, [ada.pk], ["city"], path)]


def test_the_api_and_a_list_that_goes_out_are_noted_too(signed_in, boss, ada):
    grade("customers_customer", "city", "sensitive")
    token = ApiToken.issue(boss, "Shop", ["customers.view_customer"])
    path = f"/api/v1/customers/{ada.pk}"
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get(path)
    assert json.loads(answer.content)["city"] == "Porto"
    assert signed_in(boss).get("/customers/export.csv").status_code == 200
    assert readings() == [
        (boss.pk, [ada.pk], ["city"], path),
        (boss.pk, [], ["city"], "/customers/export.csv"),
    ]
