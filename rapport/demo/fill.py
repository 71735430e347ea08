"""Fill an empty installation with the demo company, through the same verbs that real data comes in by."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.models import Task
from rapport.calendars.models import Meeting, Reading
from rapport.customers.models import Customer, Identifier, Member, Relationship, Source
from rapport.customers.records import RecordIn
from rapport.demo import firm, planted, scenes
from rapport.demo.agreed import keep_complaints, keep_consents
from rapport.demo.attention import call_for_attention
from rapport.demo.campaigns import campaigns
from rapport.demo.diary import keep_diary
from rapport.demo.enquired import enquire
from rapport.demo.errands import small_errands
from rapport.demo.foreseen import foresee
from rapport.demo.governed import govern
from rapport.demo.handed import hand_over
from rapport.demo.lately import change_lately
from rapport.demo.mailbag import take_mail_in
from rapport.demo.models import Planted, label
from rapport.demo.moved import move_dealer_in
from rapport.demo.offered import offer
from rapport.demo.organised import map_out, organise
from rapport.demo.own_fields import declare_fields, lay_out_pages
from rapport.demo.planted import Errand, Tie
from rapport.demo.pursued import pursue
from rapport.demo.records import Said, Sources
from rapport.demo.road import go_on_the_road
from rapport.demo.ruled import lay_down_rules
from rapport.demo.shelves import keep_views
from rapport.demo.story import DAY, Beat
from rapport.demo.trips import take_trips_in
from rapport.demo.website import present
from rapport.demo.wished import keep_wishes
from rapport.demo.world import COMPANIES, HOMES, HOUSEHOLDS, World, households
from rapport.fields.models import CustomField
from rapport.identity.register import register
from rapport.imports.models import ImportRun
from rapport.journal.models import Event, Fact
from rapport.journal.record import record
from rapport.lib.copying import as_array
from rapport.migration.mapping import source_of
from rapport.migration.models import Migration, What
from rapport.people.add_team import add_team
from rapport.people.change_user import change_user, standing_of
from rapport.people.models import Brand, LegalEntity, Scope, Team, User
from rapport.people.role import Role
from rapport.people.roles import BuiltIn
from rapport.people.unit import Unit
from rapport.profile.models import Layout
from rapport.rules.models import Rule
from rapport.sales.record_orders import OrderIn, record_orders
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive
from rapport.timeline.write_down import OURS

SEED, RECENT = 20_231, 60 * DAY
REGISTERED, RECEIVED, ORDERED, PIECE = 1_500, 20_000, 4_000, 10_000


class NotEmptyError(Exception):
    """Something else lives here; the demo company never mixes with it."""


@dataclass(frozen=True)
class Size:
    companies: int = COMPANIES
    homes: int = HOMES
    households: int = HOUSEHOLDS


@dataclass
class Plan:
    """Everything the demo company will be made of, before any of it is written."""

    records: list[Said]
    beats: list[Beat]
    orders: list[OrderIn]
    ties: list[Tie]
    errands: list[Errand]


@dataclass
class Made:
    """The ids of what was made, by table."""

    ids: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, model: type[models.Model], ids: Iterable[int]) -> None:
        self.ids[label(model)].extend(ids)

    def keep(self) -> None:
        with connection.cursor() as cursor:
            for table, ids in self.ids.items():
                for piece in pieces(sorted(set(ids)), PIECE):
                    cursor.execute(
                        'INSERT INTO demo_planted ("table", ids) VALUES (%s, %s::bigint[])', [table, as_array(piece)]
                    )


Told = Callable[[str, float], None]


def fill(*, at: datetime, password: str, size: Size | None = None, seed: int = SEED, tell: Told | None = None) -> Made:
    """Write the demo company as of ``at``, whole or not at all. Raises NotEmptyError.

    ``tell`` is told what is being done and how much of all is done (0 to 1). Everybody of the firm signs in with
    ``password``.
    """
    tell = tell or (lambda _what, _share: None)
    if holds_anything():
        raise NotEmptyError
    tell("Inventing the company", 0.0)
    planned = plan(at, size or Size(), seed)
    # Half a million small objects that stay to the end: the collector need not look at them again and again.
    gc.freeze()
    try:
        return write(planned, password, tell, at=at)
    finally:
        gc.unfreeze()


def write(planned: Plan, password: str, tell: Told, *, at: datetime) -> Made:
    with transaction.atomic():
        # Two fills at once: the second waits here and finds the first one's.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEED])
        if holds_anything():
            raise NotEmptyError
        made = Made()
        before = Event.objects.aggregate(last=models.Max("pk"))["last"] or 0
        staff = settle_in(made, password)
        with checked_at_once():
            introduce(planned.records, made, tell)
        receive_all(planned.beats, staff, made, tell)
        sell(planned.orders, tell)
        for beat in planted.corrected(at):
            receive([beat.numbered(planted.CORRECTED)], by=staff[beat.author], at=at)
        keep_consents(staff, made.add, at=at)
        keep_complaints(staff, at=at)
        present(staff.values(), made.add, at=at)
        made.add(Layout, (one.pk for one in lay_out_pages(by=staff["Clara"], at=at - 3 * RECENT)))
        with checked_at_once():
            finish(planned, staff, made, at)
        made.add(Meeting, (one.pk for one in (*keep_diary(staff, at=at), *go_on_the_road(staff, at=at))))
        made.add(Reading, [take_trips_in(staff, at=at).pk])
        made.add(Meeting, Meeting.objects.imported().values_list("pk", flat=True))
        take_mail_in(staff, made.add, at=at)
        moved = move_dealer_in(staff, at=at)
        made.add(Migration, [moved.pk])
        made.add(ImportRun, moved.steps.values_list("run", flat=True))
        made.add(Customer, Customer.objects.values_list("pk", flat=True))
        sold = (pursue(staff, seed=SEED, at=at), enquire(staff, at=at), foresee(staff, seed=SEED, at=at))
        later = (offer(staff, at=at), hand_over(staff, at=at), call_for_attention(staff, at=at))
        for model, pk in chain(*sold, *later, govern(staff, {one.name: one for one in Unit.objects.all()}, at=at)):
            made.add(model, [pk])
        change_user(staff[firm.LEAVER], standing_of(staff[firm.LEAVER], is_active=False))
        written = Interaction.objects.filter(source__in=(OURS, source_of(moved.source, What.ACTIVITIES)))
        made.add(Interaction, written.values_list("pk", flat=True))
        made.add(Interaction, Meeting.objects.exclude(interaction=None).values_list("interaction", flat=True))
        record(Fact.DEMO_FILLED, [], by=None, at=at)
        made.add(Event, Event.objects.filter(pk__gt=before).values_list("pk", flat=True))
        made.keep()
        tell("Done", 1.0)
    return made


@contextmanager
def checked_at_once() -> Iterator[None]:
    """Foreign keys are checked row by row instead of at the end.

    Triggers that keep history walk through all that waits to be checked, each time they fire.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def holds_anything() -> bool:
    """Whether anything lives here, save people who sign in."""
    return any(model.objects.exists() for model in (Planted, Customer, Interaction, Task, Team, Brand, CustomField))


def plan(now: datetime, size: Size, seed: int) -> Plan:
    world = World(seed, now)
    fixed = planted.accounts(world)
    firms, homes = world.companies(size.companies), world.homes(size.homes)
    sources = Sources(seed, world.start, now)
    families = [
        (name, people, sources.household(name, people[0])) for name, people in households(homes, size.households)
    ]
    bergers = [one for one in fixed if one.place == "home"]
    families.append(("Berger", bergers, sources.household("Berger", bergers[0])))
    everyone = [*fixed, *firms, *homes]
    tales = [scenes.told(one, seed=seed, start=world.start, now=now) for one in everyone]
    records = [said for one in everyone for said in sources.of(one)]
    records += [*(said for _name, _people, said in families), *planted.strangers(now)]
    beats = [beat for tale in tales for beat in tale.beats if not planted.disturbs(beat, now)]
    beats += campaigns(tales, seed=seed, start=world.start, now=now)
    beats += [*planted.beats(now), planted.late(now)]
    orders = [order for tale in tales for order in tale.orders] + list(planted.cancelled(now))
    return Plan(
        records=sorted(records, key=lambda said: said.at),
        beats=sorted(beats, key=lambda beat: beat.at),
        orders=sorted(orders, key=lambda order: order.ordered_at),
        ties=[*planted.ties(), *family_ties(families), *group_ties(firms, seed)],
        errands=[*planted.errands(now), *small_errands(firms, seed, now)],
    )


def family_ties(families: Iterable[tuple[str, Sequence[Any], Said]]) -> Iterator[Tie]:
    for _name, people, said in families:
        for one in people:
            yield Tie(one.people[0].email, Relationship.Kind.PART_OF, said.record.external_id)


def group_ties(firms: Sequence[Any], seed: int) -> Iterator[Tie]:
    """Some firms belong to another of the same trade; some came because a customer spoke well of us."""
    rng = Random(f"groups {seed}")  # noqa: S311
    for one in firms[:: max(1, len(firms) // 40)]:
        others = [
            other for other in firms if other.place == one.place and other.country == one.country and other is not one
        ]
        if others:
            yield Tie(one.number, Relationship.Kind.PART_OF, rng.choice(others).number)
    # One group of three levels, to be seen as a tree.
    at_home = [one for one in firms if one.country == firms[0].country][1:5]
    for part, whole in zip(at_home[1:], (0, 0, 1), strict=False):
        yield Tie(part.number, Relationship.Kind.PART_OF, at_home[whole].number)
    for one in firms[3 :: max(1, len(firms) // 60)]:
        friend = rng.choice(firms)
        if friend is not one:
            yield Tie(one.number, Relationship.Kind.REFERRED_BY, friend.number)


def settle_in(made: Made, password: str) -> dict[str, User]:
    """The firm itself: legal entities, brands, teams, colleagues by first name, and how far sources are trusted."""
    entities = {name: LegalEntity.objects.create(name=name, country=country) for name, country in firm.ENTITIES}
    teams = {name: add_team(name) for name in firm.TEAMS}
    roles = {
        key: Role.objects.get_or_create(key=key, defaults={"name": name, "base": BuiltIn.AGENT, "rows": rows})[0]
        for key, name, rows in firm.OWN_ROLES
    }
    # One hash for all: each costs a third of a second.
    secret = make_password(password)
    staff = {
        one.first: User.objects.create(
            email=one.email,
            name=one.name,
            role_id=one.role,
            team=teams.get(one.team),
            language=one.language,
            time_zone=one.zone,
            password=secret,
        )
        for one in firm.STAFF
    }
    made.add(LegalEntity, (one.pk for one in entities.values()))
    made.add(Brand, (Brand.objects.create(name=name, legal_entity=entities[own]).pk for name, own in firm.BRANDS))
    made.add(Team, (one.pk for one in teams.values()))
    made.add(Scope, Scope.objects.filter(team__in=teams.values()).values_list("pk", flat=True))
    made.add(User, (one.pk for one in staff.values()))
    staff["Stefan"].hold_besides([roles[firm.REGIONAL]])
    for model, pk in (*organise(teams, staff), *map_out(staff)):
        made.add(model, [pk])
    made.add(Source, (Source.objects.create(name=name, trust=trust).pk for name, trust in firm.SOURCES))
    made.add(CustomField, (one.pk for one in declare_fields()))
    return staff


def introduce(records: Sequence[Said], made: Made, tell: Told) -> None:
    """Register who is who, a spell at a time, so that everybody is as old as their story."""
    done = 0
    for at, batch in by_age(records, records[-1].at):
        for piece in pieces(batch, REGISTERED):
            registered = register(piece, by=None, at=at)
            made.add(Customer, (one.customer_id for one in registered))
            done += len(piece)
            tell("Customers from six sources", 0.1 + 0.15 * done / len(records))
    made.add(Customer, Customer.objects.values_list("pk", flat=True))
    freshen()


def by_age(records: Sequence[Said], now: datetime) -> Iterator[tuple[datetime, list[RecordIn]]]:
    """Old records a quarter of a year at a time, the latest week by week."""
    batch: list[RecordIn] = []
    last: Said | None = None
    spell = (0, 0)
    for said in records:
        recent = now - said.at < RECENT
        now_in = (said.at.year, said.at.isocalendar().week + 100 if recent else (said.at.month - 1) // 3)
        if last and now_in != spell:
            yield last.at, batch
            batch = []
        batch.append(said.record)
        last, spell = said, now_in
    if last:
        yield last.at, batch


def receive_all(beats: Sequence[Beat], staff: dict[str, User], made: Made, tell: Told) -> None:
    """Each colleague's interactions in their name, the rest in nobody's, all in the order in which they happened."""
    waiting: dict[str, list[tuple[int, Beat]]] = defaultdict(list)
    done = 0

    def send(author: str) -> None:
        nonlocal done
        batch = waiting.pop(author)
        received = receive(
            [beat.numbered(f"{1_000_000 + number}") for number, beat in batch], by=staff.get(author), at=batch[-1][1].at
        )
        made.add(Interaction, (one.interaction_id for one in received))
        made.add(Customer, (one.customer_id for one in received if one.customer_id))
        first = done == 0
        done += len(batch)
        tell("Three years of contacts", 0.25 + 0.6 * done / len(beats))
        if first:
            freshen()

    for number, beat in enumerate(beats):
        waiting[beat.author].append((number, beat))
        if len(waiting[beat.author]) == RECEIVED:
            send(beat.author)
    for author in sorted(waiting):
        send(author)


def sell(orders: Sequence[OrderIn], tell: Told) -> None:
    done = 0
    for piece in pieces(orders, ORDERED):
        record_orders(piece, by=None, at=piece[-1].ordered_at)
        done += len(piece)
        tell("Orders", 0.85 + 0.14 * done / len(orders))


def finish(planned: Plan, staff: dict[str, User], made: Made, at: datetime) -> None:
    """What comes last: ties between customers, tasks."""
    members = {
        key: (member_id, customer_id)
        for key, member_id, customer_id in Identifier.objects.filter(
            key__in={end for tie in planned.ties for end in (tie.one, tie.other)}
            | {one.about for one in planned.errands}
        ).values_list("key", "member_id", "member__customer_id")
    }
    Relationship.objects.bulk_create(
        (
            Relationship(member_id=members[tie.one][0], other_id=members[tie.other][0], kind=tie.kind, role=tie.role)
            for tie in planned.ties
            if members[tie.one][0] != members[tie.other][0]
        ),
        ignore_conflicts=True,
    )
    record(
        Fact.CUSTOMERS_CHANGED,
        {members[end][1] for tie in planned.ties for end in (tie.one, tie.other)},
        by=None,
        at=at,
    )
    keep_wishes(staff, at)
    keep_views(staff, at)
    change_lately(staff, at)
    made.add(Rule, (one.pk for one in lay_down_rules(staff, at)))
    customers = Customer.objects.in_bulk({members[one.about][1] for one in planned.errands})
    for one in planned.errands:
        user = staff[one.colleague]
        asked = min(at, one.due) - 3 * DAY
        task = add_task(
            one.title, assignee=user, by=user, at=asked, due_at=one.due, customer=customers[members[one.about][1]]
        )
        if one.done:
            finish_task(task, by=user, at=min(at, one.due))
        made.add(Task, [task.pk])
    made.add(Interaction, Interaction.objects.values_list("pk", flat=True))


def freshen() -> None:
    """The planner knows nothing yet of tables that were empty a moment ago."""
    with connection.cursor() as cursor:
        for model in (Customer, Member, Identifier, Interaction):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")  # noqa: SLF001


def pieces(rows: Sequence[Any], of: int) -> Iterator[Any]:
    for start in range(0, len(rows), of):
        yield rows[start : start + of]
