"""Who comes in by the API, how often, and how a refusal is told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client
from django.utils import timezone

from rapport.customers import api as customers_api
from rapport.people.models import ApiToken
from rapport.people.roles import PERMISSIONS
from rapport.people.tests.programs import Program
from rapport.people.tokens import BUCKETS

pytestmark = pytest.mark.django_db
CUSTOMERS = "/api/v1/customers"


def problem(answer):
    """What the answer says went wrong, told as RFC 9457 asks."""
    told = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(told)
    assert told["status"] == answer.status_code
    return told


@pytest.mark.req("T2")
@pytest.mark.parametrize(
    "given", [None, "Bearer", "Bearer ", "Bearer nonsense", "Bearer \xe9", "Basic Ym9zczpib3Nz", "rapport_x"]
)
def test_without_a_valid_token_nothing_opens(boss, given):
    answer = Client().get(CUSTOMERS, headers={"Authorization": given} if given is not None else {})
    assert problem(answer)["status"] == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_opens_until_it_expires_or_its_user_leaves(ana):
    program = Program(ana)
    token = ApiToken.objects.get()
    assert program.get(CUSTOMERS).status_code == 200
    token.expires_at = timezone.now() - timedelta(seconds=1)
    token.save()
    assert problem(program.get(CUSTOMERS))["status"] == 401
    token.expires_at = None
    token.save()
    ana.is_active = False
    ana.save()
    assert problem(program.get(CUSTOMERS))["status"] == 401


def test_its_last_use_is_noted_once_a_minute(ana):
    program = Program(ana)
    program.get(CUSTOMERS)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    program.get(CUSTOMERS)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    program.get(CUSTOMERS)
    assert ApiToken.objects.get().last_used_at >= first


@pytest.mark.req("G5")
def test_a_token_does_no_more_than_its_scopes_and_its_users_role(ana, rita):
    refused = problem(Program(rita).send("/customers", {"name": "Eva"}))
    assert (refused["status"], refused["needs"]) == (403, "customers.add_customer")
    assert Program(rita).get(CUSTOMERS).status_code == 200
    assert Program(ana).send("/customers", {"name": "Eva"}).status_code == 201
    narrow = Program(ana, "timeline.add_interaction")
    assert problem(narrow.get(CUSTOMERS))["status"] == 403
    beyond = Program(rita, "customers.add_customer")
    assert problem(beyond.send("/customers", {"name": "Eva"}))["status"] == 403
    # Refused before it is read: what is wrong with the body is nobody's business.
    assert problem(beyond.send("/customers", "{"))["status"] == 403


def test_a_browser_session_is_no_token(signed_in, boss):
    assert problem(signed_in(boss).get(CUSTOMERS))["status"] == 401


def test_who_asks_too_often_waits(ana, nils, settings):
    settings.API_REQUESTS_A_MINUTE = 3
    program = Program(ana)
    left = [program.get(CUSTOMERS)["RateLimit"] for _ in range(3)]
    assert left == ['"minute";r=2;t=0', '"minute";r=1;t=0', '"minute";r=0;t=0']
    answer = program.get(CUSTOMERS)
    assert problem(answer)["status"] == 429
    assert 1 <= int(answer["Retry-After"]) <= 20
    assert answer["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert Program(nils).get(CUSTOMERS).status_code == 200


@pytest.fixture(autouse=True)
def full_buckets():
    BUCKETS.empty()


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_an_address_of_nothing_is_told_as_such_whatever_is_done_there(db, verb):
    browser = Client(enforce_csrf_checks=True)
    answer = getattr(browser, verb)("/api/v1/deals/null%2Cnull/lines", "{}", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/customers/", "/api/v2/customers"]
)
def test_an_unknown_address_is_a_problem(boss, path):
    assert problem(Program(boss).get(path))["status"] == 404


@pytest.mark.parametrize(
    ("verb", "path"), [("DELETE", "/customers"), ("PUT", "/customers/1"), ("GET", "/interactions/batch")]
)
def test_a_wrong_method_names_the_right_ones(boss, verb, path):
    answer = Program(boss).send(path, {}, verb)
    assert problem(answer)["status"] == 405
    assert answer["Allow"]


def test_a_body_beyond_all_measure_is_a_problem(boss, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    for path in ("/interactions", "/interactions/batch", "/customers"):
        assert problem(Program(boss).send(path, '"' + "x" * 2_000 + '"'))["status"] == 413


@pytest.mark.parametrize(
    ("error", "status"), [(DatabaseError("secret"), 500), (OperationalError("secret"), 503), (KeyError("secret"), 500)]
)
def test_what_breaks_inside_stays_inside(boss, monkeypatch, error, status):
    def fail(*_arguments, **_more):
        raise error

    monkeypatch.setattr(customers_api, "reach", fail)
    answer = Program(boss).get(f"{CUSTOMERS}/1")
    assert problem(answer)["status"] == status
    assert b"secret" not in answer.content


@pytest.mark.req("T2")
def test_the_description_names_each_endpoint_with_all_it_may_answer():
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.")
    operations = [
        (verb, path, operation) for path, verbs in schema["paths"].items() for verb, operation in verbs.items()
    ]
    assert len(operations) >= 20
    for _verb, path, operation in operations:
        answers = operation["responses"]
        assert {"401", "403", "422", "429"} <= set(answers)
        assert {"200", "201", "204"} & set(answers)
        assert "application/problem+json" in answers["401"]["content"]
        # What is one's own has no number, and may not be there either.
        assert "404" in answers or "{" not in path
        assert "404" not in answers or "{" in path or path.startswith("/api/v1/own-calendar")
        assert operation["security"]
        assert operation["description"]
    assert {"404", "409", "308"} <= set(schema["paths"]["/api/v1/customers/{customer_id}/merge"]["post"]["responses"])
    assert "413" in schema["paths"]["/api/v1/interactions/batch"]["post"]["responses"]
    assert schema["components"]["schemas"]["InteractionIn"]["examples"]


def test_the_documentation_comes_from_this_server_alone():
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    assert b"://" not in page.content


def test_each_endpoint_says_what_it_needs():
    from rapport.api import urlpatterns  # noqa: PLC0415

    needs = [pattern.callback.needs for pattern in urlpatterns[0].url_patterns]
    assert set(needs) <= {*PERMISSIONS, "open to all"}
    assert needs.count("open to all") == 3
