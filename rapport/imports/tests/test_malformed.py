"""Files as they come on a bad day: each row that can't be read says why, and all others are taken in."""

import io
import tracemalloc
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from openpyxl import Workbook

from rapport.customers.models import Customer
from rapport.imports.fields import Kind
from rapport.imports.propose import Wishes, propose
from rapport.imports.run import run
from rapport.imports.start import drafted, start
from rapport.lib.records import LONGEST_LINE, Writing, records
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
HEADER = b"id,occurred_at,channel,direction,kind,email,subject,text\n"
GOOD = ",2026-02-01T10:00:00+00:00,email,inbound,message,ann@x.example,Order,Hello"


def taken_in(path, kind):
    plan = propose(path, path.name, Wishes(kind)).plan
    draft = drafted(path, path.name, plan, by=None, at=timezone.now())
    return run(start(draft, by=None, at=timezone.now(), defer=False).pk)


def row(number, at):
    return f"{number},{at},email,inbound,message,ann@x.example,Order,Hello\n".encode()


BAD_DATES = (
    "20255-01-01",
    "01.01.20255",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "2026-01-01T10:00:00+23:59",
    "never",
)


def test_a_date_that_can_not_be_fails_its_row_with_the_reason(tmp_path):
    file = tmp_path / "interactions.csv"
    good = "".join(f"{n}{GOOD}\n" for n in range(100, 110)).encode()
    file.write_bytes(HEADER + good + b"".join(row(n, at) for n, at in enumerate(BAD_DATES)))
    done = taken_in(file, Kind.INTERACTIONS)
    assert (done.state, done.rows, done.created, done.failed) == ("done", 17, 10, 7)
    reasons = list(done.failures.order_by("number").values_list("reason", flat=True))
    assert all("date" in reason or "day" in reason or "moment" in reason for reason in reasons), reasons
    assert {at.year for at in Interaction.objects.values_list("at", flat=True)} == {2026}


def test_every_kind_of_damage_in_one_file_costs_only_its_own_row(tmp_path):
    lines = [
        *(f"{n},Name {n},n{n}@x.example\n".encode() for n in range(1, 41)),
        b"50,Zo\xeb of another encoding,zoe@x.example\n",
        b"51,Nul\x00 byte,nul@x.example\n",
        b"52,too,many,cells,in,this,row\n",
        b"53\n",
        b'54,"a quote that nobody closes,quote@x.example\n',
        b"55," + b"x" * (LONGEST_LINE + 10) + b",long@x.example\n",
        b"56,Bad address,nobody at nowhere\n",
        b"57,\xff\xfe\xfd half a sign,half@x.example\n",
        "58,\u202e\u200b\ufffd odd signs,odd@x.example\n".encode(),
        *(f"{n},Name {n},n{n}@x.example\n".encode() for n in range(60, 100)),
    ]
    file = tmp_path / "people.csv"
    file.write_bytes(b"id,name,email\n" + b"".join(lines))
    done = taken_in(file, Kind.CUSTOMERS)
    assert (done.state, done.rows) == ("done", len(lines))
    assert done.rows == done.created + done.updated + done.skipped + done.failed
    assert done.failed >= 2
    assert all(done.failures.values_list("reason", flat=True))
    assert Customer.objects.filter(name__regex=r"^Name \d+$").count() == 80
    assert Customer.objects.filter(name="Nul byte").exists()
    assert Customer.objects.filter(name="Zoë of another encoding").exists()


class Endless(io.TextIOBase):
    """A line of 2 GB as it is read, without being anywhere; then an ordinary one."""

    def __init__(self):
        self.left, self.last, self.piece = 2_000, ["2,Bo\n"], "x" * LONGEST_LINE

    def readline(self, _size=-1):
        if self.left:
            self.left -= 1
            return self.piece if self.left else "\n"
        return self.last.pop() if self.last else ""


def test_a_line_of_two_gigabytes_needs_little_memory_and_spoils_no_other():
    tracemalloc.start()
    found = list(records(Endless(), Writing(",", '"', "")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(len(one.cells), one.trouble) for one in found] == [(1, "too long"), (2, "")]
    assert found[1].cells == ["2", "Bo"]
    assert peak < 20_000_000


def test_a_day_that_can_not_be_in_a_workbook_costs_its_row(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(HEADER.decode().strip().split(","))
    for number, at in enumerate([datetime(2026, 2, 1, 10, tzinfo=UTC).replace(tzinfo=None), -5, "20255-01-01"]):
        sheet.append([number, at, "email", "inbound", "message", "ann@x.example", "Order", "Hello"])
    file = tmp_path / "interactions.xlsx"
    book.save(file)
    done = taken_in(file, Kind.INTERACTIONS)
    assert (done.state, done.rows, done.created, done.failed) == ("done", 3, 1, 2)
