"""Whatever people or machines wrote into any field: each page shows it as words, none runs it."""

import pgtrigger
import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from tests.house.test_access import ADDRESSES, browser
from tests.house.test_private import said
from tests.house.world import OWN, build

pytestmark = [pytest.mark.django_db, pytest.mark.req("T6")]
MARK = "<img src=x>"
HOSTILE = f"\"'>{MARK}"
# What is written by people or comes from outside, by the names that such columns have here.
WORDS = frozenset(
    (
        *("name", "title", "subject", "text", "label", "note", "hint", "group", "value", "evidence", "role", "reason"),
        *("street", "postcode", "city", "region", "country", "website", "first_name", "last_name", "place", "number"),
        *("said", "touchpoint", "trouble", "product", "sender", "whole", "words", "thanks", "why", "file_name", "kind"),
        *("recording", "clue_value", "source", "media_type", "shape", "detail", "conflict_source"),
        *("about", "balancing", "guardian"),
    )
)
# Kinds that are codes of ours and not words of a source.
CODES = frozenset({("identity", "Crowd", "kind"), ("journal", "Event", "kind"), ("consent", "Return", "kind")})


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with django_db_blocker.unblock(), transaction.atomic():
        built = build(folder)
        for model in apps.get_models():
            if model.__module__.startswith("rapport.") and model._meta.pk.name != "pgh_id":
                spoil(model)
        for user in built.users.values():
            user.refresh_from_db()
        yield built
        transaction.set_rollback(True)


def spoil(model):
    """Write hostile words into every column of words; what is too short for them stays."""
    label, name = model._meta.app_label, model.__name__
    for one in model._meta.concrete_fields:
        words = one.name in WORDS and not one.choices and (label, name, one.name) not in CODES
        if words and isinstance(one, models.CharField | models.TextField):
            # Also into rows that nobody can change.
            with pgtrigger.ignore("consent.Consent:stays_as_it_is"), connection.cursor() as cursor:
                table, column, key = model._meta.db_table, one.column, model._meta.pk.column
                cursor.execute(
                    f'UPDATE "{table}" SET "{column}" = %s || "{key}"::text WHERE %s > 40',  # noqa: S608
                    [HOSTILE, one.max_length or 100],
                )
        elif one.name == "tags" and isinstance(one, ArrayField):
            model._default_manager.update(tags=[HOSTILE])


def test_no_page_runs_what_was_written_into_any_field(world, tmp_path, settings):
    settings.HOME = tmp_path
    client = browser(ADDRESSES[0], world, "administrator")
    addresses = [
        one for one in ADDRESSES if one.method == "GET" and not one.is_api and one.name not in {"live", "health"}
    ]
    ran, broke, shown = [], [], 0
    for one in addresses:
        path = one.filled(world, OWN, "administrator")
        answer = client.get(path)
        if answer.status_code >= 500:
            broke.append((path, answer.status_code))
        if answer.get("Content-Type", "").startswith("text/html"):
            text = said(answer)
            shown += "&lt;img src=x&gt;" in text
            if MARK in text:
                ran.append(path)
    assert (ran, broke) == ([], [])
    # So that the walk walks past something.
    assert shown > 100
