"""The pages of signing in: they all render in our frame, and none promises a mail."""

import pytest
from allauth.account.models import EmailAddress

OUTSIDE = ["login/", "password/reset/", "signup/", "inactive/"]
INSIDE = ["2fa/", "2fa/webauthn/", "password/change/", "logout/", "reauthenticate/"]


@pytest.mark.req("G5")
@pytest.mark.parametrize("path", OUTSIDE)
def test_a_page_before_the_sign_in_stands_in_the_plain_frame(path, client, ana):
    page = client.get(f"/accounts/{path}").content.decode()
    assert '<body class="plain"' in page
    assert page.count("<h1") == 1


@pytest.mark.req("G5")
@pytest.mark.parametrize("path", INSIDE)
def test_a_page_behind_the_sign_in_renders(path, ana, signed_in):
    response = signed_in(ana).get(f"/accounts/{path}")
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


@pytest.mark.req("G5")
def test_password_passkey_and_authenticator_app_are_offered(ana, client, signed_in):
    assert "Sign in with a passkey" in client.get("/accounts/login/").content.decode()
    security = signed_in(ana).get("/accounts/2fa/").content.decode()
    assert "Add a key" in security
    assert "Authenticator app" in security


def test_who_forgot_the_password_is_sent_to_a_person_not_to_a_mailbox(client, ana):
    page = client.get("/accounts/password/reset/").content.decode()
    assert "Ask an administrator" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_a_wrong_password_is_told_in_words(client, ana):
    page = client.post("/accounts/login/", {"login": ana.email, "password": "not that one"}).content.decode()
    assert 'role="alert"' in page


@pytest.mark.req("G5")
def test_nobody_gives_themselves_another_address(ana, signed_in):
    client = signed_in(ana)
    for action in ("action_add", "action_primary"):
        answer = client.post("/accounts/email/", {action: "", "email": "boss@rapport.example"})
        assert answer.headers["Location"] == "/profile/"
    ana.refresh_from_db()
    assert ana.email == "ana@rapport.example"
    assert not EmailAddress.objects.exists()
