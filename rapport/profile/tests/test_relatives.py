"""Who stands near a customer is told once, however many sources say so."""

from datetime import date

import pytest
from django.utils import timezone

from rapport.customers.models import Customer, Kind, Member, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.profile.relatives import relatives_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def put(source, name, *, kind=Kind.PERSON, role=""):
    works = {"company": "Aurora", "company_role": role} if kind == Kind.PERSON else {}
    record = RecordIn(source, f"{source} {name}", kind, claims({"name": name}), **works)
    return Customer.objects.get(pk=register([record], by=None, at=NOW)[0].customer_id)


@pytest.fixture
def aurora(db):
    return put("crm", "Aurora", kind=Kind.COMPANY)


def told(customer, reader):
    members = list(Member.objects.filter(customer=customer).values_list("pk", flat=True))
    return [(str(one.words), one.role) for one in relatives_of(members, reader=reader)]


@pytest.mark.req("K1")
@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        (("Head of sales", "Head of sales"), ["Head of sales"]),
        (("", ""), [""]),
        (("", "Head of sales"), ["Head of sales"]),
        (("Head of sales", ""), ["Head of sales"]),
        (("Head of sales", "head of Sales "), ["Head of sales"]),
        (("Head of sales", "Buyer"), ["Head of sales", "Buyer"]),
    ],
)
def test_two_records_of_one_customer_at_the_same_firm_give_one_line(boss, aurora, roles, shown):
    first, second = put("crm", "Marta", role=roles[0]), put("shop", "Marta O.", role=roles[1])
    merge(first, second, by=boss, at=NOW)
    assert told(first, boss) == [("works there", role) for role in shown]
    assert told(aurora, boss) == [("works here", role) for role in shown]


def test_the_firm_may_be_two_records_as_well(boss, aurora):
    marta = put("crm", "Marta", role="Head of sales")
    twin = put("shop", "Aurora SA", kind=Kind.COMPANY)
    Relationship.objects.create(
        member=Member.objects.get(customer=marta), other=Member.objects.get(customer=twin), kind="works at"
    )
    merge(aurora, twin, by=boss, at=NOW)
    assert told(marta, boss) == [("works there", "Head of sales")]
    assert told(aurora, boss) == [("works here", "Head of sales")]


def test_since_when_is_told_when_one_of_them_knows(boss, aurora):
    first, second = put("crm", "Marta", role="Buyer"), put("shop", "Marta O.")
    Relationship.objects.filter(role="").update(since=date(2020, 3, 1))
    merge(first, second, by=boss, at=NOW)
    members = list(Member.objects.filter(customer=first).values_list("pk", flat=True))
    assert [(one.role, one.since) for one in relatives_of(members, reader=boss)] == [("Buyer", date(2020, 3, 1))]
