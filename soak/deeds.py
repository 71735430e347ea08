"""Four long deeds, each begun by a user's own door, followed, and counted to the row when it is over."""

import random
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from soak.checks import equal
from soak.place import Browser, Place, Program, eventually

ROWS, BAD_EVERY = 12_000, 50
BATCHES, EACH = 16, 500
PATIENCE = 240
COLUMNS = ("external_id", "name", "email", "city")


class Import:
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


class Batches:
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


class Bulk:
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


def state_of(place: Place, mark: str) -> object:
    """A sum over all that the customers of a file are; any difference changes it."""
    return place.ask(
        "SELECT count(*), sum(hashtextextended(c::text, 0)) FROM customers_customer AS c WHERE city = %s", mark
    )


def killed(place: Place, deed: Import | Batches | Bulk, victim: str, chance: random.Random) -> str:
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
