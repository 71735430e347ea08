"""Consents come in with a file, each with its row as the proof; they overrule nothing newer and go when the import goes."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from rapport.consent.ledger import Consent, Said
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.standing import Question, standing
from rapport.imports.fields import Kind
from rapport.imports.propose import Wishes, propose
from rapport.imports.rows import PlannedRows
from rapport.imports.take_in import Intake
from rapport.imports.tests.test_revert import take, take_back  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]
ANN = "ann@a.example"
MAPPING = (
    ("news", "consent.newsletter"),
    ("since", "consent.newsletter.at"),
    ("how", "consent_source"),
    ("proof", "consent_evidence"),
)
HEAD = "id,name,email,news,since,how,proof\n"
JUNE = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def told(take):  # noqa: F811
    def rows(*rows, mapping=MAPPING):
        return take(HEAD + "\n".join(rows) + "\n", mapping=mapping)

    return rows


def newsletter(*, confirmed=False):
    Purpose.objects.filter(code="newsletter").update(confirmed=confirmed)
    return Purpose.objects.get(code="newsletter")


def holds(address=ANN, channel="email"):
    question = Question(newsletter().pk, channel, address)
    return standing([question], at=timezone.now())[question].state


def reasons(run):
    return [one.reason for one in run.failures.order_by("number")]


def test_a_yes_comes_with_its_day_its_source_and_the_row_it_stands_in(told):
    newsletter()
    run = told(f"1,Ann,{ANN},yes,2025-06-01,fair,paper 12", "2,Bob,bob@a.example,,,,")
    assert (run.created, run.failed) == (2, 0)
    word = Consent.objects.get()
    assert (word.said, word.value, word.at, word.source) == (Said.GRANTED, ANN, JUNE, "fair")
    assert word.evidence == f"paper 12; File “{run.file_name}”, row 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [("Ja", "granted"), ("2025-06-01", "granted"), ("TRUE", "granted"), ("nein", "denied"), ("Opted out", "withdrawn")],
)
def test_words_of_several_programs_are_understood(told, text, said):
    newsletter()
    run = told(f"1,Ann,{ANN},{text},,,")
    assert reasons(run) == []
    assert Consent.objects.get().said == said
    if text[0] == "2":
        assert Consent.objects.get().at == JUNE


def test_what_is_unclear_fails_its_row_with_the_reason_and_writes_nothing(told):
    newsletter()
    run = told(
        f"1,Ann,{ANN},perhaps,,,", "2,Bob,,yes,,,", "3,Cat,c@a.example,yes,2999-01-01,,", "4,Dan,d@a.example,yes,soon,,"
    )
    assert run.failed == 4
    assert [reason.partition(": ")[2] for reason in reasons(run)] == [
        "“perhaps” is neither a yes nor a no",
        "the row has no address of the kind that the consent is for",
        "that moment is still to come",
        "“soon” is no date",
    ]
    assert not Consent.objects.exists()


def test_an_older_word_never_overrules_a_newer_one(told, ana):
    say(Word(newsletter(), ANN, Said.WITHDRAWN, at=datetime(2025, 7, 1, tzinfo=UTC)), by=ana, at=timezone.now())
    told(f"1,Ann,{ANN},yes,2025-06-01,,")
    assert holds() == "withdrawn"
    told(f"1,Ann,{ANN},yes,2025-08-01,,")
    assert holds() == "granted"


def test_a_word_without_its_day_gives_way_unless_it_is_a_no(told, ana):
    say(Word(newsletter(), ANN, Said.WITHDRAWN), by=ana, at=timezone.now())
    told(f"1,Ann,{ANN},yes,,,", "2,Bob,bob@a.example,yes,,,")
    assert (holds(), holds("bob@a.example")) == ("withdrawn", "granted")
    told("2,Bob,bob@a.example,no,,,")
    assert holds("bob@a.example") == "denied"


def test_the_same_file_again_says_nothing_new(told):
    newsletter()
    rows = (f"1,Ann,{ANN},yes,2025-06-01,,", "2,Bob,bob@a.example,no,,,")
    told(*rows)
    again = told(*rows)
    assert (again.skipped, again.updated, Consent.objects.count()) == (2, 0, 2)


def test_who_refuses_does_so_at_every_address_and_agrees_at_the_first(take):  # noqa: F811
    newsletter()
    text = f"id,name,email,news\n1,Ann,{ANN}; ann@b.example,%s\n"
    take(text % "yes", mapping=(("news", "consent.newsletter"),))
    assert list(Consent.objects.values_list("value", flat=True)) == [ANN]
    take(text % "no", mapping=(("news", "consent.newsletter"),))
    assert (holds(), holds("ann@b.example")) == ("denied", "denied")


def test_a_purpose_that_has_to_be_confirmed_takes_a_yes_with_its_proof_only(told, run_jobs):
    newsletter(confirmed=True)
    run = told(f"1,Ann,{ANN},yes,,,", "2,Bob,bob@a.example,yes,2025-06-01,double opt-in,")
    assert "a yes needs its date" in reasons(run)[0]
    assert Consent.objects.get().said == Said.GRANTED
    run_jobs()
    assert not Consent.objects.filter(said=Said.ASKED).exists()


def test_an_import_that_is_taken_back_strikes_its_words_out_and_what_was_before_counts_again(told, ana):
    say(Word(newsletter(), ANN, Said.DENIED, at=datetime(2025, 5, 1, tzinfo=UTC)), by=ana, at=timezone.now())
    run = told(f"1,Ann,{ANN},yes,2025-06-01,,", "2,Bob,bob@a.example,no,,,")
    assert (holds(), holds("bob@a.example")) == ("granted", "denied")
    gone = take_back(run)
    assert gone.undone["consents"] == 2
    assert (holds(), holds("bob@a.example")) == ("denied", "unknown")
    assert Consent.objects.filter(said=Said.STRUCK).count() == 2
    assert Consent.objects.count() == 5
    told(f"1,Ann,{ANN},yes,2025-06-01,,")
    assert holds() == "granted"


def test_who_may_not_write_consents_down_brings_none_with_a_file(tmp_path, rita):
    newsletter()
    path = tmp_path / "people.csv"
    path.write_text(HEAD + f"1,Ann,{ANN},yes,,,\n")
    plan = propose(path, path.name, Wishes(Kind.CUSTOMERS, source="crm", mapping=MAPPING)).plan
    results = Intake(plan, by=rita).take(list(PlannedRows(path, plan)), at=timezone.now())
    assert [one.reason for one in results] == ["You may not write consents down."]
    assert not Consent.objects.exists()


def test_nobodys_yes_is_guessed_from_a_heading(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("id,name,email,newsletter,consent newsletter\n1,Ann,ann@a.example,yes,yes\n")
    plan = propose(path, path.name, Wishes(Kind.CUSTOMERS, source="crm")).plan
    assert not any(one.field.startswith("consent") for one in plan.targets)
