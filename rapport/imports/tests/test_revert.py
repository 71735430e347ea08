"""An import can be taken back: what it made goes, what it changed goes back, and what others did since stays."""

from datetime import UTC, datetime

import pytest

from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier, Member, Relationship, SourceRecord
from rapport.identity.merge import merge
from rapport.identity.unmerge import unmerge
from rapport.imports import run as running
from rapport.imports.fields import Kind
from rapport.imports.models import ImportLeft, ImportRun, ImportTrace, State, Stay
from rapport.imports.propose import Wishes, propose
from rapport.imports.revert import revert, start_revert, weigh, weigh_later
from rapport.imports.start import drafted, start
from rapport.sales.order import Order, OrderLine
from rapport.timeline.models import Interaction, Participation, Receipt, Superseded, Tally

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def take(tmp_path):
    """Import a text as a file."""

    def take(text, kind=Kind.CUSTOMERS, source="crm", **wishes) -> ImportRun:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        path.write_text(text)
        proposal = propose(path, path.name, Wishes(kind, source=source, **wishes))
        assert proposal.refusal == ""
        begun = start(drafted(path, path.name, proposal.plan, by=None, at=NOW), by=None, at=NOW, defer=False)
        return running.run(begun.pk)

    return take


def take_back(run: ImportRun) -> ImportRun:
    assert start_revert(run, by=None, at=NOW, defer=False)
    return revert(run.pk, by=None)


PEOPLE = (
    "id,name,email,phone,company,city\n1,Ana,ana@a.example,+4930111,Aurora,Lisbon\n2,Rui,rui@a.example,,Aurora,Porto\n"
)


@pytest.mark.req("K10")
def test_what_an_import_made_is_gone_when_it_is_taken_back(take):
    run = take(PEOPLE)
    assert Customer.objects.count() == 3
    gone = take_back(run)
    assert (gone.state, gone.undone["rows_back"], gone.undone["rows_left"]) == (State.REVERTED, 2, 0)
    for model in (Customer, Member, SourceRecord, Identifier, Relationship, ImportTrace, ImportLeft):
        assert not model.objects.exists(), model


@pytest.mark.req("K10")
def test_what_it_changed_says_what_it_said_before(take):
    take(PEOPLE)
    before = list(SourceRecord.objects.order_by("pk").values())
    run = take("id,name,email,city\n1,Ana Maria,new@a.example,Faro\n2,Rui,rui@a.example,Porto\n")
    assert Customer.objects.get(name="Ana Maria").city == "Faro"
    take_back(run)
    assert list(SourceRecord.objects.order_by("pk").values()) == before
    assert Customer.objects.get(name="Ana").city == "Lisbon"
    assert not Identifier.objects.filter(key="new@a.example").exists()


@pytest.mark.req("K10")
def test_a_file_that_was_taken_back_is_taken_in_again(take):
    run = take(PEOPLE)
    take_back(run)
    assert take(PEOPLE).created == 2


@pytest.mark.req("K10")
def test_a_customer_edited_since_stays_and_the_report_says_why(take):
    run = take(PEOPLE)
    edit(Customer.objects.get(name="Ana"), {"city": "Faro"}, by=None, at=NOW)
    gone = take_back(run)
    assert (gone.undone["rows_back"], gone.undone["rows_left"]) == (1, 1)
    assert set(Customer.objects.values_list("name", flat=True)) == {"Ana", "Aurora"}
    left = ImportLeft.objects.get(reason=Stay.BY_HAND)
    assert left.rows == [1]
    assert Relationship.objects.filter(member__customer__name="Ana", other__customer__name="Aurora").exists()


@pytest.mark.req("K10")
def test_what_was_merged_since_stays_until_it_is_parted_and_then_goes(take):
    run = take(PEOPLE)
    merged = merge(Customer.objects.get(name="Ana"), Customer.objects.get(name="Rui"), by=None, at=NOW)
    gone = take_back(run)
    assert gone.undone["rows_left"] == 2
    assert set(ImportLeft.objects.values_list("reason", flat=True)) == {Stay.MERGED, Stay.TOGETHER}
    unmerge(merged, by=None, at=NOW)
    assert take_back(gone).undone["rows_left"] == 0
    assert not Customer.objects.exists()


@pytest.mark.req("K10")
def test_fields_that_the_source_changed_again_stay_and_the_others_go_back(take):
    take("id,name,city,country\n1,Ana,Lisbon,PT\n")
    run = take("id,name,city,country\n1,Ana,Faro,ES\n")
    take("id,name,city\n1,Ana,Sines\n")
    gone = take_back(run)
    ana = Customer.objects.get()
    assert (ana.city, ana.country) == ("Sines", "PT")
    assert (gone.undone["rows_left"], ImportLeft.objects.get().field) == (1, "city")


@pytest.mark.req("K10")
def test_imports_that_followed_each_other_are_taken_back_in_any_order(take):
    first = take("id,name,city\n1,Ana,Lisbon\n")
    there = take("id,name,city\n1,Ana,Faro\n")
    back = take("id,name,city\n1,Ana,Lisbon\n")
    assert take_back(first).undone["rows_left"] == 1
    take_back(there)
    take_back(back)
    assert Customer.objects.get().city == "Lisbon"
    take_back(first)
    assert not Customer.objects.exists()


CALLS = "id,date,email,subject,text,channel\nc1,2026-01-02,ana@a.example,Hello,First,email\nc2,2026-01-03,zoe@z.example,Hi,Second,email\n"


@pytest.mark.req("K10")
def test_interactions_go_with_all_that_was_counted_of_them(take):
    take(PEOPLE)
    before = Customer.objects.count(), Identifier.objects.count()
    run = take(CALLS, Kind.INTERACTIONS)
    assert Customer.objects.get(name="Ana").last_contact_at
    gone = take_back(run)
    assert gone.undone["interactions"] == 2
    for model in (Interaction, Receipt, Participation, Tally):
        assert not model.objects.exists(), model
    assert (Customer.objects.count(), Identifier.objects.count()) == before
    assert Customer.objects.get(name="Ana").last_contact_at is None


@pytest.mark.req("K10")
def test_a_corrected_interaction_gets_its_earlier_version_back(take):
    take(CALLS, Kind.INTERACTIONS)
    before = [list(model.objects.order_by("pk").values()) for model in (Interaction, Receipt, Participation)]
    run = take(CALLS.replace("First", "Corrected").replace("zoe@", "ana@"), Kind.INTERACTIONS)
    assert (run.updated, Superseded.objects.count()) == (2, 2)
    gone = take_back(run)
    assert gone.undone["corrections"] == 2
    assert [list(model.objects.order_by("pk").values()) for model in (Interaction, Receipt, Participation)] == before
    assert not Superseded.objects.exists()
    assert sorted(Tally.objects.values_list("count", flat=True)) == [1, 1]


ORDERS = "order number,date,email,line,product,quantity,unit price\n7,2026-01-02,ana@a.example,1,Pump,2,10.5\n"


@pytest.mark.req("K10")
def test_orders_and_their_lines_go_back_to_what_they_were(take):
    plan = {"mapping": (("order number", "external_id"), ("line", "line"), ("date", "ordered_at"))}
    take(ORDERS, Kind.ORDERS, **plan)
    before = [list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Interaction)]
    run = take(
        ORDERS.replace(",2,10.5", ",3,10.5")
        + "7,2026-01-02,ana@a.example,2,Hose,1,4\n8,2026-01-02,ana@a.example,1,Nut,1,1\n",
        Kind.ORDERS,
        **plan,
    )
    assert Order.objects.count() == 2
    assert float(Order.objects.get(external_id="7").total) == 35.5
    take_back(run)
    assert [list(model.objects.order_by("pk").values()) for model in (Order, OrderLine, Interaction)] == before


@pytest.mark.req("K10")
def test_the_counts_shown_before_are_those_of_the_real_thing_and_nothing_is_written(take):
    run = take(PEOPLE)
    edit(Customer.objects.get(name="Ana"), {"city": "Faro"}, by=None, at=NOW)
    weigh_later(run, by=None, at=NOW, defer=False)
    weigh(run.pk, at=NOW)
    run.refresh_from_db()
    assert (run.state, Customer.objects.count()) == (State.DONE, 3)
    would = run.undone["would"]
    assert take_back(run).undone == would


@pytest.mark.req("K10")
def test_it_cannot_be_started_twice_and_goes_on_after_a_crash(take, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 5)
    run = take("id,name\n" + "".join(f"{n},Name {n}\n" for n in range(20)))
    assert start_revert(run, by=None, at=NOW, defer=False)
    assert not start_revert(run, by=None, at=NOW, defer=False)
    revert(run.pk, by=None, spell=0.000001)
    assert 0 < Customer.objects.count() < 20
    assert revert(run.pk, by=None).undone["customers"] == 20
    assert not start_revert(run, by=None, at=NOW, defer=False)


@pytest.mark.req("K10")
def test_in_the_browser_one_sees_the_counts_first_and_the_report_afterwards(take, client, boss, run_jobs):
    run = take(PEOPLE)
    edit(Customer.objects.get(name="Ana"), {"city": "Faro"}, by=None, at=NOW)
    client.force_login(boss)
    page = client.post(f"/imports/{run.pk}/consider/", follow=True).content.decode()
    assert "Take this import back?" in page
    assert str(Stay.BY_HAND.label) in page
    page = client.post(f"/imports/{run.pk}/revert/", follow=True).content.decode()
    run_jobs()
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert str(Stay.BY_HAND.label) in page
    assert ">Ana</a>" in page
    assert not Customer.objects.filter(name="Rui").exists()
    assert str(Stay.BY_HAND.label) in client.get(f"/imports/{run.pk}/stayed/").getvalue().decode()
