"""What somebody is writing is kept for them alone, on every device, until it was sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.drafts import keep_draft as keeping
from rapport.drafts.keep_draft import forget_drafts
from rapport.drafts.models import Draft

pytestmark = [pytest.mark.django_db, pytest.mark.req("T6")]


def test_a_draft_is_found_on_another_device_and_goes_when_it_was_sent(signed_in, ana):
    one, other = signed_in(ana), signed_in(ana)
    assert one.post("/drafts/", {"key": "note:1", "text": "She called about"}).status_code == 204
    assert one.post("/drafts/", {"key": "note:1", "text": "She called about the boat"}).status_code == 204
    assert other.get("/drafts/?key=note:1&key=note:2").json()["note:1"]["text"] == "She called about the boat"
    one.post("/drafts/", {"key": "note:1", "text": ""})
    assert other.get("/drafts/?key=note:1").json() == {}


def test_nobody_else_reads_it_whatever_their_role_and_neither_does_a_copy_of_the_database(signed_in, ana, boss):
    signed_in(ana).post("/drafts/", {"key": "note:1", "text": "a secret"})
    assert signed_in(boss).get("/drafts/?key=note:1").json() == {}
    assert b"secret" not in bytes(Draft.objects.get().sealed)


def test_what_another_key_sealed_is_left_out(signed_in, ana, settings):
    client = signed_in(ana)
    client.post("/drafts/", {"key": "note:1", "text": "words"})
    Draft.objects.update(sealed=b"otherwise sealed")
    assert client.get("/drafts/?key=note:1").json() == {}


def test_there_are_at_most_so_many_and_none_is_too_long_or_too_old(signed_in, ana, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 3)
    client = signed_in(ana)
    for number in range(5):
        client.post("/drafts/", {"key": f"note:{number}", "text": "words"})
    assert sorted(Draft.objects.values_list("key", flat=True)) == ["note:2", "note:3", "note:4"]
    assert client.post("/drafts/", {"key": "note:9", "text": "x" * 100_001}).status_code == 413
    for wrong in ({"key": "", "text": "x"}, {"key": "k" * 201, "text": "x"}, {"key": "k", "text": "a\x00b"}):
        assert client.post("/drafts/", wrong).status_code == 422
    assert forget_drafts(at=timezone.now() + timedelta(days=61)) == 3


def test_a_piece_of_a_page_whose_session_has_died_leads_to_the_sign_in(client, ana):
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/1/?log=note"}
    answer = client.post("/customers/1/notes/", {"text": "Long words"}, headers=asked)
    assert answer["HX-Redirect"] == "/accounts/login/?next=/customers/1/%3Flog%3Dnote"
