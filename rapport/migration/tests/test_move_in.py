"""Files of another CRM go in together, hang together as they did there, and go back together."""

import pytest

from rapport.customers.models import Customer, Identifier, Member, Relationship, SourceRecord
from rapport.imports.models import State
from rapport.migration.models import What
from rapport.migration.report import report_rows
from rapport.migration.tests.exports import HUBSPOT, SALESFORCE, move_in, take_back, zipped
from rapport.people.models import User
from rapport.timeline.models import Interaction, Participation, Receipt, Tally

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def ties():
    rows = Relationship.objects.values_list("member__customer__name", "kind", "other__customer__name", "role")
    return {tuple(filter(None, row)) for row in rows}


def took_part():
    rows = Participation.objects.filter(member__isnull=False)
    return {
        (one.interaction.subject, one.member.customer.name, one.main)
        for one in rows.select_related("interaction", "member__customer")
    }


def runs(migration):
    return {step.run.file_name: step.run for step in migration.steps.select_related("run")}


@pytest.mark.req("K10")
def test_a_hubspot_export_goes_in_whole_and_hangs_together(boss):
    done = move_in(HUBSPOT)
    assert done.state == State.DONE
    assert ties() == {
        ("Borealis", "part of", "Aurora Foods"),
        ("Cassini", "part of", "Borealis"),
        ("Ana Prado", "works at", "Aurora Foods", "Buyer"),
        ("Rui Costa", "works at", "Borealis"),
    }
    assert took_part() == {
        ("First call", "Ana Prado", True),
        ("First call", "Rui Costa", False),
        ("First call", "Aurora Foods", False),
        ("Second call", "Zoe Nowhere", True),
    }
    assert not Interaction.objects.filter(unassigned=True).exists()
    assert set(Interaction.objects.values_list("channel", "kind")) == {("phone", "call")}
    assert {one.name: one.owner for one in Customer.objects.filter(owner__isnull=False)} == {
        "Aurora Foods": boss,
        "Ana Prado": boss,
    }
    assert not User.objects.filter(email="gone@old.example").exists()
    assert not Customer.objects.filter(name="Old").exists()


@pytest.mark.req("K10")
def test_every_row_of_every_file_is_in_the_one_report(boss):
    done = move_in(HUBSPOT)
    found = runs(done)
    contacts = found["hubspot_contacts.csv: property_associatedcompanyid → hubspot companies"]
    assert (contacts.rows, contacts.created, contacts.skipped, contacts.failed) == (4, 2, 1, 1)
    assert (contacts.linked, contacts.adrift) == (2, 1)
    assert contacts.failures.get().reason == "nothing of “hubspot companies” has the id “99”"
    calls = found["hubspot_engagement_contact.csv: contact_id → hubspot people"]
    assert (calls.rows, calls.linked, calls.adrift) == (5, 3, 2)
    report = [
        dict(zip(("file", "what", "became", "rows", "line", "reason"), row, strict=True)) for row in report_rows(done)
    ]
    assert any(row["file"] == "hubspot_deals.csv" and row["rows"] == "1" and "Deals" in row["reason"] for row in report)
    assert any(
        row["file"] == "hubspot_companies.csv" and "condition" in row["became"] and row["rows"] == "1" for row in report
    )
    assert any("Gil Gone" in row["reason"] and "nobody here" in row["became"] for row in report)
    for run in found.values():
        assert run.rows == run.created + run.updated + run.skipped + run.failed


@pytest.mark.req("K10")
def test_the_same_export_again_changes_nothing(boss):
    move_in(HUBSPOT)
    before = ties(), took_part(), Customer.objects.count(), Interaction.objects.count()
    again = runs(move_in(HUBSPOT))
    assert all(run.created == run.updated == 0 for run in again.values())
    assert (ties(), took_part(), Customer.objects.count(), Interaction.objects.count()) == before


@pytest.mark.req("K10")
def test_all_of_it_is_taken_back_as_a_whole(boss):
    gone = take_back(move_in(HUBSPOT))
    assert gone.state == State.REVERTED
    for model in (Customer, Member, SourceRecord, Identifier, Relationship, Interaction, Participation, Receipt, Tally):
        assert not model.objects.exists(), model


@pytest.mark.req("K10")
def test_taking_back_a_second_run_leaves_the_first_as_it_was(boss):
    move_in(HUBSPOT)
    before = ties(), took_part()
    more = HUBSPOT | {"hubspot_engagement_contact.csv": "contact_id,engagement_id\n4,501\n4,502\n"}
    second = move_in(more)
    assert ("First call", "Ina Alone", False) in took_part()
    take_back(second)
    assert (ties(), took_part()) == before
    assert Tally.objects.get(member__customer__name="Ana Prado").count == 1


@pytest.mark.req("K10")
def test_a_salesforce_export_finds_its_links_by_who_and_what(boss):
    done = move_in(SALESFORCE)
    assert ties() == {
        ("Borealis", "part of", "Aurora Foods"),
        ("Ana Prado", "works at", "Aurora Foods", "Buyer"),
        ("Rui Costa", "works at", "Borealis"),
    }
    assert took_part() == {
        ("Call Ana", "Ana Prado", True),
        ("Call Ana", "Aurora Foods", False),
        ("Write Rui", "Borealis", True),
    }
    assert set(Interaction.objects.values_list("channel", flat=True)) == {"phone", "email"}
    assert done.files.get(name="User.csv").owned == {"known": 1, "unknown": 1}


@pytest.mark.req("K10")
def test_an_owner_whom_nobody_knows_becomes_the_colleague_that_somebody_names(boss, ana):
    done = move_in(HUBSPOT, o72=ana.email)
    assert Customer.objects.get(name="Borealis").owner == ana
    assert done.files.get(name="hubspot_contacts.csv").owned == {"known": 2, "unknown": 0}


@pytest.mark.req("K10")
def test_one_archive_is_all_the_files_in_it(boss):
    done = move_in({"export.zip": zipped({f"a/b/{name}": text for name, text in HUBSPOT.items()})})
    assert done.state == State.DONE
    assert len(ties()) == 4
    assert done.files.filter(what=What.PEOPLE).get().name == "hubspot_contacts.csv"


@pytest.mark.req("K10")
def test_companies_that_are_part_of_each_other_do_not_close_a_circle(boss):
    circle = HUBSPOT["hubspot_companies.csv"].replace("71,,false", "71,3,false")
    done = move_in({"hubspot_companies.csv": circle})
    links = next(run for name, run in runs(done).items() if "→" in name)
    assert (links.linked, links.adrift, links.failed) == (2, 1, 1)
    assert "part of itself" in links.failures.get().reason


@pytest.mark.req("K10")
def test_two_files_of_the_same_kind_are_one_kind(boss):
    head, *rows = HUBSPOT["hubspot_contacts.csv"].splitlines()
    halves = {"contacts-1.csv": "\n".join([head, *rows[:2]]), "contacts-2.csv": "\n".join([head, *rows[2:]])}
    done = move_in({"companies.csv": HUBSPOT["hubspot_companies.csv"], **halves})
    assert {"works at"} == {kind for _one, kind, *_rest in ties() if kind != "part of"}
    assert sum(run.linked for name, run in runs(done).items() if "contacts" in name and "→" in name) == 2


@pytest.mark.req("K10")
def test_scrambled_addresses_are_none_and_files_with_the_same_columns_stay_apart(boss):
    files = {
        "contact.csv": "id,property_firstname,property_email\n1,Ana,fcb67ef339b691956cc85fa12be6490c\n",
        "engagement_call.csv": "engagement_id,property_hs_timestamp,type\n1,2026-01-02 10:00:00,CALL\n",
        "engagement_note.csv": "engagement_id,property_hs_timestamp,type\n2,2026-01-02 10:00:00,NOTE\n",
    }
    assert {run.failed for run in runs(move_in(files)).values()} == {0}
    assert {run.updated for run in runs(move_in(files)).values()} == {0}
    assert set(Interaction.objects.values_list("channel", "kind")) == {("phone", "call"), ("system", "note")}
