"""Signing in with our own users: by password, throttled, by a second factor, by the company's server."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from conftest import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def nobody_tried_before(db):
    cache.clear()


def sign_in(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def is_in(client):
    return client.get("/profile/").status_code == 200


@pytest.mark.req("G5")
@pytest.mark.parametrize("written", ["ana@rapport.example", "ANA@Rapport.example "])
def test_a_user_signs_in_with_address_and_password(client, ana, written):
    assert sign_in(client, written).headers["Location"] == "/"
    assert is_in(client)


def test_whoever_wanted_a_page_comes_there_after_the_sign_in(client, ana):
    wanted = client.get("/profile/tokens/").headers["Location"]
    assert wanted == "/accounts/login/?next=/profile/tokens/"
    signed = client.post(wanted, {"login": ana.email, "password": PASSWORD, "next": "/profile/tokens/"})
    assert signed.headers["Location"] == "/profile/tokens/"


def test_a_wrong_password_and_an_unknown_address_are_told_alike(client, ana):
    wrong, unknown = sign_in(client, ana.email, "not this one"), sign_in(client, "nobody@rapport.example")
    assert list(wrong.context["form"].non_field_errors()) == list(unknown.context["form"].non_field_errors())
    assert "not correct" in wrong.text
    assert not is_in(client)


@pytest.mark.req("G5")
def test_who_guesses_too_often_must_wait_even_with_the_right_password(client, ana):
    for _time in range(5):
        sign_in(client, ana.email, "not this one")
    page = sign_in(client, ana.email)
    assert "Too many" in page.text
    assert not is_in(client)


@pytest.mark.req("G5")
def test_guesses_at_other_addresses_from_elsewhere_do_not_wipe_the_count_out(client, ana):
    for _time in range(5):
        sign_in(client, ana.email, "not this one")
    for number in range(500):
        elsewhere = {"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250}"}
        client.post("/accounts/password/reset/", {"email": f"{number}@rapport.example"}, **elsewhere)
    assert "Too many" in sign_in(client, ana.email).text


def test_a_deactivated_user_cannot_sign_in(client, ana):
    ana.is_active = False
    ana.save()
    sign_in(client, ana.email)
    assert not is_in(client)


@pytest.mark.parametrize("page", ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"])
def test_the_pages_of_second_factors_render_once_the_password_was_given_again(client, ana, page):
    sign_in(client, ana.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    shown = client.get(page)
    assert shown.status_code == 200
    assert shown.text.count("<h1") == 1


class Company(BaseHTTPRequestHandler):
    """A sign-in server that vouches for whomever ``person`` says."""

    person: ClassVar[dict[str, object]] = {}

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        configuration = {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        self.answer(self.person if self.path == "/userinfo" else configuration)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "t", "token_type": "Bearer"})

    def answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def company(settings):
    """Sign in through the company's server as the person that is given."""
    server = HTTPServer(("127.0.0.1", 0), Company)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "company",
        "name": "Aurora",
        "client_id": "rapport",
        "secret": "s",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def come_from_there(client=None, process="login", **person):
        Company.person = {"sub": "4711", "name": "Ana Klein"} | person
        client = client or Client()
        leave = client.post(f"/accounts/oidc/company/login/?process={process}")
        state = parse_qs(urlsplit(leave.headers["Location"]).query)["state"][0]
        back = client.get("/accounts/oidc/company/login/callback/", {"code": "c", "state": state})
        return client, back

    yield come_from_there
    server.shutdown()
    server.server_close()


@pytest.mark.req("G5")
def test_the_companys_server_stands_on_the_sign_in_page_when_it_is_named(client, ana, company):
    assert "Sign in with Aurora" in client.get(LOGIN).text


@pytest.mark.req("G5")
def test_a_user_with_the_same_verified_address_is_connected_and_keeps_the_password(ana, company):
    client, back = company(email="Ana@Rapport.example", email_verified=True)
    assert back.headers["Location"] == "/"
    assert is_in(client)
    assert SocialAccount.objects.get().user == ana
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    again, _back = company(email="ana.new@rapport.example", email_verified=True)
    assert is_in(again)


@pytest.mark.parametrize(
    "person",
    [
        {"email": "ana@rapport.example", "email_verified": False},
        {"email": "stranger@rapport.example", "email_verified": True},
        {},
    ],
)
def test_strangers_and_unverified_addresses_stay_outside(ana, company, person):
    client, back = company(**person)
    assert "By invitation" in back.text
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert not EmailAddress.objects.exclude(user=ana).exists()


def test_a_deactivated_user_stays_outside_also_by_the_companys_server(ana, company):
    ana.is_active = False
    ana.save()
    client, _back = company(email=ana.email, email_verified=True)
    assert not is_in(client)


@pytest.mark.req("G5")
def test_nobody_adds_another_persons_company_account_to_an_open_session(ana, company, signed_in):
    _client, back = company(signed_in(ana), "connect", email="stranger@rapport.example", email_verified=True)
    assert back.headers["Location"] == "/profile/"
    assert not SocialAccount.objects.exists()
