"""Whatever is asked of the API, sense or nonsense: no answer that its description does not know, and never our fault."""

import os
from http import HTTPStatus

import pytest
import requests
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rapport.api import api
from tests.house.test_access import ADDRESSES, browser
from tests.house.world import PLACES, SCOPED, SHARED, build

pytestmark = [pytest.mark.django_db, pytest.mark.req("T2")]
# Few, so that every run of the tests asks them; `RAPPORT_CONTRACT=50` asks many, each time others.
EXAMPLES = int(os.environ.get("RAPPORT_CONTRACT", "2"))
HOST = "http://testserver"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KINDS = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
OPERATIONS = {
    one.ok().label: one.ok() for one in schemathesis.openapi.from_dict(api.get_openapi_schema()).get_all_operations()
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(tmp_path_factory.mktemp("world"))
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def programs(world, django_db_blocker):
    address = next(one for one in ADDRESSES if one.is_api)
    with django_db_blocker.unblock():
        return {user: browser(address, world, user) for user in ("administrator", "agent")}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_every_answer_is_one_that_the_description_knows(operation, world, programs, unlimited):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="RAPPORT_CONTRACT" not in os.environ,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.sampled_from(KINDS).flatmap(lambda kind: operation.as_strategy(generation_mode=kind)),
        place=st.sampled_from([*PLACES, ""]),
        user=st.sampled_from(sorted(programs)),
    )
    def ask(case, place, user):
        if place:
            known = {**SCOPED, **SHARED}
            case.path_parameters = {
                name: known[name](world, place, user) if name in known else value
                for name, value in (case.path_parameters or {}).items()
            }
        said = answer(programs[user], case)
        answered.append(said.status_code)
        case.validate_response(said, checks=CHECKS)

    answered = []
    ask()
    assert answered


@pytest.fixture
def unlimited(settings, tmp_path):
    settings.HOME, settings.API_REQUESTS_A_MINUTE = tmp_path, 1_000_000


def answer(client, case):
    """Ask in this process; whatever it did is taken back."""
    request = requests.Request(**case.as_transport_kwargs(base_url=HOST)).prepare()
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    headers = {name: value for name, value in request.headers.items() if name.lower() not in OURS}
    with transaction.atomic():
        said = client.generic(
            request.method, request.path_url, body, request.headers.get("Content-Type", ""), headers=headers
        )
        content = b"".join(said.streaming_content) if said.streaming else said.content
        transaction.set_rollback(True)
    told = {name: [value] for name, value in said.headers.items()}
    return Response(
        said.status_code, told, content, request, 0.0, verify=False, message=HTTPStatus(said.status_code).phrase
    )


OURS = {"content-type", "content-length", "authorization", "cookie", "host"}
