"""Authenticator apps, recovery codes and passkeys, from the page where they are added to the sign-in; and what a session is."""

import base64
import hashlib
import json
import re
import struct

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import global_settings
from django.core.cache import cache
from django.test import Client, override_settings

from conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
ORIGIN = "http://localhost"


@pytest.fixture(autouse=True)
def nobody_tried_before(db):
    cache.clear()


def sign_in(user, client=None):
    client = client or Client(SERVER_NAME="localhost")
    client.answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/profile/").status_code == 200


def code_of(secret, ahead=0):
    """What the app shows now, or ``ahead`` steps later."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())) + ahead))


@pytest.fixture
def app(ana):
    """Ana's browser and the secret of the app that she has just added."""
    browser = sign_in(ana)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret
    browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=ana, type="totp").exists()
    cache.clear()
    return browser, secret


def test_an_authenticator_app_is_asked_for_after_the_password(ana, app):
    _browser, secret = app
    there = sign_in(ana)
    assert not is_in(there)
    wrong = there.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    there.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert is_in(there)
    cache.set("other", 1)
    again = sign_in(ana)
    again.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert not is_in(again), "a code opens once"


def test_a_recovery_code_signs_in_once(ana, app):
    browser, _secret = app
    page = browser.get("/accounts/2fa/recovery-codes/")
    code = re.search(r"\b[0-9a-f]{8}\b", page.text)[0]
    there = sign_in(ana)
    there.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(there)
    again = sign_in(ana)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_in(again)


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Key:
    """A small authenticator: one key pair, as a browser and a security key answer together."""

    def __init__(self):
        self.private, self.id = ec.generate_private_key(ec.SECP256R1()), b"a passkey of tests"

    def said(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False}).encode()

    def head(self, flags, count):
        return hashlib.sha256(b"localhost").digest() + bytes([flags]) + struct.pack(">I", count)

    def made(self, challenge):
        """The answer to the wish to add it: "none" attestation, CBOR written by hand."""
        point = self.private.public_key().public_numbers()
        cose = (
            b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + point.x.to_bytes(32) + b"\x22\x58\x20" + point.y.to_bytes(32)
        )
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        data = self.head(0x45, 0) + held
        attested = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
        return self.answer(
            {"clientDataJSON": b64(self.said("webauthn.create", challenge)), "attestationObject": b64(attested)}
        )

    def proves(self, challenge, handle):
        data, said = self.head(0x05, 1), self.said("webauthn.get", challenge)
        signed = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self.answer(
            {
                "clientDataJSON": b64(said),
                "authenticatorData": b64(data),
                "signature": b64(signed),
                "userHandle": handle,
            }
        )

    def answer(self, response):
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": response,
        }


def test_a_passkey_is_added_and_signs_in(ana):
    browser, key = sign_in(ana), Key()
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/accounts/2fa/webauthn/add/")
    asked = page.context["js_data"]["creation_options"]["publicKey"]
    credential = json.dumps(key.made(asked["challenge"]))
    browser.post("/accounts/2fa/webauthn/add/", {"name": "Key", "passwordless": "on", "credential": credential})
    assert Authenticator.objects.filter(user=ana, type="webauthn").exists()
    there = Client(SERVER_NAME="localhost")
    wanted = there.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    proof = key.proves(wanted["request_options"]["publicKey"]["challenge"], asked["user"]["id"])
    there.post("/accounts/2fa/webauthn/login/", {"credential": json.dumps(proof)})
    assert is_in(there)


def test_passwords_are_kept_as_slow_salted_hashes(ana):
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
        ana.set_password(PASSWORD)
        first = ana.password
        ana.set_password(PASSWORD)
    way, rounds, *_rest = ana.password.split("$")
    assert (way, first != ana.password) == ("pbkdf2_sha256", True)
    assert int(rounds) >= 600_000


def test_a_session_is_a_cookie_that_scripts_do_not_read(ana, settings):
    settings.SESSION_COOKIE_SECURE = True
    client = sign_in(ana)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert cookie.value not in client.answer.headers["Location"]


def test_the_session_changes_with_the_sign_in(ana):
    client = Client(SERVER_NAME="localhost")
    session = client.session
    session["before"] = 1
    session.save()
    old = session.session_key
    sign_in(ana, client)
    assert client.session.session_key != old


def test_signing_out_ends_the_session_on_the_server(ana):
    client = sign_in(ana)
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    thief = Client(SERVER_NAME="localhost")
    thief.cookies["sessionid"] = cookie
    assert not is_in(thief)
