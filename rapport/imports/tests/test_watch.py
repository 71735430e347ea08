"""Files that land in a watched folder are taken in once, when complete, and put away with their report."""

import json
import os
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.customers.models import Customer
from rapport.imports.fields import Kind
from rapport.imports.models import ImportRun, ImportWatch, WatchedFile
from rapport.imports.plan import written
from rapport.imports.propose import Wishes, propose
from rapport.imports.watch import look, look_at_due

pytestmark = pytest.mark.django_db
PEOPLE = "id,name,email\n1,Ann Lee,ann@example.org\n2,Bo Ray,broken\n"


@pytest.fixture
def drop(settings, tmp_path):
    settings.HOME, settings.DROP = tmp_path / "home", tmp_path / "drop"
    (settings.DROP / "crm").mkdir(parents=True)
    return settings.DROP / "crm"


@pytest.fixture
def watch(drop, boss, tmp_path):
    model = tmp_path / "model.csv"
    model.write_text(PEOPLE)
    plan = propose(model, "model.csv", Wishes(Kind.CUSTOMERS, source="crm")).plan
    return ImportWatch.objects.create(folder="crm", pattern="*.csv", plan=written(plan), by=boss)


def looked(watch, run_jobs, times=2):
    taken = [look(watch.pk, at=timezone.now()) for _time in range(times)]
    run_jobs()
    watch.refresh_from_db()
    return taken


@pytest.mark.req("K10")
def test_a_complete_file_is_taken_in_and_put_away_with_its_report_and_its_failed_rows(watch, drop, run_jobs):
    (drop / "new.csv").write_text(PEOPLE)
    assert looked(watch, run_jobs) == [0, 1]
    assert Customer.objects.get().name == "Ann Lee"
    assert sorted(path.name for path in drop.iterdir()) == ["done"]
    report = json.loads((drop / "done" / "new.csv.report.json").read_text())
    assert (report["created"], report["failed"]) == (1, 1)
    assert "Bo Ray" in (drop / "done" / "new.csv.failed.csv").read_text()
    assert (drop / "done" / "new.csv").read_text() == PEOPLE


@pytest.mark.req("K10")
def test_a_file_that_still_grows_or_is_called_unfinished_waits(watch, drop, run_jobs):
    (drop / "a.csv").write_text(PEOPLE)
    (drop / "b.csv.part").write_text(PEOPLE)
    look(watch.pk, at=timezone.now())
    (drop / "a.csv").write_text(PEOPLE + "3,Cy,cy@example.org\n")
    assert looked(watch, run_jobs, 1) == [0]
    assert looked(watch, run_jobs, 1) == [1]
    assert ImportRun.objects.get().rows == 3
    assert (drop / "b.csv.part").exists()


@pytest.mark.req("K10")
def test_the_same_content_is_taken_once_under_whatever_name(watch, drop, run_jobs):
    (drop / "a.csv").write_text(PEOPLE)
    looked(watch, run_jobs)
    (drop / "b.csv").write_text(PEOPLE)
    assert looked(watch, run_jobs) == [0, 0]
    assert ImportRun.objects.count() == 1
    assert "a.csv" in json.loads((drop / "done" / "b.csv.report.json").read_text())["note"]


@pytest.mark.req("K10")
def test_a_file_that_does_not_fit_stays_with_its_reason_and_its_owner_is_told_once(watch, drop, run_jobs, boss):
    (drop / "a.csv").write_text("Wer\nAnn\n")
    looked(watch, run_jobs, 3)
    assert "There is no column" in watch.trouble
    assert watch.next_at > timezone.now()
    assert Task.objects.filter(assignee=boss).count() == 1
    (drop / "a.csv").write_text(PEOPLE)
    os.utime(drop / "a.csv", ns=(1, 1))
    assert looked(watch, run_jobs, 2) == [0, 1]
    assert watch.trouble == ""


@pytest.mark.req("G5")
@pytest.mark.parametrize("folder", ["../", "/etc", "crm/../..", "nowhere"])
def test_only_folders_below_the_drop_folder_can_be_watched(client, boss, watch, drop, folder):
    (drop.parent / "link").symlink_to("/etc")
    client.force_login(boss)
    said = {"folder": folder, "pattern": "*", "minutes": 5, "like": ""}
    assert client.post(reverse("imports:watches"), said).status_code == 422
    watch.folder = "link"
    watch.save()
    assert look(watch.pk, at=timezone.now()) == 0
    watch.refresh_from_db()
    assert watch.trouble
    assert not WatchedFile.objects.exists()


@pytest.mark.req("K10")
def test_a_folder_is_looked_into_when_its_time_has_come_and_not_when_paused(watch, drop, client, boss):
    (drop / "a.csv").write_text(PEOPLE)
    now = timezone.now()
    look_at_due(at=now)
    assert look_at_due(at=now + timedelta(seconds=10)) == 0
    client.force_login(boss)
    assert "crm/*.csv" in client.get(reverse("imports:watches")).content.decode()
    client.post(reverse("imports:watch", args=[watch.pk]), {"deed": "pause"})
    assert look_at_due(at=now + timedelta(minutes=2)) == 0
    client.post(reverse("imports:watch", args=[watch.pk]), {"deed": "pause"})
    assert look_at_due(at=now + timedelta(minutes=2)) == 1
