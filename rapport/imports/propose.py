"""Look at a file and propose how to import it, following what the user has said already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from rapport.imports.fields import FIELDS, KEYS, KINDS, Kind, names, takes_many, wanted
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import REASON, Condition, Plan, Target, read
from rapport.imports.rows import plain, restored
from rapport.lib.layouts import Layout, Row
from rapport.lib.suggest import SURE, Column, Suggestion, suggest
from rapport.lib.tables import Reading, describe
from rapport.lib.values import Habit, Sort, learn

SAMPLE = 5_000
FURTHER = 200_000
SAMPLES_SHOWN = 3
RECENT = 50
# Words in names of files and columns that tell the channel of what has no column for it.
CHANNELS = {
    "tweet": "social",
    "twitter": "social",
    "facebook": "social",
    "instagram": "social",
    "review": "social",
    "email": "email",
    "mail": "email",
    "ticket": "portal",
    "case": "portal",
    "call": "phone",
    "phone": "phone",
    "chat": "chat",
    "conversation": "chat",
    "sms": "sms",
    "visit": "visit",
    "meeting": "visit",
    "complaint": "web",
}


class ImportRefusedError(Exception):
    """The import can't start; the text says why and what to do."""


@dataclass(frozen=True)
class Seen:
    """A column of the file: what it holds, what it seems to be for."""

    name: str
    samples: tuple[str, ...]
    habit: Habit
    suggestion: Suggestion | None
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Wishes:
    """What the user said; what was left open is proposed."""

    kind: Kind
    source: str = ""
    key: str = ""
    header: bool | None = None
    mapping: tuple[tuple[str, str], ...] = ()
    only_mapped: bool = False
    where: tuple[Condition, ...] = ()
    zone: str = "UTC"


def as_wishes(plan: Plan) -> Wishes:
    """The wishes that lead to this plan again."""
    mapping = tuple((one.column or f"={one.constant}", one.field) for one in plan.targets)
    return Wishes(plan.kind, plan.source, plan.key, plan.layout.header, mapping, True, plan.where, plan.zone)  # noqa: FBT003


@dataclass(frozen=True)
class Proposal:
    plan: Plan
    columns: tuple[Seen, ...]
    ragged: int
    complete: bool
    refusal: str


@dataclass(frozen=True)
class Look:
    """A first look at a file: its columns and how each is written."""

    layout: Layout
    columns: tuple[Column, ...]
    ragged: int
    complete: bool

    @property
    def habits(self) -> dict[str, Habit]:
        return {column.name: column.habit for column in self.columns}


def propose(path: Path, name: str, wishes: Wishes) -> Proposal:
    """A plan for the file at ``path``, called ``name``; refused when the wishes don't fit the file."""
    look = look_at(path, header=wishes.header, count=SAMPLE)
    before = None if wishes.only_mapped or wishes.mapping else sent_before(look.layout, wishes)
    remembered = before or (None if wishes.only_mapped or wishes.mapping else taken_before(look.layout, name, wishes))
    targets = remembered.targets if remembered else planned_targets(look, name, wishes)
    source = (wishes.source or (before.source if before else source_of(name)))[:100]
    where = located(wishes.where, look.layout)
    plan = Plan(wishes.kind, source, look.layout, targets, where, wishes.key, wishes.zone)
    hints = {one.column: one for one in sure(look.columns, wishes.kind)}
    seen = tuple(
        Seen(
            column.name,
            column.samples,
            column.habit,
            hints.get(column.name),
            tuple(one.field for one in targets if one.column == column.name),
        )
        for column in look.columns
    )
    return Proposal(plan, seen, look.ragged, look.complete, refusal(plan))


def sent_before(layout: Layout, wishes: Wishes) -> Plan | None:
    """The plan by which rows failed that come back now."""
    if REASON not in layout.columns:
        return None
    for run in ImportRun.objects.filter(kind=wishes.kind, failed__gt=0).newest_first()[:RECENT]:
        plan = read(run.plan)
        same = [column for column in layout.columns if column != REASON] == list(plan.columns)
        if same and wishes.source in {"", plan.source}:
            return plan
    return None


def taken_before(layout: Layout, name: str, wishes: Wishes) -> Plan | None:
    """The plan by which the same source brought the same columns the last time."""
    source = (wishes.source or source_of(name))[:100]
    runs = ImportRun.objects.filter(kind=wishes.kind, source=source, state=State.DONE).newest_first()
    plans = (read(run.plan) for run in runs[:RECENT])
    known = set(names(wishes.kind))
    same = (plan for plan in plans if plan.layout.columns == layout.columns and plan.fields <= known)
    return next(same, None)


def look_at(path: Path, *, header: bool | None, count: int) -> Look:
    layout = layout_of(path, header=header)
    sample = list(islice(restored(Reading(path, layout), layout), count))
    if not sample:
        raise ImportRefusedError(_("The file holds no rows below its header."))
    names_ = [column for column in layout.columns if column != REASON]
    habits = learnt(path, layout, names_, sample)
    columns = tuple(Column(name, habits[name], shown(sample, place)) for place, name in enumerate(names_))
    return Look(layout, columns, sum(bool(row.trouble) for row in sample), len(sample) < count)


def planned_targets(look: Look, name: str, wishes: Wishes) -> tuple[Target, ...]:
    """What was mapped by hand, and what is suggested for the rest."""
    chosen = assigned(look.layout, wishes)
    targets = [Target(field, column, constant) for column, constant, field in chosen if field]
    if not wishes.only_mapped:
        by_hand = {column for column, _constant, _field in chosen}
        rest = [column for column in look.columns if column.name not in by_hand]
        taken = frozenset(one.field for one in targets)
        targets += [Target(one.field, one.column) for one in sure(rest, wishes.kind, taken)]
        if wishes.kind == Kind.INTERACTIONS and "channel" not in {one.field for one in targets}:
            targets.append(Target("channel", constant=channel_of(name, look.habits)))
    habits = look.habits
    return tuple(
        replace(one, order=habits[one.column].order, mark=habits[one.column].mark) if one.column else one
        for one in targets
    )


def sure(columns: Sequence[Column], kind: Kind, taken: frozenset[str] = frozenset()) -> list[Suggestion]:
    return [one for one in suggest(columns, wanted(kind), taken=taken) if one.confidence >= SURE]


def layout_of(path: Path, *, header: bool | None) -> Layout:
    """How the file is written; a file of failed rows that comes back has a header, whatever the first one had."""
    named = describe(path, header=True)
    if REASON in named.columns:
        return replace(named, columns=tuple(map(plain, named.columns)))
    return named if header else describe(path, header=header)


def learnt(path: Path, layout: Layout, columns: Sequence[str], sample: Sequence[Row]) -> dict[str, Habit]:
    """The habit of each column; for dates that leave it open which part comes first, more of the file is read."""
    comma = layout.delimiter == ";"
    habits = {column: learn((row.cells[place] for row in sample), comma=comma) for place, column in enumerate(columns)}
    open_ = [
        (place, column)
        for place, column in enumerate(columns)
        if habits[column].sort is Sort.DATE and not habits[column].certain
    ]
    if open_ and len(sample) == SAMPLE:
        distinct: list[dict[str, None]] = [{} for _place in open_]
        for row in islice(Reading(path, layout), SAMPLE, FURTHER):
            for values, (place, _column) in zip(distinct, open_, strict=True):
                values[row.cells[place]] = None
        for values, (_place, column) in zip(distinct, open_, strict=True):
            further = learn(values)
            habits[column] = replace(habits[column], order=further.order, certain=further.certain)
    return habits


def assigned(layout: Layout, wishes: Wishes) -> list[tuple[str, str, str]]:
    """What was mapped by hand: (column, constant, field); an empty field leaves the column unmapped."""
    known = names(wishes.kind)
    found: list[tuple[str, str, str]] = []
    for left, field in wishes.mapping:
        if field and field not in known:
            raise ImportRefusedError(
                _("There is no field “%(field)s” for %(kind)s. Use one of: %(known)s.")
                % {"field": field, "kind": wishes.kind, "known": ", ".join(known)}
            )
        constant = left.removeprefix("=") if left.startswith("=") else ""
        column = "" if left.startswith("=") else column_named(left, layout)
        if field and not takes_many(wishes.kind, field) and field in {one[2] for one in found}:
            raise ImportRefusedError(_("The field “%(field)s” takes one column only.") % {"field": field})
        found.append((column, constant, field))
    return found


def column_named(wanted_name: str, layout: Layout) -> str:
    for column in layout.columns:
        if column == wanted_name:
            return column
    folded = " ".join(wanted_name.split()).casefold()
    for column in layout.columns:
        if column.casefold() == folded:
            return column
    raise ImportRefusedError(
        _("There is no column “%(column)s” in the file. It has: %(known)s.")
        % {"column": wanted_name, "known": ", ".join(layout.columns)}
    )


def located(where: Iterable[Condition], layout: Layout) -> tuple[Condition, ...]:
    return tuple(Condition(column_named(one.column, layout), one.value) for one in where)


def shown(sample: Iterable[Row], place: int) -> tuple[str, ...]:
    """The first few different values of a column."""
    found: dict[str, None] = {}
    for row in sample:
        value = row.cells[place].strip()
        if value:
            found[value[:200]] = None
        if len(found) == SAMPLES_SHOWN:
            break
    return tuple(found)


def source_of(name: str) -> str:
    """``Kunden 2024.csv.gz`` → ``kunden 2024``: what the file is called, its endings aside."""
    stem = Path(name).name
    while (suffix := Path(stem).suffix.lower()) in {".gz", ".xz", ".csv", ".tsv", ".txt", ".xlsx", ".vcf"}:
        stem = stem[: -len(suffix)]
    return stem.strip().lower() or "import"


def channel_of(name: str, columns: Iterable[str]) -> str:
    told = " ".join([name, *columns]).lower()
    return next((channel for word, channel in CHANNELS.items() if word in told), "system")


def refusal(plan: Plan) -> str:
    """Why this plan can't lead to anything; empty when it can."""
    missing = missing_field(plan)
    if missing:
        return _("No column is mapped to %(missing)s, which %(kind)s need.") % {
            "missing": missing,
            "kind": plan.kind.label,
        }
    if plan.key and plan.key not in KEYS[plan.kind]:
        return _("“%(key)s” is no key for %(kind)s. Use one of: %(known)s.") % {
            "key": plan.key,
            "kind": plan.kind.label,
            "known": ", ".join(KEYS[plan.kind]),
        }
    key_fields = {plan.key, "first_name", "last_name"} if plan.key == "name" else {plan.key}
    if plan.key and not plan.fields & key_fields:
        return _("No column is mapped to the key “%(key)s”.") % {"key": plan.key}
    return ""


def missing_field(plan: Plan) -> str:
    if plan.kind in {Kind.CUSTOMERS, Kind.COMPANIES}:
        telling = {one.name for one in FIELDS[plan.kind] if one.identifies} | {"first_name", "last_name"}
        return "" if plan.fields & telling else _("a name, an e-mail, a phone number or an id")
    if plan.kind == Kind.ORDERS:
        if "ordered_at" not in plan.fields:
            return "ordered_at"
        return "" if plan.fields & {"amount", "unit_price"} else "amount"
    if plan.kind == Kind.LEADS:
        telling = {"wish", "text", "name", "email", "phone"}
        return "" if plan.fields & telling else _("what they want, or a name, an e-mail or a phone number")
    if plan.kind in NEEDS:
        return "" if NEEDS[plan.kind] in plan.fields else NEEDS[plan.kind]
    return "" if plan.fields - {"channel", "direction", "kind", "currency"} else "text"


def kind_of(path: Path, name: str) -> Kind:
    """Which kind of file it seems to be: the one whose fields its columns fill best."""
    columns = look_at(path, header=None, count=500).columns
    scores = {kind: score(kind, columns, name) for kind in KINDS}
    return max(scores, key=lambda kind: scores[kind])


# Without which field a file of a kind says nothing.
NEEDS = {Kind.DEALS: "stage", Kind.PRODUCTS: "number"}
# What a file of each kind hardly lacks, and what it is often called.
MARKS = {
    Kind.CUSTOMERS: (
        {"first_name", "last_name", "email"},
        ("customer", "contact", "kunde", "people", "person", "lead", "user"),
    ),
    Kind.COMPANIES: ({"website", "industry", "parent"}, ("compan", "account", "firm", "organi", "unternehmen")),
    Kind.INTERACTIONS: (
        {"text", "subject", "channel"},
        ("ticket", "tweet", "mail", "call", "case", "interaction", "message"),
    ),
    Kind.ORDERS: (
        {"unit_price", "quantity", "amount", "ordered_at"},
        ("order", "sales", "invoice", "transaction", "retail"),
    ),
    Kind.DEALS: (
        {"stage", "pipeline", "probability", "owner", "opened_at"},
        ("deal", "opportunit", "pipeline", "chancen"),
    ),
    Kind.LEADS: ({"wish", "lead_source", "status"}, ("lead", "enquir", "inquir", "anfrage")),
    Kind.PRODUCTS: (
        {"number", "family", "tax", "rate", "variant", "price_list"},
        ("product", "catalog", "price", "artikel", "preis", "produkt"),
    ),
}


def score(kind: Kind, columns: Sequence[Column], name: str) -> float:
    fields = {one.field: one.confidence for one in suggest(columns, wanted(kind)) if one.confidence >= SURE}
    marks, called = MARKS[kind]
    telling = sum(2 * confidence for field, confidence in fields.items() if field in marks)
    return telling + 0.3 * len(fields) + (1.5 if any(word in name.lower() for word in called) else 0)
