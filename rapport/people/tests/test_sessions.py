"""Where somebody is signed in: listed with device and address, ended by oneself or by an administrator."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from conftest import PASSWORD
from rapport.lib.devices import device
from rapport.people.models import ApiToken
from rapport.people.reset_password import reset_password
from rapport.people.sessions import NOTED

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture(autouse=True)
def nobody_tried_before(db):
    cache.clear()
    NOTED.clear()


def browser_of(user, agent=FIREFOX, address="192.0.2.7"):
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/profile/").status_code == 200


def test_each_browser_stands_there_with_device_and_address(ana):
    here, _phone = browser_of(ana), browser_of(ana, IPHONE, "2001:db8::1")
    page = here.get("/profile/sessions/").text
    assert "Firefox on Linux" in page
    assert "192.0.2.7" in page
    assert "Safari on iPhone" in page
    assert "2001:db8::1" in page
    assert page.count("this one") == 1


def test_one_elsewhere_is_ended_and_then_all_others_but_not_this_one(ana):
    here, phone, desk = (browser_of(ana) for _number in range(3))
    ended = UserSession.objects.get(session_key=phone.session.session_key)
    here.post(f"/profile/sessions/{ended.pk}/end/")
    assert (is_in(here), is_in(phone), is_in(desk)) == (True, False, True)
    own = UserSession.objects.get(session_key=here.session.session_key)
    assert here.post(f"/profile/sessions/{own.pk}/end/").status_code == 404
    told = here.post("/profile/sessions/end/", follow=True)
    assert "Signed out in 1 place." in told.text
    assert (is_in(here), is_in(desk)) == (True, False)


def test_nobody_ends_somebody_elses_but_an_administrator(ana, nils, boss, signed_in):
    theirs = browser_of(ana)
    session = UserSession.objects.get(user=ana)
    assert browser_of(nils).post(f"/profile/sessions/{session.pk}/end/").status_code == 404
    assert signed_in(nils).post(f"/people/{ana.pk}/sessions/end/").status_code == 403
    assert is_in(theirs)
    desk = signed_in(boss)
    assert "Firefox on Linux" in desk.get(f"/people/{ana.pk}/").text
    assert desk.post(f"/people/{ana.pk}/sessions/end/", {"session": "all"}).status_code == 404
    desk.post(f"/people/{ana.pk}/sessions/end/", {"session": session.pk})
    assert not is_in(theirs)


def test_a_new_password_ends_all_sessions_and_revokes_all_tokens(ana, client):
    theirs = browser_of(ana)
    token = ApiToken.issue(ana, "walk", [])
    assert reset_password(ana).revoked == ["walk"]
    assert not is_in(theirs)
    assert not UserSession.objects.filter(user=ana).exists()
    assert client.get("/api/v1/people", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_last_seen_is_noted_every_few_minutes_and_not_with_every_page(ana):
    here = browser_of(ana)
    long_ago = timezone.now() - timedelta(hours=2)
    UserSession.objects.update(last_seen_at=long_ago)
    is_in(here)
    assert UserSession.objects.get().last_seen_at == long_ago
    ana.last_login = long_ago
    ana.save(update_fields=["last_login"])
    is_in(here)
    seen = UserSession.objects.get().last_seen_at
    assert timezone.now() - seen < timedelta(minutes=1)
    is_in(here)
    assert UserSession.objects.get().last_seen_at == seen


def test_failed_attempts_are_counted_in_the_database_for_all_processes(ana, settings):
    """A second process has no memory of the first; what it reads is what the first wrote."""
    assert settings.CACHES["default"]["BACKEND"].endswith("db.DatabaseCache")
    for _time in range(5):
        Client().post("/accounts/login/", {"login": ana.email, "password": "not this one"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_cache")
        assert cursor.fetchone()[0] >= 1
    assert "Too many" in Client().post("/accounts/login/", {"login": ana.email, "password": PASSWORD}).text


@pytest.mark.parametrize("word", ["short1", "password123", "1234567890"])
def test_a_password_is_long_and_not_a_common_one(ana, word):
    here = browser_of(ana)
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": word, "password2": word})
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_a_long_sentence_without_digits_or_capitals_is_a_password(ana):
    here, words = browser_of(ana), "four green horses wait"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": words, "password2": words})
    ana.refresh_from_db()
    assert ana.check_password(words)


def test_another_browser_is_out_once_the_password_was_changed(ana):
    here, there = browser_of(ana), browser_of(ana)
    words = "four green horses wait"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": words, "password2": words})
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (IPHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            ("Chrome", "macOS"),
        ),
        ("curl/8.5", ("", "")),
    ],
)
def test_devices_are_told_in_two_words(agent, told):
    assert device(agent) == told
