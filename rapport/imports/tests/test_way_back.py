"""Whatever is imported, merged, parted and taken back, in whatever order: in the end all is as it was."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind, Relationship
from rapport.customers.preference import Topic
from rapport.customers.records import RecordIn
from rapport.customers.relate import RelateError, relate, unrelate
from rapport.customers.wish import Said, wish
from rapport.fields.declare import Wish, declare
from rapport.fields.models import CustomField
from rapport.identity.decide import join, keep_apart, reopen
from rapport.identity.merge import MergeError, merge
from rapport.identity.models import Merge, Pair
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.imports import fields
from rapport.imports import run as running
from rapport.imports.models import ImportRun
from rapport.imports.propose import Wishes, propose
from rapport.imports.revert import revert, revertible, start_revert
from rapport.imports.start import drafted, start
from rapport.lib.identifiers import normalise
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EXAMPLES = int(os.environ.get("RAPPORT_WAY_BACK", "25"))
# What tells what happened, counts upwards for ever, or serves as a dictionary, is not part of the state.
ASIDE = {
    *("journal.event", "customers.nametoken", "customers.namevariant", "identity.crowd", "notices.heard"),
    *("imports.importrun", "imports.importfailure", "imports.importpiece", "imports.importtrace", "imports.importleft"),
}
# Rows that are computed anew have other ids each time.
COMPUTED = {
    *("timeline.tally", "timeline.spend", "customers.nameuse", "customers.figure", "customers.condition"),
    *("identity.pair", "search.interactiontext"),
}
BY_US = "said by hand"
ROOMS = {
    *("customers", "identity", "timeline", "sales", "agenda", "search", "fields", "catalogue", "consent", "people"),
    *("notices", "files", "mail", "calendars", "web", "telephony", "quotes", "visits", "letters", "profile"),
}

IDS = st.sampled_from(["1", "2", "3"])
NAMES = st.sampled_from(["Ana Alves", "Rui Reis", "Zoe Zimmer", ""])
MAILS = st.sampled_from(["ana@a.example", "rui@r.example", "zoe@z.example", ""])
PHONES = st.sampled_from(["+4930111222", "+4930333444", ""])
CITIES = st.sampled_from(["Lisbon", "Porto", "Faro", ""])
FIRMS = st.sampled_from(["Aurora", "Boreal", ""])
TAGS = st.sampled_from(["b;a", "c", ""])


@dataclass(frozen=True)
class File:
    """An import of this text."""

    kind: fields.Kind
    source: str
    text: str


@dataclass(frozen=True)
class Join:
    """A merge of two of those who live then, counted from the oldest; with fields chosen from the one that goes."""

    one: int
    other: int
    choose: bool = False


@dataclass(frozen=True)
class Decide:
    """One of the possible duplicates that wait then is said to be one customer, or not."""

    place: int
    same: bool


@dataclass(frozen=True)
class Tie:
    """Two of those who live then are said by hand to be a family."""

    one: int
    other: int


@dataclass(frozen=True)
class Part:
    """One of the merges that stand then is taken back."""

    place: int


@dataclass(frozen=True)
class TakeBack:
    """One of the imports so far is taken back."""

    place: int


def table(head: str, *cells: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = st.lists(st.tuples(*cells).map(",".join), min_size=1, max_size=3)
    return rows.map(lambda lines: "\n".join([head, *lines]) + "\n")


SOURCES = st.sampled_from(["crm", "shop"])
OWN = (st.sampled_from(["", "Nan", "Bo"]), st.sampled_from(["", "S", "L"]), st.sampled_from(["", "1", "2.5"]))
WISHES = (st.sampled_from(["", "Phone", "Letter"]), st.sampled_from(["", "SMS"]), st.sampled_from(["", "Golf;Chess"]))
PEOPLE = table(
    "id,name,email,phone,city,company,tags,Nick,Size,Rank,Preferred contact method,Do not contact by,Interests",
    *(IDS, NAMES, MAILS, PHONES, CITIES, FIRMS, TAGS, *OWN, *WISHES),
)
COMPANIES = table("id,name,email,city,part of", IDS, FIRMS, MAILS, CITIES, FIRMS)
CALLS = table("id,date,email,subject,text,channel", IDS, st.just("2026-01-05"), MAILS, NAMES, CITIES, st.just("email"))
ORDERS = table("external_id,ordered_at,email,line,product,amount", IDS, st.just("2026-01-05"), MAILS, IDS, CITIES, IDS)
DEALS = table(
    "opportunity id,name,account,deal stage,close value,product",
    *(IDS, NAMES, FIRMS, st.sampled_from(["Won", "Lost", "Engaging"]), IDS, CITIES),
)
FILES = st.one_of(
    st.builds(File, st.just(fields.Kind.CUSTOMERS), SOURCES, PEOPLE),
    st.builds(File, st.just(fields.Kind.COMPANIES), SOURCES, COMPANIES),
    st.builds(File, st.just(fields.Kind.INTERACTIONS), SOURCES, CALLS),
    st.builds(File, st.just(fields.Kind.ORDERS), SOURCES, ORDERS),
    st.builds(File, st.just(fields.Kind.DEALS), SOURCES, DEALS),
)
MAPPED = {
    fields.Kind.ORDERS: (("amount", "amount"), ("line", "line")),
    fields.Kind.DEALS: (("=EUR", "currency"), ("close value", "amount")),
}
PLACES = st.integers(0, 4)
DEEDS = st.lists(
    st.one_of(
        *(FILES, FILES, st.builds(Join, PLACES, PLACES, st.booleans()), st.builds(Part, PLACES)),
        *(st.builds(TakeBack, PLACES), st.builds(Decide, PLACES, st.booleans()), st.builds(Tie, PLACES, PLACES)),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.req("K10")
@pytest.mark.req("K4")
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="RAPPORT_WAY_BACK" not in os.environ,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(deeds=DEEDS, newest_first=st.booleans())
def test_whatever_is_done_can_be_undone(deeds, newest_first, run_jobs):
    with TemporaryDirectory() as folder, transaction.atomic():
        begin()
        run_jobs()
        before = dump()
        for number, deed in enumerate(deeds):
            do(deed, Path(folder) / f"{number}.csv", hours=number)
            run_jobs()
        undo_all(newest_first=newest_first)
        run_jobs()
        after = dump()
        transaction.set_rollback(True)
    assert {name: after[name] for name in after if after[name] != before[name]} == {
        name: before[name] for name in before if after[name] != before[name]
    }


def begin() -> None:
    """A few customers who were there before: edited, related, with wishes, own fields and something on the timeline."""
    early = NOW - timedelta(days=90)
    declare("text", Wish("Nick", "all"))
    declare("choice", Wish("Size", "all"), ["S", "L"])
    declare("number", Wish("Rank", "all"))
    told = [("Ana Alves", "ana@a.example", "+4930111222"), ("Bo Berg", "bo@b.example", "+4930333444")]
    records = [
        RecordIn("old", str(place), Kind.PERSON, {"name": name}, (normalise("email", mail), normalise("phone", phone)))
        for place, (name, mail, phone) in enumerate(told)
    ]
    born = register(records, by=None, at=early)
    ana, bo = (Customer.objects.get(pk=one.customer_id) for one in born)
    edit(ana, {"city": "Sines"}, by=None, at=early)
    relate(ana, bo, Relationship.Kind.FAMILY, role="sister", by=None, at=early)
    wish(ana, Said(Topic.NOT_CHANNEL, "phone", "in a letter"), by=None, at=early)
    party = Party((Clue("email", "ana@a.example"),))
    receive(
        [Inbound("crm", "1", early, Channel.EMAIL, Direction.INBOUND, "message", (party,), "Hello", "Old")],
        by=None,
        at=early,
    )


def do(deed: object, path: Path, *, hours: int) -> None:
    at = NOW + timedelta(hours=hours)
    match deed:
        case File():
            bring(deed, path, at=at)
        case Join():
            put_together(deed, at=at)
        case Decide():
            decide(deed, at=at)
        case Tie():
            tie(deed, at=at)
        case Part():
            standing = list(Merge.objects.filter(undone_at=None).order_by("pk"))
            if standing:
                unmerge(standing[deed.place % len(standing)], by=None, at=at)
        case TakeBack():
            runs = list(ImportRun.objects.order_by("pk"))
            if runs:
                take_back(runs[deed.place % len(runs)])


def bring(deed: File, path: Path, *, at: datetime) -> None:
    path.write_text(deed.text)
    proposal = propose(path, path.name, Wishes(deed.kind, source=deed.source, mapping=MAPPED.get(deed.kind, ())))
    if not proposal.refusal:
        draft = drafted(path, path.name, proposal.plan, by=None, at=at)
        running.run(start(draft, by=None, at=at, defer=False).pk)


def put_together(deed: Join, *, at: datetime) -> None:
    living = list(Customer.objects.living().order_by("pk"))
    one, other = living[deed.one % len(living)], living[deed.other % len(living)]
    chosen = dict.fromkeys(("name", "city", *(one.claim for one in CustomField.objects.all())), other)
    with suppress(MergeError):
        merge(one, other, by=None, at=at, choices=chosen if deed.choose else None)


def decide(deed: Decide, *, at: datetime) -> None:
    waiting = list(Pair.objects.open().order_by("pk"))
    if not waiting:
        return
    pair = waiting[deed.place % len(waiting)]
    with suppress(MergeError):
        join(pair, by=None, at=at) if deed.same else keep_apart(pair, by=None, at=at)


def tie(deed: Tie, *, at: datetime) -> None:
    living = list(Customer.objects.living().order_by("pk"))
    one, other = living[deed.one % len(living)], living[deed.other % len(living)]
    related = Relationship.objects.filter(member__customer=one, other__customer=other, kind="family")
    if related.exists():
        return
    with suppress(RelateError):
        relate(one, other, Relationship.Kind.FAMILY, role=BY_US, by=None, at=at)


def take_back(run: ImportRun) -> None:
    if start_revert(run, by=None, at=NOW, defer=False):
        revert(run.pk, by=None)


def undo_all(*, newest_first: bool) -> None:
    """Take back all that was said by hand, part all merges and take all imports back, what stayed at first once more."""
    order = "-pk" if newest_first else "pk"
    for related in Relationship.objects.filter(role=BY_US):
        unrelate(related, by=None, at=NOW)
    for pair in Pair.objects.filter(state=Pair.State.APART):
        reopen(pair, by=None, at=NOW)
    for standing in Merge.objects.filter(undone_at=None).order_by(order):
        unmerge(standing, by=None, at=NOW)
    for _round in range(ImportRun.objects.count()):
        for run in ImportRun.objects.order_by(order):
            if revertible(run):
                take_back(run)


def dump() -> dict[str, Sequence[str]]:
    """Every row of every table that is part of the state."""
    return {model._meta.label_lower: rows(model) for model in apps.get_models() if is_state(model)}


def is_state(model: object) -> bool:
    meta = model._meta
    kept = meta.managed and not meta.proxy and not meta.model_name.endswith("event")
    return meta.app_label in ROOMS and kept and meta.label_lower not in ASIDE


def rows(model: object) -> list[str]:
    without = "- 'id'" if model._meta.label_lower in COMPUTED else ""
    without += " - 'computed_at' - 'found_at'" if model._meta.label_lower in COMPUTED else ""
    standing = "WHERE undone_at IS NULL" if model is Merge else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (to_jsonb(r) {without})::text FROM {model._meta.db_table} r {standing} ORDER BY 1")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]
