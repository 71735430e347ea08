"""The frame of every page, and the pages that stand where a page is missing."""

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error


@pytest.fixture(autouse=True)
def few_doors(settings):
    settings.NAV = "rapport.ui.tests.doors.DOORS"


def test_a_dead_link_offers_search(ana, signed_in):
    response = signed_in(ana).get("/nowhere/at/all/")
    assert response.status_code == 404
    assert 'role="search"' in response.content.decode()


def test_a_dead_link_offers_a_stranger_nothing_to_search(client, ana):
    response = client.get("/nowhere/at/all/")
    assert response.status_code == 404
    assert 'role="search"' not in response.content.decode()


def test_a_failure_is_told_without_any_help_from_the_database():
    response = server_error(RequestFactory().get("/"))
    assert "Something went wrong" in response.content.decode()


@pytest.mark.parametrize(("view", "status"), [(permission_denied, 403), (bad_request, 400)])
def test_a_refusal_says_what_to_do_next(view, status, ana, signed_in):
    request = signed_in(ana).get("/accounts/2fa/").wsgi_request
    response = view(request, Exception())
    assert response.status_code == status
    assert "Go to the start page" in response.content.decode()


def test_a_request_for_another_host_is_refused_and_no_failure(client, ana):
    response = client.get("/accounts/login/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert "Go to the start page" in response.content.decode()


def test_a_page_has_its_landmarks_and_its_one_title(ana, signed_in):
    page = signed_in(ana).get("/accounts/2fa/").content.decode()
    for landmark in (
        '<a class="skip" href="#main">',
        '<main id="main"',
        "<nav aria-label=",
        '<header class="bar">',
        'aria-live="polite"',
    ):
        assert landmark in page
    assert page.count("<h1") == 1


def test_fragments_of_htmx_are_trusted_by_their_token(ana, signed_in):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    page = strict.get("/accounts/2fa/").content.decode()
    token = page.split('"X-CSRFToken": "')[1].split('"')[0]
    assert strict.post("/accounts/logout/").status_code == 403
    assert strict.post("/accounts/logout/", headers={"X-CSRFToken": token}).status_code == 302
