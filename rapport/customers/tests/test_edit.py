"""What a person writes wins, is told apart, and stays when sources say otherwise."""

from datetime import UTC, datetime

import pytest

from rapport.customers.edit import edit
from rapport.customers.golden import Said, golden
from rapport.customers.models import Customer, FieldRule, Kind, Source
from rapport.customers.records import RecordIn, claims
from rapport.identity.register import register
from rapport.lib.identifiers import normalise

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def put(source, **said):
    records = [RecordIn(source, "1", Kind.PERSON, claims(said))]
    return Customer.objects.get(pk=register(records, by=None, at=NOW)[0].customer_id)


@pytest.mark.django_db
@pytest.mark.req("K1")
def test_what_was_written_by_hand_wins_over_a_later_import_and_can_be_cleared(boss):
    customer = put("crm", name="Marta Oliveira", city="Porto", street="R. A 1")
    edit(customer, {"city": "Lisboa", "street": ""}, by=boss, at=NOW)
    customer = put("crm", name="Marta Oliveira", city="Faro", street="R. B 2")
    assert (customer.city, customer.street) == ("Lisboa", "")
    assert customer.lineage["city"][1] == "by hand"


@pytest.mark.django_db
def test_owner_and_team_decide_whose_the_record_is(ana, iberia):
    customer = put("crm", name="Marta", owner="ANA@rapport.example")
    assert (customer.owner, customer.team, customer.scope) == (ana, iberia, iberia.scope)
    edit(customer, {"owner": "", "team": "Nordics that is not there"}, by=ana, at=NOW)
    customer.refresh_from_db()
    assert (customer.owner, customer.scope_id) == (None, 1)


@pytest.mark.django_db
def test_every_change_keeps_what_was_there_before(ana):
    customer = put("crm", name="Marta", city="Porto")
    edit(customer, {"city": "Lisboa"}, by=ana, at=NOW)
    assert [event.city for event in customer.events.order_by("pgh_id")] == ["Porto"]


@pytest.mark.django_db
def test_a_field_nobody_knows_is_refused(ana):
    with pytest.raises(ValueError, match="no such field"):
        edit(put("crm", name="Marta"), {"sort_key": "x"}, by=ana, at=NOW)


def said(record_id, source="crm", trust=50, seen="2026-01-01", **values):
    return Said(record_id, source == "by hand", trust, seen, values)


@pytest.mark.parametrize(
    ("records", "recent", "expected"),
    [
        ([said(1, city="A")], (), ("A", 1, "only source")),
        ([said(1, trust=90, city="A"), said(2, seen="2026-02-01", city="B")], (), ("A", 1, "most trusted")),
        ([said(1, city="A"), said(2, seen="2026-02-01", city="B")], (), ("B", 2, "most recent")),
        ([said(1, "by hand", city="A"), said(2, trust=90, seen="2026-02-01", city="B")], (), ("A", 1, "by hand")),
        ([said(1, "by hand", city="A"), said(2, seen="2026-02-01", city="B")], ("city",), ("B", 2, "most recent")),
    ],
)
def test_the_winner_of_a_field_and_why(records, recent, expected):
    won = golden(records, recent)["city"]
    assert (won.value, won.record_id, won.why) == expected


@pytest.mark.django_db
def test_trust_and_rules_are_rows_that_an_administrator_changes():
    Source.objects.create(name="erp", trust=90)
    FieldRule.objects.create(field="street", rule=FieldRule.Rule.RECENT)
    mail = (normalise("email", "marta@aurora.example"),)
    for source, city, street in (("erp", "Lisboa", "R. A 1"), ("shop", "Porto", "R. B 2")):
        said_now = claims({"name": "Marta", "city": city, "street": street})
        register([RecordIn(source, "1", Kind.PERSON, said_now, mail)], by=None, at=NOW)
    customer = Customer.objects.get()
    assert (customer.city, customer.street) == ("Lisboa", "R. B 2")
    assert (customer.lineage["city"][1], customer.lineage["street"][1]) == ("most trusted", "most recent")
