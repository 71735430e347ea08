"""Leads out of a file: on the timeline, once, with state, owner and source; each bad row with its reason, taken back."""

from datetime import UTC, datetime

import pytest

from rapport.customers.models import Customer
from rapport.imports import run as running
from rapport.imports.fields import Kind
from rapport.imports.models import ImportFailure, ImportLeft, ImportRun, State, Stay
from rapport.imports.propose import Wishes, propose
from rapport.imports.revert import revert, start_revert
from rapport.imports.start import drafted, start
from rapport.sales.lead import Lead, LeadState
from rapport.sales.pipeline import Reason
from rapport.sales.take_lead import take_lead
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FILE = (
    "Lead ID,Full name,Email,Interest,Lead source,Lead status,Lead owner,Lost reason,Created at\n"
    "L1,Marta Oliveira,marta@aurora.example,Ten machines,Trade fair,Working - contacted,Ana Klein,,2026-03-01\n"
    "L2,Rui Pinto,rui@sued.example,A grinder,Trade fair,Unqualified,Nobody Here,No budget,2025-11-20\n"
    "L3,Ida Nord,,Beans,Web,,,,2026-03-02 08:00\n"
)
BAD = (
    "id,email,name,interest,status,created\n"
    "1,,,Beans,New,2026-03-01\n"
    "2,a@x.example,A,Beans,Purple,2026-03-01\n"
    "3,b@x.example,B,Beans,Converted,2026-03-01\n"
    "4,c@x.example,C,Beans,New,2031-01-01\n"
    "5,d@x.example,D,Beans,New,2026-03-01\n"
)


@pytest.fixture
def take(tmp_path, ana, boss):
    def take(text) -> ImportRun:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(text)
        proposal = propose(path, path.name, Wishes(Kind.LEADS, source="old crm"))
        assert proposal.refusal == ""
        begun = start(drafted(path, path.name, proposal.plan, by=boss, at=NOW), by=boss, at=NOW, defer=False)
        return running.run(begun.pk)

    return take


def take_back(run: ImportRun) -> ImportRun:
    assert start_revert(run, by=None, at=NOW, defer=False)
    return revert(run.pk, by=None)


def test_leads_come_in_on_the_timeline_with_state_owner_source_and_reason(take, ana):
    reason = Reason.objects.create(end=Reason.UNFIT, name="No budget")
    run = take(FILE)
    assert (run.created, run.failed, run.unassigned) == (3, 0, 1)
    marta, rui, ida = Lead.objects.order_by("interaction__receipt__external_id")
    assert (marta.wish, marta.state, marta.owner, marta.source.name) == ("Ten machines", "working", ana, "Trade fair")
    assert marta.member.customer == Customer.objects.get(members__identifiers__key="marta@aurora.example")
    assert (rui.state, rui.reason, rui.owner, rui.answer_by) == (LeadState.UNFIT, reason, None, None)
    assert (ida.called, ida.member, ida.state) == ("Ida Nord", None, LeadState.NEW)
    assert marta.interaction.subject == "Ten machines"
    assert marta.steps.get().at == marta.came_at


def test_the_same_file_again_changes_nothing_here(take, boss):
    take(FILE)
    lead = Lead.objects.get(wish="Beans")
    take_lead(lead.pk, seen=None, by=boss, at=NOW)
    again = take(FILE)
    assert (again.created, again.updated, again.skipped) == (0, 0, 3)
    lead.refresh_from_db()
    assert (Lead.objects.count(), lead.owner, lead.state) == (3, boss, LeadState.WORKING)


def test_each_bad_row_says_why_and_the_good_ones_come_in(take):
    run = take(BAD)
    assert (run.created, run.failed) == (1, 4)
    reasons = list(ImportFailure.objects.filter(run=run).order_by("number").values_list("reason", flat=True))
    told = ("nobody: no name", "“Purple” is no state", "it is a deal", "lies in the future")
    assert all(part in reason for part, reason in zip(told, reasons, strict=True)), reasons


def test_taken_back_all_of_it_goes_and_what_was_worked_on_since_stays(take, boss):
    run = take(FILE)
    worked = Lead.objects.get(wish="Beans")
    take_lead(worked.pk, seen=None, by=boss, at=NOW)
    undone = take_back(run)
    assert (undone.state, undone.undone["leads"]) == (State.REVERTED, 2)
    assert list(Lead.objects.all()) == [worked]
    assert list(Interaction.objects.all()) == [worked.interaction]
    left = ImportLeft.objects.get(run=run)
    assert (left.label, left.reason, left.rows) == ("timeline_interaction", Stay.USED, [3])
