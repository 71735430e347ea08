"""Whoever opens the address of a piece of a page gets a whole page."""

import pytest
from django.db import transaction

from tests.house.test_access import ADDRESSES, browser
from tests.house.test_private import said
from tests.house.world import OWN, build

pytestmark = [pytest.mark.django_db, pytest.mark.req("T1")]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(tmp_path_factory.mktemp("whole"))
        transaction.set_rollback(True)


def test_no_address_answers_a_bare_piece_to_whoever_opens_it(world, tmp_path, settings):
    settings.HOME = tmp_path
    client = browser(ADDRESSES[0], world, "administrator")
    bare, whole = [], 0
    for one in ADDRESSES:
        if one.method != "GET" or one.is_api or one.name in {"live", "health"}:
            continue
        answer = client.get(one.filled(world, OWN, "administrator"), headers={"Accept": "text/html,*/*;q=0.8"})
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            if "<html" in said(answer):
                whole += 1
            else:
                bare.append(one.name)
    assert ", ".join(bare) == ""
    # So that the walk walks past something.
    assert whole > 100
