"""A new customer by hand: created once, warned about whom we know, nothing typed lost."""

import pytest

from rapport.customers.models import Customer, Identifier
from rapport.journal.models import Event

pytestmark = pytest.mark.django_db
NEW = {"kind": "person", "name": "Marta Oliveira"}


def send(client, **more):
    return client.post("/customers/new/", {**NEW, **more})


@pytest.mark.req("K1")
def test_a_customer_is_created_with_all_that_was_typed(signed_in, ana):
    answer = send(
        signed_in(ana),
        emails="m@x.example\ninfo@x.example",
        phones="+351 912 555 014",
        city="Lisboa",
        country="Portugal",
        tags="vip, press",
        owner=ana.pk,
        language="Portuguese",
    )
    marta = Customer.objects.get()
    assert answer["Location"] == f"/customers/{marta.pk}/"
    assert (marta.city, marta.country, marta.language, marta.tags) == ("Lisboa", "PT", "pt", ["press", "vip"])
    assert (marta.owner, marta.scope) == (ana, ana.team.scope)
    strengths = dict(Identifier.objects.values_list("key", "strength"))
    assert strengths == {"m@x.example": "strong", "info@x.example": "weak", "+351912555014": "strong"}
    event = Event.objects.get()
    assert (event.kind, event.actor, event.subject_ids) == ("customers created", ana, [marta.pk])


def test_a_known_address_leads_to_its_customer_and_nothing_typed_is_lost(signed_in, ana):
    client = signed_in(ana)
    send(client, emails="m@x.example")
    first = Customer.objects.get()
    answer = send(client, name="M. Oliveira", emails="M@x.example", city="Porto", sure="yes")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/customers/{first.pk}/">Open Marta Oliveira' in page
    assert 'value="Porto"' in page
    assert Customer.objects.count() == 1


def test_a_namesake_or_a_shared_phone_is_created_only_when_sure(signed_in, ana):
    client = signed_in(ana)
    send(client, phones="+351 912 555 014")
    answer = send(client, name="Rui", phones="+351 912 555 014")
    assert "This looks like" in answer.content.decode()
    assert send(client, name="MARTA OLIVEIRA").status_code == 422
    assert send(client, name="Rui", phones="+351 912 555 014", sure="yes").status_code == 302
    assert set(Identifier.objects.values_list("strength", flat=True)) == {"weak"}
    assert send(client, sure="yes").status_code == 302
    assert Customer.objects.count() == 3


@pytest.mark.req("G5")
def test_of_another_teams_customer_no_more_is_said_than_must_be(signed_in, ana, nils):
    send(signed_in(ana), emails="m@x.example", owner=ana.pk)
    client = signed_in(nils)
    answer = send(client, name="Somebody", emails="m@x.example")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "another team" in page
    assert "Marta" not in page
    assert send(client).status_code == 302


def test_mistakes_are_said_at_the_field(signed_in, ana, rita):
    answer = send(signed_in(ana), name="", emails="nonsense", phones="12", city="Faro")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "no e-mail address" in page
    assert "no phone number" in page
    assert 'value="Faro"' in page
    assert send(signed_in(rita)).status_code == 403


@pytest.mark.req("K1")
def test_while_typing_it_says_whom_we_know_like_that(signed_in, ana, nils):
    client = signed_in(ana)
    send(client, emails="m@x.example", phones="+351 912 555 014", city="Porto", owner=ana.pk)
    marta = Customer.objects.get()
    assert 'hx-get="/customers/similar/"' in client.get("/customers/new/").text
    link = f'<a href="/customers/{marta.pk}/">Marta Oliveira</a>'

    def told(browser, **typed):
        return browser.get("/customers/similar/", {"kind": "person", **typed}).text

    for name in ("marta oliveira", "Oliveira Marta", "Martha Oliveira"):
        assert "Known already:" in told(client, name=name)
        assert link in told(client, name=name)
    for typed in ({"name": "Mart"}, {"name": "Marta Oliveira", "kind": "company"}, {"emails": "m@x."}, {"name": "?"}):
        assert link not in told(client, **typed)
    assert f"This is</b> {link}" in told(client, emails="nobody@x.example\nM@X.example")
    assert "This is" not in told(client, phones="+351 912 555 014")
    assert link in told(client, phones="+351 912 555 014")
    for typed in ({"name": "Marta Oliveira"}, {"emails": "m@x.example"}):
        assert "Marta" not in told(signed_in(nils), **typed)
