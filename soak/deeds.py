"""Six long deeds, each begun by a user's own door, followed, and counted to the row when it is over."""

import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.backfill_mail import KEEP, fill
from soak.checks import equal, settled
from soak.place import Browser, FaultError, Place, Program, eventually
from tools import dovecot

ROWS, BAD_EVERY = 12_000, 50
MAILS, PAIRS = 4_000, 150
BATCHES, EACH = 16, 500
PATIENCE = 240
COLUMNS = ("external_id", "name", "email", "city")


class Deed:
    """Something long: begun, asked how much of it is done, awaited, counted."""

    def begin(self) -> None:
        """Set it going, and return."""

    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return 0

    def finish(self) -> None:
        """Wait until it is over."""

    def check(self) -> None:
        """Count. FaultError where anything is lost or doubled."""

    def close(self) -> None:
        """Let go of what it held besides."""


class Import(Deed):
    """A file of customers through the browser; each fiftieth row can't be read."""

    def __init__(self, place: Place, mark: str, rows: int = ROWS) -> None:
        self.place, self.mark, self.rows, self.number = place, mark, rows, 0

    def begin(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{self.mark}.csv"
            lines = (self.line(number) for number in range(self.rows))
            file.write_text("id,name,email,city\n" + "".join(lines))
            self.number = Browser(self.place).bring(file, COLUMNS, self.mark)

    def line(self, number: int) -> str:
        mail = "nobody at nowhere" if number % BAD_EVERY == 0 else f"{number}@{self.mark}.example"
        return f"{number},Name {number},{mail},{self.mark}\n"

    def share(self) -> float:
        return float(self.place.ask("SELECT cursor FROM imports_importrun WHERE id = %s", self.number)[0]) / self.rows

    def finish(self) -> None:
        ended = "imports_importrun WHERE id = %s AND state = 'done'"
        eventually(lambda: self.place.count(ended, self.number) == 1, PATIENCE, "the import ends", pause=0.3)

    def check(self) -> None:
        bad = self.rows // BAD_EVERY
        counts = "rows, created, updated, skipped, failed"
        found = self.place.ask(f"SELECT {counts} FROM imports_importrun WHERE id = %s", self.number)
        equal(f"the report ({counts})", found, (self.rows, self.rows - bad, 0, 0, bad))
        equal("failed rows", self.place.count("imports_importfailure WHERE run_id = %s", self.number), bad)
        letters = self.place.ask(
            "SELECT length(string_agg(outcomes, '')) FROM imports_importpiece WHERE run_id = %s", self.number
        )[0]
        equal("rows with an outcome", letters, self.rows)
        equal("records", self.place.count("customers_sourcerecord WHERE source = %s", self.mark), self.rows - bad)
        equal("customers", self.place.count("customers_customer WHERE city = %s", self.mark), self.rows - bad)
        equal("journal: ends", self.told("import ended"), 1)

    def told(self, kind: str) -> int:
        return self.place.count("journal_event WHERE kind = %s AND subject_ids @> ARRAY[%s::bigint]", kind, self.number)


class Batches(Deed):
    """A program that sends interactions by the hundred and sends again what was not answered."""

    def __init__(self, place: Place, mark: str, batches: int = BATCHES) -> None:
        self.place, self.mark, self.batches = place, mark, batches
        self.answered: dict[str, int] = {}
        self.program = Program(place)
        self.sender = threading.Thread(target=self.send, daemon=True)
        self.trouble: list[Exception] = []

    def begin(self) -> None:
        self.sender.start()

    def send(self) -> None:
        try:
            for number in range(self.batches):
                self.take(self.program, rows(self.mark, number))
        except Exception as trouble:  # noqa: BLE001 - told when it is looked for
            self.trouble.append(trouble)

    def take(self, program: Program, sent: list[dict[str, object]]) -> None:
        for row, answer in zip(sent, program.send("POST", "/interactions/batch", sent), strict=True):
            equal("a row's answer", answer["status"] in {200, 201}, wanted=True)
            known = self.answered.setdefault(str(row["external_id"]), answer["id"])
            equal("the id of a row that was sent again", answer["id"], known)

    def share(self) -> float:
        return len(self.answered) / (self.batches * EACH)

    def finish(self) -> None:
        self.sender.join(PATIENCE)
        if self.trouble:
            raise self.trouble[0]
        equal("the program sends no more", self.sender.is_alive(), wanted=False)

    def check(self) -> None:
        total = self.batches * EACH
        equal("answered rows", len(self.answered), total)
        with self.place.database() as server:
            kept = server.execute(
                "SELECT external_id, interaction_id FROM timeline_receipt WHERE source = %s", [self.mark]
            ).fetchall()
        equal("what was answered is what is there", dict(kept), self.answered)
        equal("receipts", len(kept), total)
        equal("interactions", self.place.count("timeline_interaction WHERE source = %s", self.mark), total)
        people = self.place.count("customers_identifier WHERE key LIKE %s", f"%@{self.mark}.example")
        equal("people", people, PEOPLE)


PEOPLE = 200


def rows(mark: str, batch: int) -> list[dict[str, object]]:
    return [
        {
            "source": mark,
            "external_id": f"{batch}-{number}",
            "occurred_at": "2026-03-02T09:30:00+01:00",
            "channel": "email",
            "direction": "inbound",
            "kind": "mail",
            "identifiers": [{"kind": "email", "value": f"{(batch + number) % PEOPLE}@{mark}.example"}],
            "subject": f"{batch}-{number}",
            "text": "We would like to go ahead.",
        }
        for number in range(EACH)
    ]


class Bulk(Deed):
    """A tag for a whole result, over the API."""

    def __init__(self, place: Place, mark: str, over: Import) -> None:
        self.place, self.mark, self.over, self.number = place, mark, over, 0
        self.program = Program(place)
        self.total = over.rows - over.rows // BAD_EVERY
        self.before: object = None

    def begin(self) -> None:
        self.before = state_of(self.place, self.over.mark)
        said = {"records": "customers", "action": "tag", "query": f"city={self.over.mark}", "said": {"tags": self.mark}}
        self.number = int(self.program.send("POST", "/bulk", said)["id"])

    def share(self) -> float:
        done, pieces = self.place.ask("SELECT cursor, pieces_count FROM bulk_bulkrun WHERE id = %s", self.number)
        return int(done) / max(int(pieces), 1)

    def finish(self) -> None:
        self.wait("done")

    def wait(self, state: str) -> None:
        ended = "bulk_bulkrun WHERE id = %s AND state = %s"
        eventually(lambda: self.place.count(ended, self.number, state) == 1, PATIENCE, f"bulk is {state}", pause=0.3)

    def check(self) -> None:
        found = self.place.ask("SELECT total, changed, same, refused FROM bulk_bulkrun WHERE id = %s", self.number)
        equal("the report (total, changed, same, refused)", found, (self.total, self.total, 0, 0))
        equal("tagged", self.tagged(), self.total)

    def tagged(self) -> int:
        return self.place.count("customers_customer WHERE tags @> ARRAY[%s]::varchar[]", self.mark)


class Undo(Bulk):
    """That change taken back."""

    def begin(self) -> None:
        super().begin()
        super().finish()
        self.program.send("POST", f"/bulk/{self.number}/undo")

    def share(self) -> float:
        return 1 - super().share()

    def finish(self) -> None:
        self.wait("undone")

    def check(self) -> None:
        found = self.place.ask('SELECT back, "left" FROM bulk_bulkrun WHERE id = %s', self.number)
        equal("the report (back, left)", found, (self.total, 0))
        equal("tagged", self.tagged(), 0)
        equal("the customers are as before", state_of(self.place, self.over.mark), self.before)


class Backfill(Deed):
    """A mailbox on a real Dovecot, read from its newest mail to its oldest."""

    def __init__(self, place: Place, mark: str) -> None:
        if dovecot.missing():
            message = "needs Dovecot, and to be started as root"
            raise FaultError(message)
        self.place, self.mark, self.open = place, mark, ExitStack()
        self.address = f"{mark}@aurora.example"

    def begin(self) -> None:
        server = self.open.enter_context(dovecot.running())
        fill(server.folder / "mail" / self.address / "cur", MAILS, self.mark)
        code = KEEP.format(address=self.address, port=server.port, password=dovecot.PASSWORD)
        subprocess.run([sys.executable, "-c", code], env=self.place.environment, cwd=self.place.code, check=True)

    def share(self) -> float:
        return self.lines() / MAILS

    def lines(self, more: str = "") -> int:
        return self.place.count(f"mail_ledgerline WHERE folder_id = ({INBOX}) {more}", self.address)

    def finish(self) -> None:
        through = f"mail_mailfolder WHERE id = ({INBOX}) AND uid_validity IS NOT NULL AND below IS NULL"
        eventually(lambda: self.place.count(through, self.address) == 1, 2 * PATIENCE, "the mailbox is read", pause=0.3)

    def check(self) -> None:
        counts = "messages, taken, unassigned, duplicate, own, stranger, automatic, refused"
        found = self.place.ask(f"SELECT {counts} FROM mail_mailfolder WHERE id = ({INBOX})", self.address)
        equal(f"the folder ({counts})", found, (MAILS, MAILS, 0, 0, 0, 0, 0, 0))
        equal("lines of the ledger", self.lines(), MAILS)
        equal("lines that lead to the timeline", self.lines("AND outcome = 'taken'"), MAILS)
        ours = f"%@{self.mark}.example"
        equal("mails", self.place.count("mail_mail WHERE message_id LIKE %s", ours), MAILS)
        equal("attachments", self.place.count(ATTACHED, ours), MAILS // 10)
        equal("mails that stand in no thread of their id", self.place.count(ASTRAY, ours), 0)

    def close(self) -> None:
        """The server goes; nobody shall ask for it any more."""
        with self.place.database() as server:
            server.execute("UPDATE channels_mailaccount SET active = false WHERE address = %s", [self.address])
        self.open.close()


INBOX = """SELECT f.id FROM mail_mailfolder AS f JOIN channels_mailaccount AS a ON a.id = f.mailbox_id
           WHERE f.name = 'INBOX' AND a.address = %s"""
ATTACHED = "mail_attachment AS a JOIN mail_mail AS m ON m.interaction_id = a.mail_id WHERE m.message_id LIKE %s"
ASTRAY = """mail_mail AS m WHERE m.message_id LIKE %s AND NOT EXISTS (
            SELECT FROM mail_reference AS r WHERE r.message_id = m.message_id AND r.thread_id = m.thread_id)"""


class Merges(Deed):
    """A program that merges pairs, and asks again where nobody answered."""

    def __init__(self, place: Place, mark: str) -> None:
        self.place, self.mark, self.program = place, mark, Program(place)
        self.couples: list[tuple[int, int]] = []
        self.merged = 0
        self.before: object = None
        self.trouble: list[Exception] = []
        self.sender = threading.Thread(target=self.send, daemon=True)

    def begin(self) -> None:
        for number in range(PAIRS):
            one, other = (self.told(number, side) for side in ("one", "other"))
            self.couples.append((one, other))
        settled(self.place)
        self.before = state_of(self.place, self.mark)
        self.sender.start()

    def told(self, number: int, side: str) -> int:
        said = {"external_id": f"{self.mark} {number} {side}", "name": f"Pair {number}", "city": self.mark}
        return int(self.program.send("POST", "/customers", said)["id"])

    def send(self) -> None:
        try:
            for one, other in self.couples:
                # A conflict: it was merged by a try that was not answered.
                self.program.send("POST", f"/customers/{one}/merge", {"other": other}, done=409)
                self.merged += 1
        except Exception as trouble:  # noqa: BLE001 - told when it is looked for
            self.trouble.append(trouble)

    def share(self) -> float:
        return self.merged / PAIRS

    def finish(self) -> None:
        self.sender.join(PATIENCE)
        if self.trouble:
            raise self.trouble[0]
        equal("the program merges no more", self.sender.is_alive(), wanted=False)

    def check(self) -> None:
        equal("merges that stand", self.place.count(f"identity_merge {self.these()} AND undone_at IS NULL"), PAIRS)
        equal("halves", self.place.ask(HALF.format(self.these("g.")))[0], 0)
        with self.place.database() as server:
            merges = [pk for (pk,) in server.execute(f"SELECT id FROM identity_merge {self.these()} ORDER BY id")]
        for pk in merges:
            self.program.send("POST", f"/merges/{pk}/undo", {}, done=409)
        settled(self.place)
        equal("all as before they were merged", state_of(self.place, self.mark), self.before)

    def these(self, of: str = "") -> str:
        return f"WHERE {of}survivor_id = ANY(ARRAY{[one for one, _other in self.couples]}::bigint[])"


HALF = """SELECT count(*) FROM identity_merge AS g JOIN customers_customer AS c ON c.id = g.absorbed_id {}
    AND (c.merged_into_id IS DISTINCT FROM g.survivor_id
         OR EXISTS (SELECT FROM customers_member AS m WHERE m.home_id = c.id AND m.customer_id <> g.survivor_id)
         OR NOT EXISTS (SELECT FROM journal_event AS e WHERE e.kind = 'customers merged' AND c.id = ANY(e.subject_ids)))"""


def state_of(place: Place, mark: str) -> object:
    """A sum over all that the customers of a file are; any difference changes it."""
    return place.ask(
        "SELECT count(*), sum(hashtextextended(c::text, 0)) FROM customers_customer AS c WHERE city = %s", mark
    )


def killed(place: Place, deed: Deed, victim: str, chance: random.Random) -> str:
    """Kill ``victim`` somewhere in the middle of ``deed``, and let both go on; what it was like, in words."""
    moment, more = chance.uniform(0.05, 0.75), chance.uniform(0, 0.4)
    deed.begin()
    reached = waited(deed.share, moment, more)
    place.kill(victim)
    deed.finish()
    return f"killed at {reached:.0%}"


def waited(share: Callable[[], float], moment: float, more: float) -> float:
    eventually(lambda: share() >= moment, PATIENCE, f"{moment:.0%} of it is done", pause=0.02)
    threading.Event().wait(more)
    return share()
