"""Importing in the browser, from dropping the file to the report."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse

from rapport.customers.models import Customer
from rapport.imports.models import ImportRun, State
from rapport.people.models import User

pytestmark = pytest.mark.django_db
PEOPLE = b"id,Vorname,Nachname,E-Mail\n1,Ann,Lee,ann@example.org\n2,Bo,Ray,bo@example.org\n3,Cy,Dee,broken\n"


@pytest.fixture
def manager(settings, tmp_path):
    settings.HOME = tmp_path
    return User.objects.create_user("meg@example.org", "a long password", name="Meg", role="manager")


@pytest.fixture
def browser(client, manager):
    client.force_login(manager)
    return client


def upload(browser, content=PEOPLE, name="people.csv", **fields):
    sent = BytesIO(content)
    sent.name = name
    return browser.post(reverse("imports:new"), {"file": sent, "kind": "", **fields})


def said(browser, run, **changes):
    """The mapping form as the page shows it, with changes."""
    html = browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    fields = dict(re.findall(r'<input class="form-control"[^>]* name="([^"]+)" value="([^"]*)"', html))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    if 'id="header" checked' in html:
        fields["header"] = "on"
    return fields | changes


@pytest.mark.req("K9")
def test_a_file_goes_from_the_drop_to_the_report(browser, run_jobs):
    assert b"No imports yet" in browser.get(reverse("imports:history")).content
    answer = upload(browser)
    run = ImportRun.objects.get()
    assert answer.url == reverse("imports:run", args=[run.pk])
    assert (run.kind, run.state, Path(run.path).stat().st_mode & 0o777) == ("customers", State.DRAFT, 0o600)
    page = browser.get(answer.url).content.decode()
    assert "by its name and values" in page
    assert "Ann Lee" in page
    assert "fails" in page
    assert not Customer.objects.exists()
    assert browser.post(reverse("imports:start", args=[run.pk]), said(browser, run)).status_code == 302
    assert b"Waiting for its turn" in browser.get(reverse("imports:progress", args=[run.pk])).content
    run_jobs()
    report = browser.get(reverse("imports:progress", args=[run.pk])).content.decode()
    assert "What became of every row" in report
    assert "hx-get" not in report
    run.refresh_from_db()
    assert (run.state, run.rows, run.created, run.failed, run.by.name) == (State.DONE, 3, 2, 1, "Meg")
    file = b"".join(browser.get(reverse("imports:failed", args=[run.pk])).streaming_content).decode()
    assert '"3","Cy","Dee","broken"' in file
    assert "people.csv" in browser.get(reverse("imports:history")).content.decode()


def test_what_is_changed_on_the_page_shows_at_once(browser):
    upload(browser)
    run = ImportRun.objects.get()
    fields = said(browser, run)
    assert fields["column-3"] == "email"
    url = reverse("imports:mapping", args=[run.pk])
    piece = browser.post(
        url, fields | {"column-3": "", "value-0": "VIP", "constant-0": "tags"}, headers={"HX-Request": "true"}
    )
    text = piece.content.decode()
    assert text.lstrip().startswith('<div id="plan"')
    assert "VIP" in text
    assert "fails" not in text
    assert said(browser, run)["column-3"] == ""
    taken = browser.post(url, fields | {"column-0": "first_name"}, headers={"HX-Trigger-Name": "column-0"})
    assert taken.status_code == 200
    after = said(browser, run)
    assert (after["column-0"], after["column-1"]) == ("first_name", "")


def test_another_kind_is_proposed_for_afresh_and_refused_while_it_can_not_be(browser):
    upload(browser)
    run = ImportRun.objects.get()
    url = reverse("imports:mapping", args=[run.pk])
    text = browser.post(url, said(browser, run) | {"kind": "orders"}).content.decode()
    assert "No column is mapped to ordered_at" in text
    start = browser.post(reverse("imports:start", args=[run.pk]), said(browser, run))
    assert start.status_code == 422
    assert ImportRun.objects.get().state == State.DRAFT


def test_the_whole_file_can_be_tried_first(browser):
    upload(browser)
    run = ImportRun.objects.get()
    browser.post(reverse("imports:rehearsal", args=[run.pk]), said(browser, run))
    run.refresh_from_db()
    assert (run.state, run.rehearsal["created"], run.rehearsal["failed"]) == (State.DRAFT, 2, 1)
    assert "What becomes of the whole file" in browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert not Customer.objects.exists()


def test_an_import_is_stopped_and_goes_on(browser, run_jobs):
    upload(browser)
    run = ImportRun.objects.get()
    browser.post(reverse("imports:start", args=[run.pk]), said(browser, run))
    browser.post(reverse("imports:stop", args=[run.pk]))
    run_jobs()
    run.refresh_from_db()
    assert (run.state, run.rows) == (State.STOPPED, 0)
    browser.post(reverse("imports:resume", args=[run.pk]))
    run_jobs()
    run.refresh_from_db()
    assert (run.state, run.rows) == (State.DONE, 3)


def test_another_file_is_taken_like_an_earlier_one(browser, run_jobs):
    upload(browser)
    run = ImportRun.objects.get()
    browser.post(reverse("imports:mapping", args=[run.pk]), said(browser, run) | {"source": "crm", "column-2": "city"})
    sent = BytesIO(PEOPLE.replace(b"Ann", b"Eve"))
    sent.name = "later.csv"
    browser.post(f"{reverse('imports:new')}?like={run.pk}", {"file": sent, "kind": ""})
    later = ImportRun.objects.get(file_name="later.csv")
    assert later.source == "crm"
    assert said(browser, later)["column-2"] == "city"


def test_a_damaged_address_of_an_earlier_one_is_as_if_it_had_not_been_said(browser):
    assert browser.get(reverse("imports:new"), {"like": "abc"}).status_code == 200


def test_what_is_no_table_is_refused_at_the_door(browser, manager, settings):
    answer = upload(browser, b"\xd0\xcf\x11\xe0", "old.xls")
    assert answer.status_code == 422
    assert b".xlsx" in answer.content
    assert not ImportRun.objects.exists()
    assert list((settings.HOME / "imports").iterdir()) == []


def test_a_draft_is_discarded_with_its_file(browser):
    upload(browser)
    run = ImportRun.objects.get()
    browser.post(reverse("imports:discard", args=[run.pk]))
    assert not ImportRun.objects.exists()
    assert not Path(run.path).exists()


def test_agents_import_nothing_and_strangers_see_no_run(browser, client):
    upload(browser)
    run = ImportRun.objects.get()
    other = User.objects.create_user("max@example.org", "a long password", name="Max", role="manager")
    client.force_login(other)
    assert client.get(reverse("imports:run", args=[run.pk])).status_code == 404
    agent = User.objects.create_user("abe@example.org", "a long password", name="Abe", role="agent")
    client.force_login(agent)
    assert client.get(reverse("imports:new")).status_code == 403
