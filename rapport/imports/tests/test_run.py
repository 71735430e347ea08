"""An import survives crashes and bad rows, and gives back what it could not take."""

import csv
import gzip
import io
from datetime import UTC, datetime

import pytest

from rapport.customers.models import Customer
from rapport.imports import run as running
from rapport.imports import take_in
from rapport.imports.fields import Kind
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import REASON, read, written
from rapport.imports.propose import Wishes, kind_of, propose
from rapport.imports.rehearse import foresee, rehearse
from rapport.imports.rows import RISKY, failed_file, plain, safe
from rapport.imports.start import drafted, start
from rapport.journal.models import Event, Fact
from rapport.timeline.models import Interaction

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("id,name,email\n" + "".join(f"{n},Name {n},n{n}@example.org\n" for n in range(1, 31)))
    return path


def begin(path, kind=Kind.CUSTOMERS, **wishes) -> ImportRun:
    proposal = propose(path, path.name, Wishes(kind, **wishes))
    assert proposal.refusal == ""
    return start(drafted(path, path.name, proposal.plan, by=None, at=NOW), by=None, at=NOW, defer=False)


def counted(run: ImportRun) -> tuple[int, ...]:
    assert run.rows == run.created + run.updated + run.skipped + run.failed
    return run.rows, run.created, run.updated, run.skipped, run.failed


def test_a_crash_in_the_middle_leaves_whole_chunks_and_resumes_behind_them(people, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    calls = []

    class Crash(BaseException):
        pass

    whole = take_in.Intake.write_down

    def crashing(self, read):
        results = whole(self, read)
        calls.append(read.count)
        if len(calls) == 2:
            raise Crash
        return results

    monkeypatch.setattr(take_in.Intake, "write_down", crashing)
    run = begin(people)
    with pytest.raises(Crash):
        running.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.cursor, counted(run)) == (State.RUNNING, 10, (10, 10, 0, 0, 0))
    assert Customer.objects.count() == 10
    again = drafted(people, people.name, read(run.plan), by=None, at=NOW)
    assert again.pk == run.pk
    done = running.run(start(again, by=None, at=NOW, defer=False).pk)
    assert (done.state, counted(done)) == (State.DONE, (30, 30, 0, 0, 0))
    assert Customer.objects.count() == 30
    assert Event.objects.filter(kind=Fact.IMPORT_ENDED).count() == 1


def test_one_that_is_stopped_stops_behind_its_chunk_and_goes_on_later(people, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    run = begin(people)

    def stop(now):
        ImportRun.objects.filter(pk=now.pk).update(state=State.STOPPED)

    stopped = running.run(run.pk, progress=stop)
    assert (stopped.state, stopped.cursor) == (State.STOPPED, 10)
    assert counted(running.run(start(stopped, by=None, at=NOW, defer=False).pk)) == (30, 30, 0, 0, 0)


def test_long_rows_come_in_few_at_a_time_so_that_memory_stays_flat(people, monkeypatch):
    monkeypatch.setattr(running, "MOST_SIGNS", 100)
    stood = []
    done = running.run(begin(people).pk, progress=lambda now: stood.append((now.cursor, now.share)))
    assert counted(done) == (30, 30, 0, 0, 0)
    assert max(after - before for (before, _), (after, _) in zip([(0, 0), *stood], stood, strict=False)) <= 6
    assert [share for _, share in stood] == sorted(share for _, share in stood)


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    path = tmp_path / "people.csv.gz"
    lines = "".join(f"{n},Name {n},n{n}@example.org\n" for n in range(1, 20_001))
    whole = gzip.compress(f"id,name,email\n{lines}".encode())
    path.write_bytes(whole)
    run = begin(path)
    path.write_bytes(whole[: len(whole) // 20])
    monkeypatch.setattr(running, "CHUNK", 100)
    broken = running.run(run.pk)
    assert broken.state == State.BROKEN
    assert broken.cursor > 0
    assert broken.cursor == broken.created == Customer.objects.count()


def test_a_second_runner_of_the_same_import_gives_way(people, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    run = begin(people)
    seen = []

    def meanwhile(now):
        if not seen:
            seen.append(now.cursor)
            running.run(run.pk)

    done = running.run(run.pk, progress=meanwhile)
    assert counted(done) == (30, 30, 0, 0, 0)
    assert Customer.objects.count() == 30


def test_a_spell_ends_while_the_import_still_runs(people, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    run = begin(people)
    assert running.run(run.pk, spell=1e-9).state == State.RUNNING
    assert running.run(run.pk, spell=60).state == State.DONE


def test_a_row_that_the_database_refuses_is_the_only_one_that_fails(people, monkeypatch):
    whole = take_in.register

    def choosy(records, **options):
        if any(record.external_id == "17" for record in records):
            raise take_in.DataError("17 is out of range")
        return whole(records, **options)

    monkeypatch.setattr(take_in, "register", choosy)
    done = running.run(begin(people).pk)
    assert counted(done) == (30, 29, 0, 0, 1)
    failure = done.failures.get()
    assert (failure.line, failure.reason, failure.cells[0]) == (18, "17 is out of range", "17")


TRAPS = (
    "id;name;email;phone;city;note\n"
    "1;Ann;not an address;;Köln;=1+1\n"
    "2;Bo;bo@example.org;12;@home;'quoted\n"
    ";;;;nowhere;-5\n"
    "4;Di;di@example.org;;Rom;plain;one too many\n"
    "5;Ed;ed@example.org\n"
    "6;Flo;bad@;030 99887766;Ulm;+3;surplus\n"
)


def test_failed_rows_come_back_as_a_file_that_can_be_mended_and_sent_again(tmp_path):
    path = tmp_path / "traps.csv"
    path.write_text(TRAPS)
    run = begin(path, source="crm")
    done = running.run(run.pk)
    assert counted(done) == (6, 2, 0, 0, 4)
    assert done.ragged == 3
    back = tmp_path / "traps-failed.csv"
    text = "".join(failed_file(read(done.plan), done.failures.order_by("number")))
    back.write_text(text, encoding="utf-8")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert lines[0] == ["id", "name", "email", "phone", "city", "note", REASON]
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    assert "not an address" in lines[1][6]
    same = running.run(begin(back, source="crm").pk)
    assert counted(same) == (4, 0, 0, 0, 4)
    assert [one.cells for one in same.failures.order_by("number")] == [
        one.cells for one in done.failures.order_by("number")
    ]
    mended = text.replace('"not an address"', '"ann@example.org"').replace('"bad@"', '"flo@example.org"')
    back.write_text(mended, encoding="utf-8")
    assert counted(running.run(begin(back, source="crm").pk)) == (4, 2, 0, 0, 2)
    ann = Customer.objects.get(name="Ann").members.get().records.get()
    assert (ann.raw["note"], set(ann.raw)) == ("=1+1", {"id", "name", "email", "phone", "city", "note"})
    assert Customer.objects.get(name="Flo").members.get().records.get().raw["7"] == "surplus"


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-5", "@home", "\tx", "'=1", "''", "'", "plain", "", "o'clock"])
def test_no_cell_that_goes_out_is_a_formula_and_each_comes_back_as_it_was(cell):
    assert plain(safe(cell)) == cell
    assert not safe(cell).startswith(tuple(set(RISKY) - {"'"}))


def test_failed_rows_of_a_file_without_header_come_back_too(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text("1,19970101,10.00\n2,1997-99-99,20.00\n3,19970103,x\n4,19970104,5\n")
    mapping = (("1", "customer"), ("2", "ordered_at"), ("3", "amount"))
    wishes = {"header": False, "mapping": mapping, "source": "cd"}
    done = running.run(begin(path, Kind.ORDERS, **wishes).pk)
    assert counted(done) == (4, 2, 0, 0, 2)
    back = tmp_path / "back.csv"
    text = "".join(failed_file(read(done.plan), done.failures.order_by("number")))
    back.write_text(text.replace("1997-99-99", "19970102").replace('"x"', '"7"'))
    assert counted(running.run(begin(back, Kind.ORDERS, **wishes).pk)) == (2, 2, 0, 0, 0)


def test_a_rehearsal_of_a_long_file_counts_people_across_its_pieces(people, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 10)
    monkeypatch.setattr("rapport.imports.rehearse.TOGETHER", 20)
    people.write_text(people.read_text() + "1,Name 1,n1@example.org\n31,New,new@example.org\n")
    plan = propose(people, people.name, Wishes(Kind.CUSTOMERS)).plan
    forecast = rehearse(people, plan, by=None, at=NOW)
    assert (forecast.exact, forecast.rows, forecast.created, forecast.updated) == (False, 32, 31, 1)
    assert not Customer.objects.exists()


def test_what_lies_in_the_future_or_is_on_no_channel_fails_with_a_reason(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(
        "id,date,channel,direction,text,email\n1,2099-01-01,phone,inbound,a,a@example.org\n"
        "2,2024-01-01,carrier pigeon,inbound,b,b@example.org\n3,2024-01-02,Call,outgoing,c,c@example.org\n"
    )
    done = running.run(begin(path, Kind.INTERACTIONS).pk)
    assert counted(done) == (3, 1, 0, 0, 2)
    assert [one.reason for one in done.failures.order_by("number")] == [
        "“2099-01-01” lies in the future",
        "“carrier pigeon” is no channel",
    ]
    one = Interaction.objects.get()
    assert (one.channel, one.direction) == ("phone", "outbound")


def test_a_file_that_breaks_off_leaves_what_is_in_and_says_so(people):
    run = begin(people)
    people.unlink()
    broken = running.run(run.pk)
    assert broken.state == State.BROKEN
    assert broken.trouble


def test_a_plan_reads_back_as_it_was_written(people):
    plan = propose(people, people.name, Wishes(Kind.CUSTOMERS)).plan
    assert read(written(plan)) == plan


@pytest.mark.parametrize(
    ("name", "header", "row", "kind"),
    [
        ("contacts.csv", "First Name,Last Name,Email,Phone", "Ann,Lee,a@b.co,+49301234567", Kind.CUSTOMERS),
        ("firmen.csv", "Firma;Branche;Webseite;Ort", "Acme;Stahl;acme.de;Ulm", Kind.COMPANIES),
        ("tickets.csv", "subject,body,priority", "Help,It burns,high", Kind.INTERACTIONS),
        ("x.csv", "InvoiceNo,Quantity,InvoiceDate,UnitPrice", "1,2,2020-01-01,3.5", Kind.ORDERS),
    ],
)
def test_the_kind_of_a_file_is_found_out(tmp_path, name, header, row, kind):
    path = tmp_path / name
    path.write_text(f"{header}\n{row}\n")
    assert kind_of(path, name) == kind


@pytest.mark.req("G5")
def test_a_row_of_another_teams_customer_fails_and_neither_shows_nor_moves_them(tmp_path, mia, nordics):
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("name,email,team\nMarta Leal,marta@aurora.example,Nordics\n")
    running.run(begin(theirs, source="crm").pk)
    path = tmp_path / "guessed.csv"
    path.write_text("email,team\nmarta@aurora.example,Iberia\nmine@aurora.example,Iberia\n")
    plan = propose(path, path.name, Wishes(Kind.CUSTOMERS, source="list")).plan
    shown = foresee(path, plan, 5, by=mia, at=NOW)
    assert [one.customer for one in shown] == ["", "mine@aurora.example"]
    draft = start(drafted(path, path.name, plan, by=mia, at=NOW), by=mia, at=NOW, defer=False)
    assert counted(running.run(draft.pk)) == (2, 1, 0, 0, 1)
    assert "another team" in draft.failures.get().reason
    assert Customer.objects.get(name="Marta Leal").team == nordics


def test_a_line_with_which_an_order_comes_to_too_much_fails_alone(tmp_path):
    path = tmp_path / "orders.csv"
    line = "2026-03-01,ann@example.org"
    path.write_text(
        f"order id,order date,email,product,amount\n1,{line},Mat,60000000000000\n1,{line},Mat,60000000000000\n2,{line},Mat,5\n"
    )
    done = running.run(begin(path, Kind.ORDERS, source="shop").pk)
    assert (done.state, counted(done)) == (State.DONE, (3, 2, 0, 0, 1))
