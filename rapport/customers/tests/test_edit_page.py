"""Changing a customer in the browser: only what was changed is written, nothing typed is lost, nobody else's record."""

import json
import re
from datetime import UTC, datetime

import pytest

from rapport.customers.correct import correct
from rapport.customers.create import Newborn, create
from rapport.customers.edit import edit
from rapport.customers.models import Address, Customer, Identifier, Kind, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.journal.change import Change, Deed
from rapport.journal.models import Event
from rapport.lib.identifiers import normalise

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


def put(name, *identifiers, kind=Kind.PERSON, **said):
    identities = [normalise(kind_, value) for kind_, value in identifiers]
    record = RecordIn("crm", name, kind, claims({"name": name, **said}), ())
    return Customer.objects.get(pk=create([Newborn(record, identities)], at=NOW)[0].customer_id)


def form_of(page):
    """What a browser would send of the first form with fields."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "q" and "checkbox" not in tag:
            fields.setdefault(name[1], value[1] if value else "")
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields.setdefault(name, chosen[1] if chosen else "")
    return fields


@pytest.mark.req("K1")
def test_only_what_was_changed_on_the_page_is_written(signed_in, ana, boss):
    marta = put("Marta", city="Porto", street="R. A 1", owner=ana.email)
    client = signed_in(ana)
    fields = form_of(client.get(f"/customers/{marta.pk}/edit/").content.decode())
    edit(marta, {"street": "R. B 2"}, by=boss, at=NOW)
    answer = client.post(
        f"/customers/{marta.pk}/edit/", {**fields, "city": "Lisboa", "country": "Portugal", "tags": "vip, press"}
    )
    assert answer["Location"] == f"/customers/{marta.pk}/"
    marta.refresh_from_db()
    assert (marta.city, marta.country, marta.street, marta.tags) == ("Lisboa", "PT", "R. B 2", ["press", "vip"])
    assert marta.owner == ana
    client.post(f"/customers/{marta.pk}/edit/", {**fields, "owner": ""})
    marta.refresh_from_db()
    assert marta.owner is None


def test_a_form_with_a_mistake_keeps_what_was_typed(signed_in, ana):
    marta = put("Marta", city="Porto")
    answer = signed_in(ana).post(
        f"/customers/{marta.pk}/edit/", {"name": "", "city": "Lisboa", "time_zone": "Moon/Base"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="Lisboa"' in page
    assert "No such time zone" in page


def test_one_field_in_place_with_undo(signed_in, ana):
    marta = put("Marta", city="Porto", tags=["vip"])
    client, url = signed_in(ana), f"/customers/{marta.pk}/field/city/"
    assert "Porto" in client.get(url, headers=HTMX).content.decode()
    control = client.get(f"{url}?edit", headers=HTMX).content.decode()
    answer = client.post(url, {**form_of(control), "city": "Faro"}, headers=HTMX)
    assert "Faro" in answer.content.decode()
    marta.refresh_from_db()
    assert marta.city == "Faro"
    client.post(undo_of(answer))
    marta.refresh_from_db()
    assert marta.city == "Porto"
    events = Event.objects.count()
    client.post(url, {**form_of(client.get(f"{url}?edit").content.decode())}, headers=HTMX)
    assert Event.objects.count() == events
    assert client.get(f"/customers/{marta.pk}/field/scope/").status_code == 404


@pytest.mark.req("K1")
def test_what_somebody_else_has_written_meanwhile_is_shown_before_it_is_overwritten(signed_in, ana, boss):
    marta = put("Marta", city="Porto", owner=ana.email)
    client, url = signed_in(ana), f"/customers/{marta.pk}/field/city/"
    fields = form_of(client.get(f"{url}?edit", headers=HTMX).content.decode())
    edit(marta, {"city": "Braga"}, by=boss, at=NOW)
    answer = client.post(url, {**fields, "city": "Faro"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody has written “Braga” here" in page
    assert 'value="Faro"' in page
    assert "Keep theirs" in page
    assert Customer.objects.get(pk=marta.pk).city == "Braga"
    answer = client.post(url, {**form_of(page), "city": "Faro"}, headers=HTMX)
    assert Customer.objects.get(pk=marta.pk).city == "Faro"
    edit(marta, {"city": "Evora"}, by=boss, at=NOW)
    asked = client.post(undo_of(answer))
    assert asked.status_code == 422
    assert "Evora" in asked.content.decode()
    assert Customer.objects.get(pk=marta.pk).city == "Evora"


def test_who_writes_the_same_as_somebody_else_is_not_asked_and_another_field_is_left_alone(signed_in, ana, boss, nils):
    marta = put("Marta", city="Porto", owner=ana.email, tags=["vip"])
    client, url = signed_in(ana), f"/customers/{marta.pk}/"
    fields = form_of(client.get(f"{url}edit/").content.decode())
    edit(marta, {"city": "Braga", "street": "R. B 2", "owner": boss.email, "tags": ["new"]}, by=boss, at=NOW)
    assert client.post(f"{url}edit/", {**fields, "city": "Braga"}).status_code == 302
    answer = client.post(f"{url}edit/", {**fields, "owner": nils.pk, "tags": "old", "street": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [words in page for words in ("“Bea Boss”", "“new”", "“R. B 2”")] == [True, True, False]
    client.post(f"{url}edit/", {**form_of(page), "owner": nils.pk, "tags": "old"})
    marta.refresh_from_db()
    assert (marta.owner, marta.tags, marta.street, marta.city) == (nils, ["old"], "R. B 2", "Braga")


def test_an_address_that_somebody_else_has_corrected_meanwhile_is_shown_before_it_is_overwritten(signed_in, ana, boss):
    marta = put("Marta", ("email", "marta@x.exmaple"))
    own = Identifier.objects.get()
    client, url = signed_in(ana), f"/customers/{marta.pk}/identifiers/{own.pk}/"
    fields = form_of(client.get(f"{url}?edit", headers=HTMX).content.decode())
    correct(own, normalise("email", "leal@x.example"), by=boss, at=NOW)
    answer = client.post(url, {**fields, "value": "marta@x.example"}, headers=HTMX)
    assert answer.status_code == 422
    assert "“leal@x.example”" in answer.content.decode()
    client.post(url, {**form_of(answer.content.decode()), "value": "marta@x.example"}, headers=HTMX)
    own.refresh_from_db()
    assert own.key == "marta@x.example"


def test_a_mistake_in_place_is_named_beside_what_was_typed_and_the_old_value_stays_below(signed_in, ana):
    marta = put("Marta", time_zone="Europe/Lisbon")
    client, url = signed_in(ana), f"/customers/{marta.pk}/field/"
    answer = client.post(f"{url}time_zone/", {"time_zone": "Moon/Base"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No such time zone" in page
    assert 'value="Moon/Base"' in page
    assert "Europe/Lisbon" in page
    assert client.post(f"{url}name/", {"name": " "}, headers=HTMX).status_code == 422
    assert Customer.objects.get(pk=marta.pk).name == "Marta"


def test_a_field_in_place_speaks_the_readers_language_and_can_be_emptied_and_filled_again(signed_in, ana):
    marta = put("Marta", country="PT", language="pt")
    client, url = signed_in(ana), f"/customers/{marta.pk}/field/"
    assert "Portugal" in client.get(f"{url}country/", headers=HTMX).content.decode()
    assert "Portuguese" in client.get(f"{url}language/", headers=HTMX).content.decode()
    answer = client.post(f"{url}country/", {"initial-country": "PT", "country": ""}, headers=HTMX)
    assert "Portugal" not in answer.content.decode()
    client.post(undo_of(answer))
    assert Customer.objects.get(pk=marta.pk).country == "PT"
    answer = client.post(f"{url}website/", {"initial-website": "", "website": "marta.example"}, headers=HTMX)
    client.post(undo_of(answer))
    assert Customer.objects.get(pk=marta.pk).website == ""


def test_whoever_gives_a_record_away_in_place_is_told_where_it_went(signed_in, ana, nils):
    marta = put("Marta", owner=ana.email)
    url = f"/customers/{marta.pk}/field/owner/"
    client = signed_in(ana)
    answer = client.post(url, {"initial-owner": ana.pk, "owner": nils.pk}, headers=HTMX)
    assert answer["HX-Redirect"] == "/customers/"
    assert "belongs to another team" in client.get("/customers/").content.decode()


def test_an_address_or_number_is_corrected_in_place_with_undo(signed_in, ana):
    marta = put("Marta", ("email", "marta@x.exmaple"), ("account", "4711"))
    put("Rui", ("email", "rui@x.example"))
    own = Identifier.objects.get(member__customer=marta, kind="email")
    client, url = signed_in(ana), f"/customers/{marta.pk}/identifiers/{own.pk}/"
    assert 'value="marta@x.exmaple"' in client.get(f"{url}?edit", headers=HTMX).content.decode()
    answer = client.post(url, {"value": "Marta@X.example"}, headers=HTMX)
    own.refresh_from_db()
    assert (own.key, own.strength) == ("marta@x.example", "strong")
    assert "mailto:marta@x.example" in answer.content.decode()
    for value, words in (("rui@x.example", "belongs to Rui"), ("nonsense", "no e-mail address")):
        answer = client.post(url, {"value": value}, headers=HTMX)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert f'value="{value}"' in answer.content.decode()
    answer = client.post(url, {"value": "info@x.example"}, headers=HTMX)
    own.refresh_from_db()
    assert own.strength == "weak"
    client.post(undo_of(answer))
    own.refresh_from_db()
    assert (own.key, own.strength) == ("marta@x.example", "strong")
    account = Identifier.objects.get(kind="account")
    assert client.get(f"/customers/{marta.pk}/identifiers/{account.pk}/").status_code == 404


def test_a_number_that_the_customer_has_already_is_not_written_twice(signed_in, ana):
    marta = put("Marta", ("email", "marta@x.example"), ("email", "m@x.example"))
    own = Identifier.objects.get(key="m@x.example")
    url, events = f"/customers/{marta.pk}/identifiers/{own.pk}/", Event.objects.count()
    answer = signed_in(ana).post(url, {"value": "marta@x.example"}, headers=HTMX)
    assert "has it already" in answer.content.decode()
    assert signed_in(ana).post(url, {"value": "m@x.example"}, headers=HTMX).status_code == 200
    assert Event.objects.count() == events


def undo_of(answer):
    return json.loads(answer["HX-Trigger"])["toast"]["undo"]


def test_identifiers_are_added_shared_and_removed_with_undo(signed_in, ana):
    marta, rui = put("Marta"), put("Rui", ("email", "rui@x.example"))
    client, url = signed_in(ana), f"/customers/{marta.pk}/identifiers/"
    client.post(url, {"way-kind": "email", "way-value": "Marta@X.example", "way-label": "office"})
    own = Identifier.objects.get(member__customer=marta)
    assert (own.key, own.label, own.strength) == ("marta@x.example", "office", "strong")
    for value, words in (("rui@x.example", "belongs to Rui"), ("nonsense", "no e-mail address")):
        answer = client.post(url, {"way-kind": "email", "way-value": value})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert words in page
        assert f'value="{value}"' in page
    client.post(f"{url}{own.pk}/share/", {"shared": "yes"})
    own.refresh_from_db()
    assert own.strength == "weak"
    client.post(f"/customers/{rui.pk}/identifiers/", {"way-kind": "email", "way-value": "marta@x.example"})
    client.post(f"{url}{own.pk}/share/", {"shared": "no"})
    own.refresh_from_db()
    assert own.strength == "weak", "Rui has it, too"
    client.post(f"{url}{own.pk}/drop/")
    assert not Identifier.objects.filter(member__customer=marta).exists()
    dropped = Change.objects.filter(deed=Deed.IDENTIFIED).latest("pk")
    client.post(f"/changes/{dropped.pk}/undo/")
    back = Identifier.objects.get(member__customer=marta)
    assert (back.pk, back.label, back.strength) == (own.pk, "office", "weak")


def test_addresses_and_relationships_come_and_go(signed_in, ana):
    marta, firm = put("Marta"), put("Aurora", kind=Kind.COMPANY)
    client, base = signed_in(ana), f"/customers/{marta.pk}"
    client.post(f"{base}/addresses/", {"place-city": "Faro", "place-label": "summer"})
    place = Address.objects.get(member__customer=marta)
    assert client.post(f"{base}/addresses/", {"place-label": "nothing"}).status_code == 422
    client.post(f"{base}/addresses/{place.pk}/drop/")
    assert not Address.objects.exists()
    client.post(f"{base}/relationships/", {"tie-kind": "works at", "tie-role": "Buyer", "other": firm.pk})
    tie = Relationship.objects.get()
    assert (tie.member.customer, tie.other.customer, tie.role) == (marta, firm, "Buyer")
    page = client.get(f"/customers/{firm.pk}/edit/").content.decode()
    assert "Marta" in page
    assert client.post(f"{base}/relationships/", {"tie-kind": "works at", "other": marta.pk}).status_code == 422
    assert client.post(f"{base}/relationships/", {"tie-kind": "works at"}).status_code == 422
    client.post(f"/customers/{firm.pk}/relationships/{tie.pk}/drop/")
    assert not Relationship.objects.exists()


@pytest.mark.req("G5")
def test_nobody_changes_another_teams_customer_and_readers_change_none(signed_in, nils, rita, ana):
    marta, rui = put("Marta", ("email", "m@x.example"), team="Iberia"), put("Rui")
    own = Identifier.objects.get()
    base = f"/customers/{marta.pk}"
    paths = [
        "/field/city/",
        "/identifiers/",
        f"/identifiers/{own.pk}/",
        f"/identifiers/{own.pk}/drop/",
        f"/identifiers/{own.pk}/share/",
        "/addresses/",
        "/relationships/",
    ]
    client = signed_in(nils)
    assert client.get(f"{base}/edit/").status_code == 404
    assert {client.post(base + path, {"city": "X"}).status_code for path in paths} == {404}
    hidden = client.post(f"/customers/{rui.pk}/identifiers/", {"way-kind": "email", "way-value": "m@x.example"})
    assert "another team" in hidden.content.decode()
    assert "Marta" not in hidden.content.decode()
    assert (
        client.post(f"/customers/{rui.pk}/relationships/", {"tie-kind": "family", "other": marta.pk}).status_code == 422
    )
    assert client.post(f"/customers/{rui.pk}/identifiers/{own.pk}/drop/").status_code == 404
    assert {signed_in(rita).post(base + path).status_code for path in ["/edit/", *paths]} == {403}


def test_a_record_given_to_another_team_leaves_the_list_with_a_word(signed_in, ana, nordics):
    marta = put("Marta", team="Iberia")
    client = signed_in(ana)
    fields = form_of(client.get(f"/customers/{marta.pk}/edit/").content.decode())
    answer = client.post(f"/customers/{marta.pk}/edit/", {**fields, "team": nordics.pk}, follow=True)
    assert "belongs to another team" in answer.content.decode()
