"""How an account signs in: by password, or by tokens that are fetched and renewed at a real, small OAuth server."""

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from rapport.channels.mail.sign_in import SignInError, allow, credentials
from rapport.channels.models import MailAccount, Proof
from rapport.lib.oauth import authorize_url, providers

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BACK = "http://localhost/mail/mailboxes/allowed/"


class OAuthServer:
    """Gives a code for a challenge, and tokens for the code and its verifier; each refresh token works once."""

    def __init__(self):
        self.challenges, self.refresh, self.count, self.broken = {}, set(), 0, False
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def browse(self, url):
        """What happens when somebody agrees: the code, by which one comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        self.challenges["the code"] = asked["code_challenge"]
        return "the code", asked["state"]

    def answer(self, asked):
        if self.broken:
            return 503, {}
        if asked["grant_type"] == "authorization_code":
            digest = urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if self.challenges.pop(asked["code"], None) != digest or asked["client_secret"] != "secret":
                return 400, {"error": "invalid_grant"}
        elif asked["refresh_token"] not in self.refresh:
            return 400, {"error": "invalid_grant"}
        self.count += 1
        self.refresh = {f"refresh {self.count}"}
        return 200, {
            "access_token": f"access {self.count}",
            "refresh_token": f"refresh {self.count}",
            "expires_in": 3600,
        }

    def handler(oauth):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, given = oauth.answer({name: values[0] for name, values in parse_qs(body).items()})
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(given).encode())

            def log_message(self, *_):
                pass

        return Handler


@pytest.fixture
def oauth(settings):
    server = OAuthServer()
    env = {
        "RAPPORT_GOOGLE_CLIENT": "us",
        "RAPPORT_GOOGLE_SECRET": "secret",
        "RAPPORT_GOOGLE_TOKEN_URL": f"{server.url}/token",
    }
    settings.MAIL_OAUTH = providers(env)
    yield server
    server.http.shutdown()


@pytest.fixture
def account():
    return MailAccount.objects.create(name="Ana", address="ana@gmail.example", proof=Proof.GOOGLE)


def allowed(account, oauth, settings, verifier="v" * 50):
    url = authorize_url(settings.MAIL_OAUTH["google"], state="s", verifier=verifier, back=BACK, address=account.address)
    code, _state = oauth.browse(url)
    allow(account, code, verifier="v" * 50, back=BACK, at=NOW)


def test_a_password_signs_in_as_it_was_given_and_is_kept_sealed(account):
    account.proof, account.secrets = Proof.PASSWORD, {"password": "horse battery"}
    account.save()
    found = credentials(MailAccount.objects.get(), at=NOW)
    assert (found.username, found.password, found.token) == ("ana@gmail.example", "horse battery", "")
    assert b"horse" not in bytes(account.sealed)
    assert "horse" not in repr(found)


def test_a_code_becomes_tokens_that_are_used_while_they_last(account, oauth, settings):
    allowed(account, oauth, settings)
    found = credentials(MailAccount.objects.get(), at=NOW + timedelta(minutes=30))
    assert found.token == "access 1"
    assert found.xoauth2 == b"user=ana@gmail.example\x01auth=Bearer access 1\x01\x01"


def test_tokens_are_renewed_before_they_run_out_and_the_new_refresh_token_is_kept(account, oauth, settings):
    allowed(account, oauth, settings)
    for hours, token in ((1, "access 2"), (2, "access 3")):
        assert credentials(MailAccount.objects.get(), at=NOW + timedelta(hours=hours)).token == token


def test_a_code_is_worth_nothing_without_the_verifier_it_was_asked_with(account, oauth, settings):
    with pytest.raises(SignInError, match="not allowed any more"):
        allowed(account, oauth, settings, verifier="another verifier")
    assert not MailAccount.objects.get().secrets


def test_it_says_whether_the_provider_is_away_or_lets_us_in_no_more(account, oauth, settings):
    allowed(account, oauth, settings)
    oauth.broken = True
    with pytest.raises(SignInError, match="provider away"):
        credentials(account, at=NOW + timedelta(hours=1))
    oauth.broken, oauth.refresh = False, set()
    with pytest.raises(SignInError, match="not allowed any more"):
        credentials(account, at=NOW + timedelta(hours=1))


def test_secrets_of_another_installation_are_told_as_such(account, settings):
    account.proof, account.secrets = Proof.PASSWORD, {"password": "horse battery"}
    settings.SECRET_KEY = "another key"
    with pytest.raises(SignInError, match="sealed elsewhere"):
        credentials(account, at=NOW)
