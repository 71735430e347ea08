"""The pages on which people change themselves, each other, teams, the organisation and tokens."""

import re

import pytest

from conftest import PASSWORD
from rapport.people.change_user import Refusal, Standing, change_user
from rapport.people.choices import in_words
from rapport.people.models import ApiToken, Brand, LegalEntity, Scope, Team, User
from rapport.people.role import Role
from rapport.people.roles import PERMISSIONS, BuiltIn


@pytest.mark.req("K8")
def test_the_language_changes_at_once(ana, signed_in):
    browser = signed_in(ana)
    assert '<html lang="en"' in browser.get("/profile/").text
    saved = browser.post("/profile/", {"name": "Ana K.", "language": "de", "time_zone": "Europe/Berlin"}, follow=True)
    assert '<html lang="de"' in saved.text
    ana.refresh_from_db()
    assert (ana.name, ana.time_zone) == ("Ana K.", "Europe/Berlin")


def test_a_profile_changes_neither_role_nor_team(ana, signed_in):
    signed_in(ana).post("/profile/", {"name": "Ana", "language": "en", "role": "administrator", "team": ""})
    ana.refresh_from_db()
    assert ana.role_id == BuiltIn.AGENT
    assert ana.team is not None


@pytest.mark.req("G5")
def test_an_administrator_adds_somebody_with_a_password_that_is_shown_once(boss, iberia, signed_in, client):
    browser = signed_in(boss)
    given = {"name": "Rui", "email": " Rui@Rapport.example", "role": "agent", "team": iberia.pk, "language": "de"}
    page = browser.post("/people/add/", given)
    password = re.search(r'data-copy="([^"]+)"', page.text)[1]
    assert "no-store" in page.headers["Cache-Control"]
    rui = User.objects.get(email="rui@rapport.example")
    assert (rui.role_id, rui.team, rui.language) == ("agent", iberia, "de")
    assert client.post("/accounts/login/", {"login": rui.email, "password": password}).headers["Location"] == "/"
    again = browser.post("/people/add/", given)
    assert again.status_code == 422
    assert "already" in again.text


def test_a_typed_first_password_must_be_strong(boss, signed_in):
    given = {"name": "Rui", "email": "rui@rapport.example", "role": "agent", "language": "en", "password": "short"}
    assert signed_in(boss).post("/people/add/", given).status_code == 422
    assert not User.objects.filter(email="rui@rapport.example").exists()


@pytest.mark.req("G5")
def test_a_deactivated_users_sessions_and_tokens_end_at_once(boss, ana, signed_in):
    theirs = signed_in(ana)
    token = ApiToken.issue(ana, "script", [])
    assert theirs.get("/profile/").status_code == 200
    signed_in(boss).post(f"/people/{ana.pk}/activation/", {"active": "no"})
    assert theirs.get("/profile/").headers["Location"].startswith("/accounts/login/")
    assert not ApiToken.objects.usable(token, at=ana.created_at).exists()
    signed_in(boss).post(f"/people/{ana.pk}/activation/", {"active": "yes"})
    assert not ApiToken.objects.usable(token, at=ana.created_at).exists()
    ana.refresh_from_db()
    assert ana.is_active


def test_a_new_password_ends_the_sessions_of_the_old_one(boss, ana, signed_in):
    theirs = signed_in(ana)
    page = signed_in(boss).post(f"/people/{ana.pk}/password/")
    assert theirs.get("/profile/").status_code == 302
    ana.refresh_from_db()
    assert ana.check_password(re.search(r'data-copy="([^"]+)"', page.text)[1])
    assert not ana.check_password(PASSWORD)


@pytest.mark.req("G5")
def test_the_last_administrator_can_neither_step_down_nor_be_kept_out(boss, ana, signed_in):
    browser = signed_in(boss)
    refused = browser.post(f"/people/{boss.pk}/", {"name": "Bea", "role": "agent"})
    assert refused.status_code == 422
    assert "last administrator" in refused.text
    out = browser.post(f"/people/{boss.pk}/activation/", {"active": "no"}, follow=True)
    assert "last administrator" in out.text
    assert change_user(ana, Standing(Role.objects.get(key="administrator"), None, is_active=True)) is None
    boss.refresh_from_db()
    assert change_user(boss, Standing(Role.objects.get(key="reader"), None, is_active=True)) is None
    assert (
        change_user(ana, Standing(Role.objects.get(key="administrator"), None, is_active=False))
        == Refusal.LAST_ADMINISTRATOR
    )


def test_roles_and_teams_change_on_the_page(boss, ana, nordics, signed_in):
    signed_in(boss).post(f"/people/{ana.pk}/", {"name": "Ana", "role": "manager", "team": nordics.pk})
    ana.refresh_from_db()
    assert (ana.role_id, ana.team) == ("manager", nordics)


def test_a_team_comes_with_its_scope_and_can_be_renamed(boss, signed_in):
    browser = signed_in(boss)
    browser.post("/people/teams/", {"name": "Iberia"})
    team = Team.objects.get()
    assert Scope.objects.filter(team=team).exists()
    assert browser.post("/people/teams/", {"name": "Iberia"}).status_code == 422
    browser.post(f"/people/teams/{team.pk}/", {"name": "Iberian peninsula"})
    team.refresh_from_db()
    assert team.name == "Iberian peninsula"


def test_legal_entities_and_brands_are_kept(boss, signed_in):
    browser = signed_in(boss)
    browser.post("/people/organisation/entities/add/", {"name": "Aurora SA", "country": "PT"})
    entity = LegalEntity.objects.get()
    browser.post("/people/organisation/brands/add/", {"name": "Aurora", "legal_entity": entity.pk})
    browser.post(f"/people/organisation/entities/{entity.pk}/", {"name": "Aurora SA", "country": "ES"})
    browser.post(f"/people/organisation/brands/{Brand.objects.get().pk}/", {"name": "Alba", "legal_entity": entity.pk})
    page = browser.get("/people/organisation/").text
    assert LegalEntity.objects.get().country == "ES"
    assert "Alba" in page


@pytest.mark.req("T2")
def test_a_token_is_shown_once_opens_what_was_ticked_and_can_be_revoked(ana, boss, nils, signed_in):
    browser = signed_in(ana)
    given = {"name": "Shop", "validity": "30", "extent": "chosen", "permissions": ["customers.view_customer"]}
    page = browser.post("/profile/tokens/", given)
    secret = re.search(r"rapport_[\w-]+", page.text)[0]
    token = ApiToken.objects.usable(secret, at=ana.created_at).get()
    assert token.allows("customers.view_customer")
    assert not token.allows("customers.add_customer")
    assert token.expires_at is not None
    assert secret not in browser.get("/profile/tokens/").text
    assert "Shop" not in signed_in(nils).get("/profile/tokens/").text
    assert signed_in(nils).post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404
    assert "Shop" in signed_in(boss).get("/profile/tokens/").text
    browser.post(f"/profile/tokens/{token.pk}/revoke/")
    assert not ApiToken.objects.exists()


def test_nobody_makes_a_token_that_may_do_more_than_they_may(ana, signed_in):
    page = signed_in(ana).post(
        "/profile/tokens/", {"name": "x", "validity": "0", "extent": "chosen", "permissions": ["people.change_user"]}
    )
    assert "rapport_" not in page.text
    assert not ApiToken.objects.exists()


def test_every_permission_is_told_in_words(db):
    wordless = [permission for permission in PERMISSIONS if in_words(permission) == permission]
    assert not wordless, f"say in rapport/people/choices.py (WORDS) what these let one do: {wordless}"


@pytest.mark.req("G5")
def test_whoever_makes_a_new_password_is_told_which_tokens_open_nothing_any_more(boss, ana, signed_in):
    ApiToken.issue(ana, "Night script", [])
    page = signed_in(boss).post(f"/people/{ana.pk}/password/").text
    assert "Night script" in page
    assert "open nothing any more" in page
    assert not ana.tokens.exists()


@pytest.mark.req("G5")
def test_pages_of_somebody_signed_in_are_kept_nowhere(ana, signed_in):
    assert signed_in(ana).get("/").headers["Cache-Control"] == "private, no-store"
