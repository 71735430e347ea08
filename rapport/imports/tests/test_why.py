"""Asked why something is not here, imports tell what became of the row that spoke of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.imports.models import ImportRun
from rapport.imports.revert import revert, start_revert
from rapport.imports.tests.test_wizard import browser, manager, said, upload  # noqa: F401
from rapport.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]


@pytest.fixture
def imported(browser, run_jobs):  # noqa: F811
    upload(browser)
    run = ImportRun.objects.get()
    browser.post(reverse("imports:start", args=[run.pk]), said(browser, run))
    run_jobs()
    return run


def why(browser, words):  # noqa: F811
    return browser.get(reverse("search:why"), {"q": words}).content.decode()


def test_a_row_that_was_not_taken_in_says_why_and_leads_to_its_import(browser, imported):  # noqa: F811
    page = why(browser, "broken")
    assert "people.csv, row 3" in page
    assert imported.failures.get().reason in page
    assert reverse("imports:run", args=[imported.pk]) in page


def test_a_row_that_is_here_says_where_also_after_its_import_was_taken_back(browser, imported):  # noqa: F811
    ann = Customer.objects.get(name="Ann Lee")
    assert f"Taken in as new. It is here: {ann}." in why(browser, "ann@example.org")
    assert start_revert(imported, by=None, at=timezone.now(), defer=False)
    revert(imported.pk, by=None)
    page = why(browser, "broken")
    assert "people.csv, row 3" in page
    assert "The import was taken back." in page


def test_what_another_team_imported_is_not_told(browser, imported, signed_in, nils):  # noqa: F811
    User.objects.filter(pk=imported.by_id).update(team=None)
    assert "people.csv" not in why(signed_in(nils), "broken")
