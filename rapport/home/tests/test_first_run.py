"""On an empty installation every page leads to the guide; afterwards none does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.lib.installed import founding_code
from rapport.people.found import Founder, found
from rapport.people.models import Brand, LegalEntity, Team, User

FOUNDING = {
    "organisation": "Aurora Clínicas",
    "country": "PT",
    "name": "Bea Boss",
    "email": "Boss@Aurora.example",
    "password": "a long enough password",
}


@pytest.mark.parametrize("page", ["/", "/unassigned/", "/accounts/login/", "/nothing/here/"])
def test_while_nobody_works_here_every_page_leads_to_the_guide(client, db, page):
    assert client.get(page).headers["Location"] == "/welcome/"
    assert client.get("/welcome/").status_code == 200


@pytest.mark.parametrize(
    "far", [{"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, {"REMOTE_ADDR": ""}]
)
def test_from_afar_only_who_was_told_the_code_becomes_the_first_administrator(client, db, settings, far):
    assert client.get("/welcome/", **far).status_code == 403
    assert client.post("/welcome/?code=guessed", FOUNDING, **far).status_code == 403
    assert not User.objects.exists()
    told = f"/welcome/?code={founding_code(settings.HOME)}"
    assert client.get(told, **far).status_code == 200
    assert client.post(told, FOUNDING, **far).headers["Location"] == "/welcome/place/"
    assert client.get("/welcome/", **far).headers["Location"] == "/"


@pytest.mark.parametrize("page", ["/health", "/api/v1/openapi.json"])
def test_machines_are_answered_without_a_user(client, db, page):
    assert client.get(page).status_code != 302


@pytest.mark.req("K8")
def test_the_first_administrator_is_made_signed_in_and_led_to_the_first_import(db):
    client = Client(headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert 'value="AT" selected' in client.get("/welcome/").text
    assert client.post("/welcome/", FOUNDING).headers["Location"] == "/welcome/place/"
    boss = User.objects.get()
    assert (boss.email, boss.role_id, boss.language, boss.time_zone) == (
        "boss@aurora.example",
        "administrator",
        "de",
        "Europe/Lisbon",
    )
    assert LegalEntity.objects.get().country == "PT"
    assert Brand.objects.get().name == "Aurora Clínicas"
    place = client.post("/welcome/place/", {"language": "en", "time_zone": "Atlantic/Azores"})
    assert place.headers["Location"] == "/welcome/teams/"
    boss.refresh_from_db()
    assert (boss.language, boss.time_zone) == ("en", "Atlantic/Azores")
    assert client.post("/welcome/teams/", {"teams": "Iberia\n  \nNordics\nIberia"}).status_code == 302
    assert [team.name for team in Team.objects.order_by("name")] == ["Iberia", "Nordics"]
    assert "rapport demo" in client.get("/welcome/start/").text


def test_a_weak_password_is_refused_and_what_was_typed_stays(client, db):
    page = client.post("/welcome/", {**FOUNDING, "password": "short"})
    assert not User.objects.exists()
    assert "Aurora Clínicas" in page.text
    assert "too short" in page.text


def test_once_somebody_is_here_the_guide_founds_nobody(client, boss):
    assert client.get("/welcome/").headers["Location"] == "/"
    client.post("/welcome/", FOUNDING)
    assert User.objects.get() == boss


def test_the_guide_asks_the_database_only_until_somebody_is_there(client, boss):
    client.get("/accounts/login/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/accounts/login/")
    assert not [query for query in asked if "people_user" in query["sql"]]


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_once_found_one_administrator():
    def one(number):
        try:
            return found("Aurora", "PT", Founder("Bea", f"b{number}@x.example", "secret enough", "en", "UTC"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        users = list(pool.map(one, range(4)))
    assert len([user for user in users if user]) == User.objects.count() == 1


def test_the_guide_speaks_the_language_that_is_chosen(client, db):
    client.get("/welcome/language/de/")
    assert 'lang="de"' in client.get("/welcome/").text
