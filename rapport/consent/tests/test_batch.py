"""Many words at once over the API: each row has its answer, what is known is not said again, nothing newer is overruled."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.consent import lock
from rapport.consent.ledger import Consent, Said
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say, say_all
from rapport.consent.strike import strike
from rapport.consent.tests.peer import customer_at
from rapport.customers.models import Customer
from rapport.people.models import ApiToken, Scope

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]
JUNE = "2025-06-01T00:00:00Z"


@pytest.fixture
def send(db):
    def post(user, *rows, body=None):
        client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 'test', [])}"})
        said = json.dumps(rows) if body is None else body
        return client.post("/api/v1/consents/batch", said, content_type="application/json")

    return post


def row(address="ann@x.example", said="granted", **named):
    return {"purpose": "offers", "address": address, "said": said, "evidence": "crm", "at": JUNE} | named


def test_each_row_has_its_own_answer(send, boss):
    answer = send(
        boss,
        row(),
        row(),
        row("nonsense"),
        row(purpose="correspondents"),
        row("bob@x.example", said="struck"),
        row("bob@x.example", at="2999-01-01T00:00:00Z"),
        {"purpose": "offers"},
        row("bob@x.example", said="denied", at=None),
    ).json()
    assert [one["status"] for one in answer] == [201, 200, 422, 422, 422, 422, 422, 201]
    assert all(one["why"] for one in answer if one["status"] == 422)
    assert list(Consent.objects.order_by("pk").values_list("value", "said")) == [
        ("ann@x.example", "granted"),
        ("bob@x.example", "denied"),
    ]
    assert Consent.objects.first().at == datetime(2025, 6, 1, tzinfo=UTC)


def test_a_purpose_that_has_to_be_confirmed_takes_what_is_proven(send, boss):
    Purpose.objects.filter(code="offers").update(confirmed=True)
    answer = send(boss, row(), row(proven=True)).json()
    assert [one["status"] for one in answer] == [422, 201]
    assert Consent.objects.get().said == Said.GRANTED


def test_of_customers_one_may_not_see_nothing_is_written(send, nils, iberia):
    customer = customer_at("ann@x.example")
    Customer.objects.filter(pk=customer.pk).update(team=iberia, scope=Scope.objects.get(team=iberia))
    assert [one["status"] for one in send(nils, row(), row("new@x.example")).json()] == [422, 201]


def test_what_is_no_list_and_too_long_a_one_are_refused(send, boss):
    assert send(boss, body="{}").status_code == 422
    assert send(boss, body="[").status_code == 400
    assert send(boss, *[row()] * 5_001).status_code == 413


def test_hundreds_take_one_lock_and_cost_no_more_queries_than_a_few(monkeypatch):
    monkeypatch.setattr(lock, "MANY", 3)
    offers, costs = Purpose.objects.get(code="offers"), []
    for many in (5, 300):
        words = [Word(offers, f"p{number}@of{many}.example", Said.GRANTED) for number in range(many)]
        with CaptureQueriesContext(connection) as queries:
            assert len(say_all(words, by=None, at=timezone.now())) == many
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_word_is_struck_out_once_and_what_was_said_before_counts_again(ana):
    offers, now = Purpose.objects.get(code="offers"), timezone.now()
    say(Word(offers, "ann@x.example", Said.DENIED), by=ana, at=now - timedelta(days=2))
    wrong = say(Word(offers, "ann@x.example", Said.GRANTED), by=ana, at=now - timedelta(days=1))
    assert strike([wrong.pk], evidence="Typed at the wrong customer", by=ana, at=now) == 1
    assert strike([wrong.pk], evidence="Again", by=ana, at=now) == 0
    assert Consent.objects.decisive().get().said == Said.DENIED
