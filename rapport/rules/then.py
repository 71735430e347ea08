"""What a rule can do: one step on a set of customers that can be taken back, each declared in the same way."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.agenda.models import Task
from rapport.customers.by_hand import as_traces, lay_back, lock, moved_since, to_keep, write_by_hand
from rapport.customers.golden import OWN, Value
from rapport.customers.models import Customer, Member, holding, tagged
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.notices.models import Kind, Notice
from rapport.notices.tell import Told, tell
from rapport.people.access import sees
from rapport.people.models import User
from rapport.rules.models import Run

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Facts that a rule made true carry its number under this name; no rule heeds them.
BY_RULE = "rule"
# Whatever a rule allows itself: more than a person can read helps nobody.
MOST_TOLD = 200
CHANGE = "customers.change_customer"
Said = Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """Customers that fit and that the owner of the rule may see, in the order of their ids."""

    run: Run
    ids: list[int]
    said: Said
    at: datetime


@dataclass
class Outcome:
    """Whom it was done to, and who stayed as they are, with the reason; the others were so already."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    back: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Undone:
    """What the run kept to be taken back, and by whom it is."""

    run: Run
    by: User
    at: datetime


@dataclass(frozen=True)
class Then:
    """``do`` acts on a batch, ``undo`` answers who stays as they are and why; ``same`` says who is so already."""

    name: str
    label: "StrOrPromise"
    icon: str
    needs: str
    words: Callable[[Said], str]
    do: Callable[[Batch], Outcome]
    undo: Callable[[Undone], dict[int, str]]
    same: Callable[[Said], Q] | None = None
    most: int | None = None


def say(batch: Batch) -> Outcome:
    """Write the same into the same field of all, where it is not there already."""
    claims: Mapping[str, Value] = batch.said["claims"]
    lock(batch.ids)
    same = set(Customer.objects.filter(so_already(batch.said), pk__in=batch.ids).values_list("pk", flat=True))
    return written({pk: claims for pk in batch.ids if pk not in same}, batch)


def written(changes: Mapping[int, Mapping[str, Value]], batch: Batch) -> Outcome:
    if not changes:
        return Outcome()
    traces = write_by_hand(changes, at=batch.at)
    record(Fact.CUSTOMERS_CHANGED, changes, by=None, at=batch.at, rule=batch.run.rule_id)
    return Outcome(done=sorted(changes), back={"traces": to_keep(traces)})


def so_already(said: Said) -> Q:
    where = Q()
    for name, value in said["claims"].items():
        if name.startswith(OWN):
            where &= holding(name.removeprefix(OWN), value)
        else:
            where &= Q(owner__email=value) if name == "owner" else Q(**{name: value})
    return where


def unsay(undone: Undone) -> dict[int, str]:
    """Let them say what they said before, but for those of whom somebody has said something else since."""
    traces = as_traces(undone.run.back.get("traces", {}))
    lock(traces)
    moved = moved_since(traces, at=undone.run.at)
    goes = {pk: list(trace.fields) for pk, trace in traces.items() if pk not in moved}
    homes = lay_back({pk: traces[pk] for pk in goes}, at=undone.run.at, fields=goes)
    if homes:
        record(Fact.CUSTOMERS_CHANGED, homes, by=undone.by, at=undone.at, rule=undone.run.rule_id)
    return dict.fromkeys(moved, _("Somebody has changed it since."))


def tag(batch: Batch) -> Outcome:
    return retagged(batch, lambda has: sorted({*has, *batch.said["tags"]}))


def untag(batch: Batch) -> Outcome:
    return retagged(batch, lambda has: [one for one in has if one not in batch.said["tags"]])


def retagged(batch: Batch, change: Callable[[list[str]], list[str]]) -> Outcome:
    lock(batch.ids)
    has = dict(Customer.objects.filter(pk__in=batch.ids).values_list("pk", "tags"))
    new = {pk: change(tags) for pk, tags in has.items()}
    return written({pk: {"tags": tags} for pk, tags in new.items() if tags != has[pk]}, batch)


def give_task(batch: Batch) -> Outcome:
    """One task for each, for a colleague or for whoever looks after the customer."""
    members, whose, refused = own_members(batch.ids), whose_of(batch), dict[int, str]()
    due = batch.said.get("days")
    day = timezone.localdate(batch.at) + timedelta(days=due) if due is not None else None
    due_at = timezone.make_aware(datetime.combine(day, time.min)) if day else None
    tasks: dict[int, Task] = {}
    for pk in batch.ids:
        user, reason = whose[pk]
        if user is None:
            refused[pk] = reason
            continue
        tasks[pk] = Task(
            title=batch.said["title"], member_id=members[pk], assignee=user, due_at=due_at, created_at=batch.at
        )
    made = [one.pk for one in Task.objects.bulk_create(tasks.values())]
    if made:
        record(Fact.TASKS_CHANGED, made, by=None, at=batch.at, rule=batch.run.rule_id)
    return Outcome(done=list(tasks), refused=refused, back={"tasks": made})


def whose_of(batch: Batch) -> dict[int, tuple[User | None, str]]:
    """By customer the colleague who is to hear of it, or none with the reason."""
    chosen = batch.said.get("user")
    rows = Customer.objects.filter(pk__in=batch.ids).select_related("owner", "scope")
    user = User.objects.filter(pk=chosen).first() if chosen else None
    return {one.pk: reached(user if chosen else one.owner, one) for one in rows}


def reached(user: User | None, customer: Customer) -> tuple[User | None, str]:
    if user is None:
        return None, _("Nobody looks after this customer.")
    if not sees(user, customer.scope):
        return None, _("%(name)s may not see this customer.") % {"name": user}
    return user, ""


def own_members(ids: Iterable[int]) -> dict[int, int]:
    born = Member.objects.filter(home__in=list(ids)).order_by().values_list("home")
    return dict(born.annotate(first=Min("pk")))


def take_task(undone: Undone) -> dict[int, str]:
    """Take away those that are still as they were given."""
    given = Task.objects.select_for_update(of=("self",)).filter(pk__in=undone.run.back.get("tasks", ())).order_by("pk")
    rows = list(given.values_list("pk", "member__customer", "done_at"))
    events = apps.get_model("agenda", "TaskEvent").objects.filter(pgh_obj__in=[pk for pk, _customer, _done in rows])
    touched = {pk for pk, _customer, done in rows if done} | set(events.values_list("pgh_obj", flat=True))
    goes = [pk for pk, _customer, _done in rows if pk not in touched]
    Task.objects.filter(pk__in=goes).delete()
    if goes:
        record(Fact.TASKS_CHANGED, goes, by=undone.by, at=undone.at, rule=undone.run.rule_id)
    return {customer: _("The task was worked on since.") for pk, customer, _done in rows if pk in touched}


def notify(batch: Batch) -> Outcome:
    """Tell a colleague, or whoever looks after the customer, in the words of the rule."""
    members, whose = own_members(batch.ids), whose_of(batch)
    told = {pk: user for pk, (user, _reason) in whose.items() if user}
    link = reverse("rules:why_run", args=[batch.run.pk])
    if told:
        event = record(Fact.RULES_ACTED, [batch.run.pk], by=None, at=batch.at, rule=batch.run.rule_id)
        words = str(batch.said["words"])
        news = (
            Told(user.pk, Kind.RULE, batch.at, member_id=members[pk], words=words, link=link)
            for pk, user in told.items()
        )
        tell(event, news, at=batch.at)
    refused = {pk: reason for pk, (user, reason) in whose.items() if user is None}
    return Outcome(done=sorted(told), refused=refused, back={"link": link})


def untell(undone: Undone) -> dict[int, str]:
    """Notices that nobody has read yet go; what was read was read."""
    mine = Notice.objects.filter(kind=Kind.RULE, link=undone.run.back.get("link", "-"))
    read = set(mine.exclude(read_at=None).values_list("member__customer", flat=True))
    mine.filter(read_at=None).delete()
    return dict.fromkeys(read, _("The notice was read already."))


def words_of_claims(said: Said) -> str:
    return str(said.get("told") or "; ".join(f"{name}: {value}" for name, value in said["claims"].items()))


def words_of_tags(said: Said) -> str:
    return ", ".join(said["tags"])


KINDS = (
    Then(
        "assign",
        gettext_lazy("assign it to a colleague"),
        "user-check",
        CHANGE,
        lambda said: _("assign it to %(name)s") % {"name": words_of_claims(said)},
        say,
        unsay,
        so_already,
    ),
    Then(
        "tag",
        gettext_lazy("add a tag"),
        "tag",
        CHANGE,
        lambda said: _("add the tag %(tags)s") % {"tags": words_of_tags(said)},
        tag,
        unsay,
        lambda said: tagged(said["tags"]),
    ),
    Then(
        "untag",
        gettext_lazy("remove a tag"),
        "tag-off",
        CHANGE,
        lambda said: _("remove the tag %(tags)s") % {"tags": words_of_tags(said)},
        untag,
        unsay,
        lambda said: ~Q(tags__overlap=said["tags"]),
    ),
    Then(
        "field",
        gettext_lazy("set a field"),
        "pencil",
        CHANGE,
        lambda said: _("set %(field)s") % {"field": words_of_claims(said)},
        say,
        unsay,
        so_already,
    ),
    Then(
        "task",
        gettext_lazy("make a task"),
        "checkbox",
        "agenda.change_task",
        lambda said: _("make the task “%(title)s” for %(name)s") % {"title": said["title"], "name": said["told"]},
        give_task,
        take_task,
        most=MOST_TOLD,
    ),
    Then(
        "notify",
        gettext_lazy("notify a colleague"),
        "bell",
        "notices.view_notice",
        lambda said: _("notify %(name)s: “%(words)s”") % {"name": said["told"], "words": said["words"]},
        notify,
        untell,
        most=MOST_TOLD,
    ),
)
THENS: Mapping[str, Then] = {one.name: one for one in KINDS}
