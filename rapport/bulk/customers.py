"""What can be done to many customers at once."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.agenda.models import Task
from rapport.bulk.action import Action, Batch, Outcome, Records, Said, Taken, Undone, no_words
from rapport.bulk.forms import AssignForm, ExportForm, FieldForm, NothingForm, TagForm, TaskForm
from rapport.bulk.sequences import SEQUENCE
from rapport.customers.bring_back import bring_back
from rapport.customers.by_hand import as_traces, lay_back, lock, moved_since, to_keep, write_by_hand
from rapport.customers.discard import throw_away
from rapport.customers.golden import OWN, Value
from rapport.customers.listing import CUSTOMER_LIST
from rapport.customers.models import Customer, Member, holding, tagged
from rapport.customers.ways_back import labels_of
from rapport.identity.merge import MergeError, merge
from rapport.identity.merge_views import REFUSALS
from rapport.identity.models import Merge
from rapport.identity.unmerge import unmerge
from rapport.journal.lay_rows_back import shown
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

FEW = 20
CHANGE = "customers.change_customer"


def say(batch: Batch) -> Outcome:
    """Write the same into the same fields of all, where it is not there already."""
    claims: Mapping[str, Value] = batch.said["claims"]
    lock(batch.ids)
    rows = Customer.objects.filter(pk__in=batch.ids).select_related("owner", "team")
    return written({one.pk: claims for one in rows if otherwise(one, claims)}, batch)


def otherwise(customer: Customer, claims: Mapping[str, Value]) -> bool:
    return any(
        standing(customer, name) != (value if name.startswith(OWN) else value or None) for name, value in claims.items()
    )


def standing(customer: Customer, name: str) -> Value:
    """What stands in a field, as a source would say it."""
    if name.startswith(OWN):
        found: Value = customer.extra.get(name.removeprefix(OWN))
        return found
    value = getattr(customer, name)
    if isinstance(value, User):
        return value.email
    return value or None if isinstance(value, list) else str(value or "") or None


def written(changes: Mapping[int, Mapping[str, Value]], batch: Batch) -> Outcome:
    if not changes:
        return Outcome()
    traces = write_by_hand(changes, at=batch.at)
    fields = sorted({name for claims in changes.values() for name in claims})
    record(Fact.CUSTOMERS_CHANGED, changes, by=batch.by, at=batch.at, only=" ".join(fields))
    return Outcome(changed=len(changes), back={"traces": to_keep(traces)})


def unsay(undone: Undone) -> Taken:
    """Let them say what they said before, but for those of whom somebody has said something else since."""
    traces = as_traces(undone.kept["traces"])
    lock(traces)
    moved = moved_since(traces, at=undone.done_at)
    goes = {pk: list(trace.fields) for pk, trace in traces.items() if pk not in moved}
    homes = lay_back({pk: traces[pk] for pk in goes}, at=undone.done_at, fields=goes)
    if homes:
        fields = sorted({name for trace in traces.values() for name in trace.fields})
        record(Fact.CUSTOMERS_CHANGED, homes, by=undone.by, at=undone.at, only=" ".join(fields))
    return Taken(len(goes), dict.fromkeys(moved, _("Somebody has changed it since.")))


def said_already(said: Said) -> Q | None:
    """Who says so already, as the database can count them."""
    where = Q()
    for name, value in said["claims"].items():
        if name.startswith(OWN):
            key = name.removeprefix(OWN)
            where &= holding(key, value) if value is not None else ~Q(extra__has_key=key)
        elif name == "owner":
            where &= Q(owner__email=value) if value else Q(owner=None)
        elif name == "team":
            where &= Q(team__name=value) if value else Q(team=None)
        else:
            where &= Q(**{name: value or ([] if name == "tags" else "")})
    return where


def words_of_claims(said: Said) -> str:
    labels = labels_of(said["claims"])
    return "; ".join(f"{labels[name]}: {shown(value) or '–'}" for name, value in said["claims"].items())


def tag(batch: Batch) -> Outcome:
    """Add tags to those that lack any of them."""
    tags = set(batch.said["tags"])
    return retagged(batch, lambda has: sorted({*has, *tags}))


def untag(batch: Batch) -> Outcome:
    tags = set(batch.said["tags"])
    return retagged(batch, lambda has: [one for one in has if one not in tags])


def retagged(batch: Batch, change: Any) -> Outcome:
    lock(batch.ids)
    has = dict(Customer.objects.filter(pk__in=batch.ids).order_by("pk").values_list("pk", "tags"))
    new = {pk: change(tags) for pk, tags in has.items()}
    return written({pk: {"tags": tags} for pk, tags in new.items() if tags != has[pk]}, batch)


def untagged(said: Said) -> Q:
    return ~Q(tags__overlap=said["tags"])


def words_of_tags(said: Said) -> str:
    return ", ".join(said["tags"])


def give_task(batch: Batch) -> Outcome:
    """One task for each, for a colleague or for whoever looks after the customer."""
    members = dict(
        Member.objects.filter(home__in=batch.ids).order_by("home", "pk").distinct("home").values_list("home", "pk")
    )
    owners = dict(Customer.objects.filter(pk__in=batch.ids).values_list("pk", "owner"))
    whose = batch.said["assignee"]
    tasks = [
        Task(
            title=batch.said["title"],
            member_id=members[pk],
            assignee_id=whose or owners.get(pk) or batch.by.pk,
            due_at=batch.said["due_at"],
            created_by=batch.by,
            created_at=batch.at,
        )
        for pk in batch.ids
    ]
    made = [one.pk for one in Task.objects.bulk_create(tasks)]
    record(Fact.TASKS_CHANGED, made, by=batch.by, at=batch.at)
    return Outcome(changed=len(made), back={"tasks": made})


def take_task(undone: Undone) -> Taken:
    """Take away those that are still as they were given."""
    given = Task.objects.select_for_update(of=("self",)).filter(pk__in=undone.kept["tasks"]).order_by("pk")
    rows = list(given.values_list("pk", "member__customer", "done_at"))
    touched = {row[0] for row in rows if row[2]}
    events = apps.get_model("agenda", "TaskEvent").objects.filter(pgh_obj__in=[row[0] for row in rows])
    touched |= set(events.values_list("pgh_obj", flat=True))
    goes = [pk for pk, _customer, _done in rows if pk not in touched]
    Task.objects.filter(pk__in=goes).delete()
    if goes:
        record(Fact.TASKS_CHANGED, goes, by=undone.by, at=undone.at)
    left = {customer: _("The task was worked on since.") for pk, customer, _done in rows if pk in touched}
    return Taken(len(goes), left)


def bin_them(batch: Batch) -> Outcome:
    gone = throw_away(batch.ids, by=batch.by, at=batch.at)
    return Outcome(changed=len(gone), back={"customers": gone})


def unbin(undone: Undone) -> Taken:
    back = bring_back(undone.kept["customers"], by=undone.by, at=undone.at)
    gone = set(undone.kept["customers"]) - set(back)
    return Taken(len(back), dict.fromkeys(gone, _("Brought back by somebody else already, or too long ago.")))


def join(batch: Batch) -> Outcome:
    """All become part of the oldest of them."""
    lock(batch.ids)
    first, *others = Customer.objects.filter(pk__in=batch.ids).order_by("pk")
    merges: list[int] = []
    refused: dict[int, str] = {}
    for other in others:
        try:
            merges.append(merge(first, other, by=batch.by, at=batch.at).pk)
        except MergeError as problem:
            refused[other.pk] = str(REFUSALS[problem.code])
    return Outcome(changed=len(merges), refused=refused, back={"merges": merges})


def part(undone: Undone) -> Taken:
    back, left = 0, {}
    for one in Merge.objects.filter(pk__in=undone.kept["merges"]).order_by("-pk"):
        try:
            unmerge(one, by=undone.by, at=undone.at)
            back += 1
        except MergeError as problem:
            left[one.absorbed_id] = str(REFUSALS[problem.code])
    return Taken(back, left)


EXPORT = Action(
    "export",
    gettext_lazy("Export"),
    "download",
    "customers.export_customer",
    ExportForm.asked,
    ExportForm.plain,
    lambda said: str(said["form"]).upper(),
    file=True,
)
CUSTOMERS = Records(
    CUSTOMER_LIST,
    actions=(
        Action(
            "field",
            gettext_lazy("Change a field"),
            "pencil",
            CHANGE,
            FieldForm.asked,
            FieldForm.plain,
            words_of_claims,
            say,
            said_already,
            unsay,
        ),
        Action(
            "tag",
            gettext_lazy("Add tags"),
            "tag",
            CHANGE,
            TagForm.asked,
            TagForm.plain,
            words_of_tags,
            tag,
            lambda said: tagged(said["tags"]),
            unsay,
        ),
        Action(
            "untag",
            gettext_lazy("Remove tags"),
            "tag-off",
            CHANGE,
            TagForm.asked,
            TagForm.plain,
            words_of_tags,
            untag,
            untagged,
            unsay,
        ),
        Action(
            "assign",
            gettext_lazy("Assign"),
            "user-check",
            CHANGE,
            AssignForm.asked,
            AssignForm.plain,
            words_of_claims,
            say,
            said_already,
            unsay,
        ),
        Action(
            "task",
            gettext_lazy("Add a task for each"),
            "checkbox",
            "agenda.change_task",
            TaskForm.asked,
            TaskForm.plain,
            lambda said: str(said["title"]),
            give_task,
            undo=take_task,
        ),
        Action(
            "merge",
            gettext_lazy("Merge into one"),
            "arrows-join-2",
            "identity.merge_customer",
            NothingForm.asked,
            NothingForm.plain,
            no_words,
            join,
            undo=part,
            most=FEW,
        ),
        SEQUENCE,
        EXPORT,
        Action(
            "delete",
            gettext_lazy("Put into the trash"),
            "trash",
            "customers.delete_customer",
            NothingForm.asked,
            NothingForm.plain,
            no_words,
            bin_them,
            undo=unbin,
            danger=True,
        ),
    ),
)
