"""Take the demo company away, with all that hangs on it, and touch nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q

from rapport.agenda.models import Task
from rapport.audit.forget import forget
from rapport.calendars.models import Meeting
from rapport.channels.models import MailAccount
from rapport.customers.compute import compute
from rapport.customers.models import Customer, Member
from rapport.demo.fill import SEED
from rapport.demo.firm import OWN_ROLES
from rapport.demo.models import Planted, label
from rapport.files.drop import drop_unused
from rapport.identity.models import Crowd, Merge
from rapport.identity.unmerge import unmerge
from rapport.journal.change import Change
from rapport.journal.models import Event, Fact
from rapport.journal.record import record
from rapport.lib.copying import as_array
from rapport.mail.models import Attachment, Mail, Reference, Thread
from rapport.notices.models import Reminder
from rapport.people.duty import Duty
from rapport.people.models import Brand, LegalEntity, Scope, Team, User
from rapport.people.role import Role
from rapport.people.territory import Territory
from rapport.people.unit import Unit
from rapport.quotes.quote import Quote
from rapport.sales.lead import Lead
from rapport.telephony.models import Call
from rapport.timeline.models import Circle, Interaction, Participation
from rapport.timeline.tally import recount

# Those who owned, wrote or did something are forgotten; what they did for others stays.
HOUSE: tuple[type[models.Model], ...] = (User, Team, Unit, Brand, LegalEntity, Scope)
# What is somebody's own goes with them: without a name it would be everybody's.
OF_ONE: set[type[models.Model]] = {Scope, Circle, MailAccount, Change, Duty}


# A foreign key; its stubs know too little of it.
Key = Any


@dataclass(frozen=True)
class Emptied:
    customers: int
    interactions: int


@transaction.atomic
def empty(*, by: User | None, at: datetime) -> Emptied:
    """Delete every planted row and what hangs on it: a note on a demo customer goes with the customer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEED])
    part(by=by, at=at)
    doom = Doom.of_planted()
    if not doom.rows:
        return Emptied(0, 0)
    orphans = doom.own_customers_of_the_house()
    recounted = doom.own_members_of_interactions()
    stays = by if by and by.pk not in doom.rows[User] else None
    doom.spread()
    doom.own_role()
    doom.leave_the_trail(by=stays, at=at)
    doom.threads()
    papers = doom.papers()
    doom.carry_out()
    drop_unused(papers)
    compute(orphans)
    recount(recounted)
    gone = Emptied(len(doom.rows[Customer]), len(doom.rows[Interaction]))
    record(Fact.DEMO_EMPTIED, [], by=stays, at=at, customers=gone.customers, interactions=gone.interactions)
    return gone


def part(*, by: User | None, at: datetime) -> None:
    """Merges of a demo customer with another are taken back first, so that the visitor's own customer stays whole."""
    mine = planted_ids(Customer)
    for merge in Merge.objects.filter(undone_at=None).order_by("-pk"):
        if (merge.survivor_id in mine) != (merge.absorbed_id in mine):
            unmerge(merge, by=by, at=at)


def planted_ids(model: type[models.Model]) -> set[int]:
    rows = Planted.objects.filter(table=label(model)).values_list("ids", flat=True)
    return {pk for ids in rows for pk in ids}


class Doom:
    """What goes: ids by table, growing along the foreign keys until nothing hangs loose."""

    def __init__(self) -> None:
        self.rows: defaultdict[type[models.Model], set[int]] = defaultdict(set)
        self.unnamed: list[Key] = []

    @classmethod
    def of_planted(cls) -> "Doom":
        doom = cls()
        for table in Planted.objects.values_list("table", flat=True).distinct():
            model = apps.get_model(table)
            doom.rows[model] = planted_ids(model)
        if doom.rows:
            doom.rows[Member] = found(Member, "home_id", doom.rows[Customer])
            doom.rows[Interaction] |= doom.interactions()
        return doom

    def interactions(self) -> set[int]:
        """Those in which nobody but demo customers took part."""
        with connection.cursor() as cursor:
            cursor.execute(ONLY_THEIRS, [as_array(self.rows[Member])] * 2)
            return {row[0] for row in cursor.fetchall()}

    def own_customers_of_the_house(self) -> list[int]:
        """The visitor's customers that somebody of the demo company looks after: they need a new record."""
        theirs = Q(owner__in=self.rows[User]) | Q(team__in=self.rows[Team])
        lies = Q(scope__in=self.rows[Scope]) | Q(scope__territory__in=self.rows[Territory])
        own = Customer.objects.filter(theirs | lies).values_list("pk", flat=True)
        return sorted(set(own) - self.rows[Customer])

    def own_members_of_interactions(self) -> list[int]:
        """The visitor's members who took part in something that goes."""
        seated = Participation.objects.filter(interaction__in=self.rows[Interaction]).exclude(member=None)
        return sorted({pk for pk in seated.values_list("member_id", flat=True).distinct() if pk} - self.rows[Member])

    def spread(self) -> None:
        """Follow every foreign key: rows of demo customers go too, a demo colleague's name is only taken off."""
        waiting = list(self.rows)
        while waiting:
            model = waiting.pop()
            for key in keys_to(model):
                if model in HOUSE and key.null and key.model not in OF_ONE:
                    self.unnamed.append(key)
                    continue
                more = found(key.model, key.column, self.rows[model]) - self.rows[key.model]
                if more and not (key.model is Customer and model in HOUSE):
                    self.rows[key.model] |= more
                    waiting.append(key.model)

    def papers(self) -> list[int]:
        """The documents of quotes that go, and what was attached to their mail."""
        gone = Quote.objects.filter(pk__in=self.rows[Quote]).exclude(document=None)
        attached = Attachment.objects.filter(pk__in=self.rows[Attachment])
        return [*gone.values_list("document_id", flat=True), *attached.values_list("file_id", flat=True)]

    def threads(self) -> None:
        """Those in which no other mail stands."""
        theirs = set(Mail.objects.filter(pk__in=self.rows[Mail]).values_list("thread", flat=True))
        others = Mail.objects.filter(thread__in=theirs).exclude(pk__in=self.rows[Mail])
        self.rows[Thread] = theirs - set(others.values_list("thread", flat=True))

    def own_role(self) -> None:
        """The firm's own roles go with their history; whoever gave one to somebody of theirs keeps it."""
        others = User.objects.exclude(pk__in=self.rows[User])
        own = [key for key, _name, _rows in OWN_ROLES]
        kept = others.filter(Q(role__in=own) | Q(holdings__role__in=own)).values_list("role", "holdings__role")
        stay = {key for keys in kept for key in keys}
        self.rows[Role] = set(Role.objects.filter(key__in=set(own) - stay).values_list("pk", flat=True))
        history = apps.get_model("people.RoleEvent")
        self.rows[history] |= found(history, "pgh_obj_id", self.rows[Role])

    def leave_the_trail(self, *, by: User | None, at: datetime) -> None:
        """What was sealed of all this is forgotten by name, so that its going breaks nothing."""
        self.rows[Event] |= self.events()
        touched = defaultdict(set, {model: set(ids) for model, ids in self.rows.items()})
        for key in self.unnamed:
            touched[key.model] |= found(key.model, key.column, self.house(key))
        for model, ids in touched.items():
            forget(model, ids, by=by, why="demo company emptied", at=at)

    def carry_out(self) -> None:
        with pgtrigger.ignore(), connection.cursor() as cursor:
            cursor.execute(WAITING_JOBS, [as_array(self.rows[Event])])
            Reference.objects.filter(thread__in=self.rows[Thread]).delete()
            for model, ids in self.rows.items():
                change(cursor, "DELETE FROM {table} WHERE {column} = ANY(%s::bigint[])", model._meta.pk, ids)  # noqa: SLF001
            for key in self.unnamed:
                change(
                    cursor,
                    "UPDATE {table} SET {column} = NULL WHERE {column} = ANY(%s::bigint[])",
                    key,
                    self.house(key),
                )
            cursor.execute(
                "UPDATE customers_customer SET scope_id = %s WHERE scope_id = ANY(%s)",
                [Scope.EVERYONE, sorted(self.rows[Scope])],
            )
            cursor.execute(UNUSED_WORDS)
            cursor.execute(UNUSED_TOKENS)
            # Who is still too many is found again when one of them comes or changes.
            Crowd.objects.all().delete()
            Planted.objects.all().delete()

    def house(self, key: Key) -> set[int]:
        return self.rows[key.related_model]

    def events(self) -> set[int]:
        """Facts that speak of nothing but what goes."""
        gone = {fact: self.rows[model] for fact, model in SUBJECTS.items()}
        facts = Event.objects.filter(kind__in=gone).exclude(subject_ids=[]).values_list("pk", "kind", "subject_ids")
        return {pk for pk, kind, ids in facts.iterator() if gone[Fact(kind)].issuperset(ids)}


SUBJECTS: dict[Fact, type[models.Model]] = {
    **dict.fromkeys((Fact.CUSTOMERS_CREATED, Fact.CUSTOMERS_CHANGED), Customer),
    **dict.fromkeys((Fact.CUSTOMERS_MERGED, Fact.CUSTOMERS_PARTED), Customer),
    **dict.fromkeys((Fact.INTERACTIONS_RECEIVED, Fact.INTERACTIONS_CORRECTED, Fact.INTERACTIONS_ASSIGNED), Interaction),
    Fact.TASKS_CHANGED: Task,
    Fact.LEADS_CHANGED: Lead,
    Fact.MEETINGS_CHANGED: Meeting,
    Fact.CALLS_CHANGED: Call,
    Fact.NOTICES_ARRIVED: User,
    **dict.fromkeys((Fact.REMINDERS_CHANGED, Fact.REMINDERS_RUNG), Reminder),
}
ONLY_THEIRS = """
WITH theirs AS (SELECT DISTINCT interaction_id FROM timeline_participation WHERE member_id = ANY(%s::bigint[]))
SELECT interaction_id FROM theirs JOIN timeline_participation p USING (interaction_id)
GROUP BY interaction_id HAVING bool_and(p.member_id IS NULL OR p.member_id = ANY(%s::bigint[]))
"""
WAITING_JOBS = (
    "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND (args->>'event_id')::bigint = ANY(%s::bigint[])"
)
UNUSED_WORDS = """
DELETE FROM customers_namevariant v WHERE NOT EXISTS (SELECT FROM customers_nameuse u WHERE u.token_id = v.token_id)
"""
UNUSED_TOKENS = (
    "DELETE FROM customers_nametoken t WHERE NOT EXISTS (SELECT FROM customers_nameuse u WHERE u.token_id = t.id)"
)


def keys_to(model: type[models.Model]) -> list[Key]:
    """Every foreign key that points to ``model``; of a row's kept history only the one to the row itself."""
    return [
        field
        for other in apps.get_models()
        if other._meta.managed and not other._meta.proxy  # noqa: SLF001
        for field in other._meta.concrete_fields  # noqa: SLF001
        if isinstance(field, models.ForeignKey)
        and field.related_model is model
        and (field.db_constraint or field.name == "pgh_obj")  # type: ignore[attr-defined]
    ]


def found(model: type[models.Model], column: str, ids: set[int]) -> set[int]:
    """The rows of ``model`` whose ``column`` is one of ``ids``."""
    if not ids:
        return set()
    quote, meta = connection.ops.quote_name, model._meta  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {quote(meta.pk.column)} FROM {quote(meta.db_table)} WHERE {quote(column)} = ANY(%s::bigint[])",  # noqa: S608
            [as_array(ids)],
        )
        return {row[0] for row in cursor.fetchall()}


def change(cursor: Any, statement: str, field: "models.Field[Any, Any]", ids: Sequence[int] | set[int]) -> None:
    if ids:
        quote = connection.ops.quote_name
        table = quote(field.model._meta.db_table)  # noqa: SLF001
        cursor.execute(statement.format(table=table, column=quote(field.column)), [as_array(ids)])
