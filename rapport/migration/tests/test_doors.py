"""Moving in through the browser and by command, and what must not come in."""

import io
import json
import zipfile

import pytest
from django.urls import reverse

from rapport.customers.models import Customer
from rapport.imports import run as running
from rapport.imports.models import ImportRun, State
from rapport.migration import rehearse
from rapport.migration.command import run as command
from rapport.migration.draft import draft
from rapport.migration.models import Migration, MigrationFile, What
from rapport.migration.run import begin, run_all
from rapport.migration.steps import lay_out
from rapport.migration.tests.exports import HUBSPOT, NOW, dropped, move_in, zipped
from rapport.people.models import User
from rapport.timeline.models import Participation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()


@pytest.fixture
def browser(client, boss):
    client.force_login(boss)
    return client


def drop(browser, files):
    return browser.post(reverse("migration:new"), {"exports": dropped(files)})


@pytest.mark.req("K10")
def test_from_the_drop_to_the_report_and_back(browser, run_jobs):
    assert b"Nobody has moved in yet" in browser.get(reverse("migration:list")).content
    answer = drop(browser, HUBSPOT)
    one = Migration.objects.get()
    assert answer.url == reverse("migration:one", args=[one.pk])
    page = browser.get(answer.url).content.decode()
    for text in ("property_associatedcompanyid", "hubspot_engagement_contact.csv", "Gil Gone", "Deals have no place"):
        assert text in page
    page = browser.post(reverse("migration:rehearsal", args=[one.pk]), {}, follow=True).content.decode()
    assert "What would become of every row" in page
    assert "1 × nothing of “hubspot companies” has the id “99”" in page
    assert not Customer.objects.exists()
    browser.post(reverse("migration:start", args=[one.pk]), {})
    assert b"Moving in" in browser.get(reverse("migration:progress", args=[one.pk])).content
    run_jobs()
    one.refresh_from_db()
    assert one.state == State.DONE
    page = browser.get(reverse("migration:one", args=[one.pk])).content.decode()
    assert "Take all of it back" in page
    report = browser.get(reverse("migration:report", args=[one.pk])).getvalue().decode()
    assert "nothing of “hubspot companies” has the id “99”" in report
    browser.post(reverse("migration:revert", args=[one.pk]))
    run_jobs()
    one.refresh_from_db()
    assert (one.state, Customer.objects.count()) == (State.REVERTED, 0)
    assert "rows did is taken back" in browser.get(reverse("migration:one", args=[one.pk])).content.decode()


@pytest.mark.req("K10")
def test_what_is_changed_on_the_page_is_what_happens(browser, run_jobs, ana):
    drop(browser, HUBSPOT)
    one = Migration.objects.get()
    contacts = one.files.get(name="hubspot_contacts.csv")
    owner = list(one.owners).index("72")
    deals = one.files.get(what=What.DEALS)
    url = reverse("migration:mapping", args=[one.pk])
    said = {
        f"f{contacts.pk}-link-0": "",
        f"f{contacts.pk}-column-0": "external_id",
        f"f{contacts.pk}-column-2": "name",
        f"f{contacts.pk}-column-3": "email",
        f"owner-{owner}": ana.email,
        f"f{deals.pk}-what": "other",
    }
    assert browser.post(url, said, headers={"HX-Request": "true"}).status_code == 200
    browser.post(reverse("migration:start", args=[one.pk]), said)
    run_jobs()
    assert Customer.objects.filter(name="Prado").exists()
    assert not Customer.objects.get(name="Prado").members.get().relationships.exists()
    assert Customer.objects.get(name="Borealis").owner == ana
    assert MigrationFile.objects.get(pk=deals.pk).what == What.OTHER


@pytest.mark.req("K10")
def test_a_file_that_was_taken_for_the_wrong_thing_is_read_as_what_somebody_says(browser, run_jobs):
    drop(
        browser, {"export.csv": "id,x,y\n1,Ana,ana@a.example\n", "contacts.csv": "id,name,email\n2,Rui,rui@r.example\n"}
    )
    one = Migration.objects.get()
    strange = one.files.get(name="export.csv")
    assert strange.what == What.OTHER
    page = browser.post(reverse("migration:mapping", args=[one.pk]), {f"f{strange.pk}-what": "people"})
    assert b"export.csv" in page.content
    browser.post(
        reverse("migration:start", args=[one.pk]),
        {f"f{strange.pk}-column-1": "name", f"f{strange.pk}-column-0": "external_id"},
    )
    run_jobs()
    assert set(Customer.objects.values_list("name", flat=True)) == {"Ana", "Rui"}


@pytest.mark.req("K10")
def test_it_is_stopped_and_goes_on_and_survives_a_kill(monkeypatch, boss):
    monkeypatch.setattr(running, "CHUNK", 2)
    made = draft(dropped(HUBSPOT), by=None, at=NOW)
    begin(made, by=None, at=NOW, defer=False)

    class Killed(BaseException):
        pass

    seen = []

    def kill(now):
        seen.append(now)
        if len(seen) == 3:
            raise Killed

    with pytest.raises(Killed):
        run_all(made.pk, at=NOW, progress=kill)
    assert Migration.objects.get().state == State.RUNNING
    assert begin(made, by=None, at=NOW, defer=False)
    assert run_all(made.pk, at=NOW).state == State.DONE
    assert Participation.objects.count() == 4
    assert ImportRun.objects.filter(state=State.DONE).count() == made.steps.count()


@pytest.mark.req("K10")
def test_stopped_in_the_browser_it_goes_on_in_the_browser(browser, run_jobs):
    drop(browser, HUBSPOT)
    one = Migration.objects.get()
    browser.post(reverse("migration:start", args=[one.pk]), {})
    browser.post(reverse("migration:stop", args=[one.pk]))
    run_jobs()
    one.refresh_from_db()
    assert (one.state, Customer.objects.count()) == (State.STOPPED, 0)
    browser.post(reverse("migration:start", args=[one.pk]), {})
    run_jobs()
    one.refresh_from_db()
    assert one.state == State.DONE


@pytest.mark.req("K10")
def test_a_large_rehearsal_counts_the_links_as_a_small_one_does(monkeypatch, boss):
    counts = []
    for most in (50_000, 1):
        monkeypatch.setattr(rehearse, "TOGETHER", most)
        made = draft(dropped(HUBSPOT), by=None, at=NOW)
        lay_out(made)
        Migration.objects.filter(pk=made.pk).update(state=State.REHEARSING)
        rehearse.rehearse_migration(made, at=NOW)
        steps = made.steps.select_related("run").order_by("place")
        counts.append(
            [
                (s.run.file_name, s.run.rehearsal["linked"], s.run.rehearsal["adrift"], s.run.rehearsal["failed"])
                for s in steps
            ]
        )
    made.refresh_from_db()
    assert made.exact is False
    assert counts[0] == counts[1]
    assert not Customer.objects.exists()


@pytest.mark.req("K10")
def test_the_command_moves_a_folder_in_and_takes_it_back(tmp_path, capsys, boss):
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in HUBSPOT.items():
        (folder / name).write_text(text)
    options = {"files": folder, "owner": [], "dry_run": True, "yes": True, "json": True, "go_on": None, "revert": None}
    command(Options(**options))
    assert not Migration.objects.exists()
    would = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert command(Options(**options | {"dry_run": False})) == 3
    lines = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(one["file"], one["linked"]) for one in would] == [
        (one["file"], one["linked"]) for one in lines if "linked" in one
    ]
    assert command(Options(**options | {"revert": Migration.objects.get().pk})) == 0
    assert not Customer.objects.exists()
    assert command(Options(**options | {"owner": ["5=nobody@x.example"]})) == 2


def locked(content):
    """The archive with its first file marked as encrypted, in both places that say so."""
    flagged = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flagged[flagged.index(mark) + place] |= 1
    return bytes(flagged)


@pytest.mark.req("K10")
def test_an_encrypted_file_in_an_archive_says_so_and_the_others_go_in(browser, run_jobs):
    files = {"contacts.csv": "id,name,email\n1,Ana,ana@a.example\n", "companies.csv": "id,name\n1,Aurora\n"}
    drop(browser, {"export.zip": locked(zipped(files))})
    one = Migration.objects.get()
    shut = one.files.get(name="contacts.csv")
    assert (shut.what, shut.note, shut.path) == (What.OTHER, "It is encrypted.", "")
    assert "It is encrypted." in browser.get(reverse("migration:one", args=[one.pk])).content.decode()
    browser.post(reverse("migration:start", args=[one.pk]), {})
    run_jobs()
    assert list(Customer.objects.values_list("name", flat=True)) == ["Aurora"]
    report = browser.get(reverse("migration:report", args=[one.pk])).getvalue().decode()
    assert "contacts.csv,Nothing to take in,not taken,0,,It is encrypted." in report


@pytest.mark.req("K10")
def test_an_archive_of_nothing_but_encrypted_files_is_refused_with_the_reason(browser):
    answer = drop(browser, {"export.zip": locked(zipped({"contacts.csv": "id,name\n1,Ana\n"}))})
    assert answer.status_code == 422
    assert "contacts.csv: It is encrypted." in answer.content.decode()
    assert not Migration.objects.exists()


@pytest.mark.req("K10")
def test_an_import_that_is_part_of_a_migration_leads_there_and_is_not_repeated_alone(browser, boss):
    made = move_in(HUBSPOT, by=boss)
    run = ImportRun.objects.get(file_name="hubspot_contacts.csv")
    migration = reverse("migration:one", args=[made.pk])
    page = browser.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert f'<a href="{migration}">Move in from HubSpot</a>' in page
    for alone in ("imports:again", "imports:resume", "imports:stop"):
        assert reverse(alone, args=[run.pk]) not in page
    before = ImportRun.objects.count()
    assert browser.post(reverse("imports:again", args=[run.pk])).url == migration
    assert ImportRun.objects.count() == before


@pytest.mark.req("K10")
def test_once_the_links_are_in_the_report_counts_only_who_is_still_nobodys(browser, boss):
    calls = HUBSPOT["hubspot_engagement_call.csv"] + "503,2026-01-04 10:00:00,Wrong number,,CALL\n"
    made = move_in(HUBSPOT | {"hubspot_engagement_call.csv": calls}, by=boss)
    assert ImportRun.objects.get(file_name="hubspot_engagement_call.csv").unassigned == 1
    report = browser.get(reverse("migration:report", args=[made.pk])).getvalue().decode()
    assert "of nobody yet,1" in report


class Options:
    def __init__(self, **said):
        self.__dict__.update(said)


@pytest.mark.req("K10")
def test_names_that_climb_out_of_an_archive_lead_nowhere(tmp_path, boss):
    evil = {
        "../../../etc/contacts.csv": "id,name,email\n1,Ana,a@a.example\n",
        "/abs/companies.csv": "id,name,website\n1,Aurora,a.example\n",
    }
    done = move_in({"x.zip": zipped(evil)})
    assert set(done.files.values_list("name", flat=True)) == {"contacts.csv", "companies.csv"}
    assert {path.parent.name for path in (tmp_path / "home").rglob("*") if path.is_file()} == {"imports"}


@pytest.mark.req("K10")
def test_a_bomb_is_refused_with_a_reason_and_the_rest_goes_on(boss, monkeypatch):
    monkeypatch.setattr("rapport.migration.unpack.HARMLESS", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("companies.csv", b"\0" * 50_000_000)
        archive.writestr("inner.zip", zipped({"a.csv": "a"}))
        archive.writestr("contacts.csv", "id,name,email\n1,Ana,a@a.example\n")
        archive.writestr("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)))
    done = move_in({"x.zip": out.getvalue()})
    notes = dict(done.files.values_list("name", "note"))
    assert "far more than a table" in notes["companies.csv"]
    assert "archive inside an archive" in notes["inner.zip"]
    assert notes["photo.jpg"]
    assert Customer.objects.get().name == "Ana"


@pytest.mark.req("K10")
def test_files_of_which_nothing_can_be_taken_are_refused_with_their_reasons(browser):
    page = drop(browser, {"deals.csv": "deal_id,amount\n1,2\n"})
    assert page.status_code == 422
    assert "Deals have no place" in page.content.decode()
    assert not Migration.objects.exists()


@pytest.mark.req("G5")
def test_others_of_another_team_see_nothing_of_it(client, browser, nordics):
    drop(browser, HUBSPOT)
    one = Migration.objects.get()
    client.force_login(
        User.objects.create_user("meg@x.example", "a long enough password", role="manager", team=nordics)
    )
    assert client.get(reverse("migration:one", args=[one.pk])).status_code == 404


@pytest.mark.req("K10")
def test_a_draft_is_discarded_with_its_files(browser, tmp_path):
    drop(browser, HUBSPOT)
    browser.post(reverse("migration:discard", args=[Migration.objects.get().pk]))
    assert not Migration.objects.exists()
    assert not ImportRun.objects.exists()
    assert not list((tmp_path / "home" / "imports").iterdir())
