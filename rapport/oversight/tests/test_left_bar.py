"""The left bar shows in which room a page stands, and opens no fold for a page of one's own."""

import pytest

from rapport.customers.models import Customer


@pytest.fixture
def bar(signed_in, boss):
    client = signed_in(boss)

    def read(address):
        shell = client.get(address).context["shell"]
        return [door.title for door in shell.doors if door.here], [
            link.title for door in shell.doors for link in door.links if link.here
        ]

    return read


@pytest.mark.parametrize(
    ("address", "door", "room"),
    [
        ("/people/", "Govern", "People and access"),
        ("/people/roles/add/", "Govern", "People and access"),
        ("/people/leavers/", "Govern", "Leavers"),
        ("/people/units/add/", "Govern", "Organisation chart"),
        ("/people/domains/", "Govern", "Governance posts"),
        ("/purposes/new/", "Govern", "Consents"),
        ("/suppressions/new/", "Govern", "Do not write"),
        ("/govern/privacy/requests/new/", "Govern", "Privacy desk"),
        ("/govern/incidents/new/", "Govern", "Incidents"),
        ("/web-requests/add/", "Set up", "Web requests"),
    ],
)
def test_a_page_below_a_room_marks_that_room(bar, address, door, room):
    assert bar(address) == ([door], [room])


@pytest.mark.parametrize("address", ["/profile/", "/profile/sessions/", "/profile/tokens/", "/changes/"])
def test_a_page_of_ones_own_opens_no_fold(bar, address):
    assert bar(address) == ([], [])


def test_a_customers_page_of_consents_stands_with_customers(bar):
    lena = Customer.objects.create(name="Lena Vogt")
    assert bar(f"/customers/{lena.pk}/consents/") == (["Know"], ["Customers"])
