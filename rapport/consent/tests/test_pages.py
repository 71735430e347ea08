"""Consents and purposes in the browser and over the API."""

import html
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from rapport.consent.ledger import Consent, Said
from rapport.consent.models import Suppression
from rapport.consent.purpose import Purpose, Wording
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import edit
from rapport.fields.sensitivity import grade
from rapport.people.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]


@pytest.fixture
def ann(ana):
    return customer_at()


def note(client, ann, **named):
    offers = Purpose.objects.get(code="offers")
    given = {"purpose": offers.pk, "place": "email ann.lee@x.example", "said": "granted", "evidence": "On the phone"}
    return client.post(f"/customers/{ann.pk}/consents/new/", given | named)


def test_what_they_said_is_written_down_and_stands_on_the_page(signed_in, ana, ann):
    client = signed_in(ana)
    assert note(client, ann).status_code == 302
    card = client.get(f"/customers/{ann.pk}/panels/consents/").content.decode()
    assert "Granted" in card
    assert "never asked: nothing is sent" in card
    kept = Consent.objects.get()
    register = client.get("/consents/?q=ANN.lee&said=granted").content.decode()
    assert f"/consents/{kept.pk}/" in register
    assert "On the phone" in client.get(f"/consents/{kept.pk}/").content.decode()
    assert "Offers" in client.get(f"/customers/{ann.pk}/consents/").content.decode()


def test_without_evidence_nothing_is_written_down(signed_in, ana, ann):
    assert note(signed_in(ana), ann, evidence=" ").status_code == 422
    assert not Consent.objects.exists()


def test_an_objection_is_written_down_for_the_person(signed_in, ana, ann):
    client = signed_in(ana)
    client.post(f"/customers/{ann.pk}/objection/", {"extent": "advertising", "evidence": "Letter"})
    assert Suppression.objects.get().member.customer == ann
    assert "No advertising" in client.get(f"/customers/{ann.pk}/panels/consents/").content.decode()
    assert "the person" in client.get("/suppressions/").content.decode()


def test_what_concerns_another_team_is_not_in_the_register(signed_in, nils, ana, ann):
    edit(ann, {"team": "Iberia"}, by=None, at=timezone.now())
    kept = say(Word(Purpose.objects.get(code="offers"), "ann.lee@x.example", Said.GRANTED), by=ana, at=timezone.now())
    assert f"/consents/{kept.pk}/" not in signed_in(nils).get("/consents/").content.decode()
    assert signed_in(nils).get(f"/consents/{kept.pk}/").status_code == 404
    assert f"/consents/{kept.pk}/" in signed_in(ana).get("/consents/").content.decode()


def test_new_words_of_a_question_are_a_new_version(signed_in, boss):
    client = signed_in(boss)
    given = {"code": "tips", "name": "Tips", "basis": "consent", "wording": "May we write?"}
    assert client.post("/purposes/new/", given).status_code == 302
    tips = Purpose.objects.get(code="tips")
    client.post(f"/purposes/{tips.pk}/", given | {"wording": "May we write to you?"})
    client.post(f"/purposes/{tips.pk}/", given | {"wording": "May we write to you?", "name": "Hints"})
    assert list(Wording.objects.order_by("version").values_list("text", flat=True)) == [
        "May we write?",
        "May we write to you?",
    ]
    client.post(f"/purposes/{tips.pk}/switch/", {"to": "off"})
    assert Purpose.objects.get(code="tips").retired_at
    assert "ended" in client.get("/purposes/").content.decode()


def test_a_purpose_needs_a_name_and_makes_its_code_from_it(signed_in, boss):
    client = signed_in(boss)
    assert client.post("/purposes/new/", {"basis": "consent"}).status_code == 422
    client.post("/purposes/new/", {"basis": "consent", "name": "Invitations to tastings"})
    assert Purpose.objects.get(name="Invitations to tastings").code == "invitations-to-tastings"
    again = client.post("/purposes/new/", {"basis": "consent", "name": "Invitations to tastings"})
    assert (again.status_code, Purpose.objects.filter(name="Invitations to tastings").count()) == (422, 1)
    foreign = client.post("/purposes/new/", {"basis": "consent", "name": "Ενημερώσεις"})
    assert "Latin letters" in foreign.text


@pytest.mark.parametrize("given", [{"basis": "interest"}, {"basis": "contract", "sensitive": "on"}])
def test_another_basis_needs_its_reason(signed_in, boss, given):
    answer = signed_in(boss).post("/purposes/new/", {"code": "x", "name": "X"} | given)
    assert (answer.status_code, Purpose.objects.filter(code="x").exists()) == (422, False)


@pytest.fixture
def api(ana):
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(ana, 'test', [])}"})

    def asked(method, path, **body):
        answer = client.generic(method, f"/api/v1{path}", json.dumps(body), "application/json")
        return answer.status_code, answer.json()

    return asked


@pytest.mark.usefixtures("any_time")
def test_programs_read_what_holds_and_write_what_was_said(api, ann):
    status, made = api(
        "POST",
        f"/customers/{ann.pk}/consents",
        purpose="offers",
        address="Ann.Lee@x.example",
        said="granted",
        evidence="F",
    )
    assert (status, made["said"], made["address"]) == (201, "granted", "ann.lee@x.example")
    held = {one["purpose"]: one for one in api("GET", f"/customers/{ann.pk}/consents")[1]["items"]}
    assert (held["offers"]["state"], held["offers"]["may_send"]) == ("granted", True)
    assert (held["newsletter"]["state"], held["newsletter"]["may_send"]) == ("unknown", False)
    assert "nobody has agreed" in held["newsletter"]["why_not"]
    assert held["service"]["may_send"]
    assert api("POST", f"/customers/{ann.pk}/objections", evidence="Letter")[0] == 201
    held = {one["purpose"]: one for one in api("GET", f"/customers/{ann.pk}/consents")[1]["items"]}
    assert (held["offers"]["may_send"], held["service"]["may_send"]) == (False, True)
    assert [one["id"] for one in api("GET", "/consents?address=ann.lee@x.example")[1]["items"]] == [made["id"]]
    assert {"newsletter", "offers"} <= {one["code"] for one in api("GET", "/purposes")[1]["items"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "service"},
        {"address": "else@x.example"},
        {"channel": "post"},
        {"at": "2999-01-01T00:00:00Z"},
        {"said": "maybe"},
    ],
)
def test_programs_are_told_what_is_wrong(api, ann, wrong):
    given = {"purpose": "offers", "address": "ann.lee@x.example", "said": "granted", "evidence": "F"}
    assert api("POST", f"/customers/{ann.pk}/consents", **given | wrong)[0] == 422
    assert not Consent.objects.exists()


def test_a_word_leads_to_whoever_has_the_address(signed_in, ana, ann):
    note(signed_in(ana), ann)
    page = signed_in(ana).get(f"/consents/{Consent.objects.get().pk}/").text
    assert f'href="/customers/{ann.pk}/"' in page


def test_what_was_sent_says_what_may_be_sent_now_and_covers_what_its_reader_may_not_see(signed_in, ana, ann):
    client, page = signed_in(ana), f"/customers/{ann.pk}/messages/"
    told = client.get(page).content.decode()
    assert "What may be sent now" in told
    assert "nobody has agreed to “Offers”" in told
    assert "may be sent" in told
    note(client, ann, said="withdrawn", evidence="On the phone")
    assert "took “Offers” back" in client.get(page).content.decode()
    grade("customers_identifier", "value.email", "special")
    told = client.get(page).content.decode().replace(page, "")
    assert "took “Offers” back" in told
    assert "ann.lee@x.example" not in told.split("may-now-title")[1].split("</section>")[0]


def test_a_register_that_was_asked_for_too_much_says_so(signed_in, ana, ann):
    assert "Nobody has said anything yet" in signed_in(ana).get("/consents/").content.decode()
    assert "Nothing fits" in signed_in(ana).get("/consents/?said=denied").content.decode()


def test_what_they_take_back_is_begun_from_the_card(signed_in, ana, ann):
    client = signed_in(ana)
    assert note(client, ann).headers["Location"] == f"/customers/{ann.pk}/#panel-consents"
    card = client.get(f"/customers/{ann.pk}/panels/consents/").content.decode()
    (way,) = {html.unescape(one) for one in re.findall(r'href="([^"]*said=withdrawn)"', card)}
    form = client.get(way).content.decode()
    for value in (Purpose.objects.get(code="offers").pk, "email ann.lee@x.example", "withdrawn"):
        assert f'<option value="{value}" selected>' in form
