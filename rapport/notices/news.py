"""What an event means for whom: mentions, contacts and changes of customers that are followed, tasks, reminders."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.urls import reverse

from rapport.agenda.models import Task
from rapport.customers.models import Customer
from rapport.journal.models import Event, Fact
from rapport.notices.followers import Followed, followed, own_members
from rapport.notices.models import Follow, Kind, Reminder
from rapport.notices.tell import Told
from rapport.people.access import get_to_know, sees
from rapport.people.models import User
from rapport.sales.lead import LeadStep
from rapport.timeline.mentions import named_in
from rapport.timeline.models import Interaction, Participation, circles_of

BATCH = 1_000
# What is older when it arrives is history that somebody brings in, and no news.
FRESH = timedelta(days=3)
# A change of more customers at once is a clean-up or an import, and no news of any one of them.
SEVERAL = 20
PASSIVE = frozenset({"web", "portal"})


def news_of(event: Event, *, at: datetime) -> Iterator[Told]:
    """What users are to hear of an event, each thing by itself."""
    read = READERS.get(Fact(event.kind))
    if read and event.at >= at - FRESH:
        for ids in event.batches(of=BATCH):
            yield from read(event, ids)


def of_interactions(event: Event, ids: list[int]) -> Iterator[Told]:
    seats = (
        Participation.objects.filter(interaction__in=ids, interaction__at__gte=event.at - FRESH)
        .exclude(member=None)
        .select_related("interaction", "member")
        .defer("interaction__text")
        .order_by("interaction_id", "-main", "pk")
    )
    by_interaction: dict[Interaction, list[int]] = defaultdict(list)
    for seat in seats:
        if seat.member and seat.member.customer_id not in by_interaction[seat.interaction]:
            by_interaction[seat.interaction].append(seat.member.customer_id)
    known = followed(pk for several in by_interaction.values() for pk in several)
    mentioned = of_mentions(by_interaction)
    yield from mentioned
    spoken = {(one.user_id, one.interaction_id) for one in mentioned}
    for interaction, customer_ids in by_interaction.items():
        told: set[int] = set()
        for one in (known[pk] for pk in customer_ids if pk in known):
            for user in one.users:
                kind = kind_of(interaction)
                heard = (user.pk, interaction.pk) in spoken or user.pk in told
                if kind and not heard and hears(user, interaction):
                    told.add(user.pk)
                    yield of_contact(kind, interaction, one, user)


def hears(user: User, interaction: Interaction) -> bool:
    """Whether the words are for ``user`` too."""
    return not interaction.circles or bool(set(interaction.circles).intersection(circles_of(user)))


def kind_of(interaction: Interaction) -> Kind | None:
    """What a machine sent out, such as the confirmation of an order, is no news; a look at a page is no word to us."""
    if interaction.direction == "inbound":
        looked = interaction.channel in PASSIVE and interaction.amount is None and interaction.kind != "form"
        return Kind.SEEN if looked else Kind.HEARD
    return Kind.DONE if interaction.author_id else None


def of_contact(kind: Kind, interaction: Interaction, about: Followed, user: User) -> Told:
    return Told(
        user.pk,
        kind,
        interaction.at,
        # Of a note it does not matter where it was written.
        channel="" if interaction.direction == "internal" else interaction.channel,
        member_id=about.member_id,
        interaction_id=interaction.pk,
        actor_id=interaction.author_id if kind == Kind.DONE else None,
    )


def of_mentions(by_interaction: Mapping[Interaction, list[int]]) -> list[Told]:
    """Those whom a note or a call speaks to, as far as they see the customer; they follow it from now on."""
    spoken = {one: named_in(one.data) for one in by_interaction if named_in(one.data)}
    if not spoken:
        return []
    users = {one.pk: one for one in User.objects.filter(pk__in=set().union(*spoken.values()))}
    get_to_know(users.values())
    mains = {one: by_interaction[one][0] for one in spoken}
    members = own_members(mains.values())
    customers = Customer.objects.select_related("scope").in_bulk(set(mains.values()))
    told = [
        Told(pk, Kind.MENTION, one.at, member_id=members[mains[one]], interaction_id=one.pk, actor_id=one.author_id)
        for one, ids in spoken.items()
        for pk in sorted(ids & users.keys())
        if sees(users[pk], customers[mains[one]].scope) and hears(users[pk], one)
    ]
    begin_to_follow(told)
    return told


def begin_to_follow(told: Iterable[Told]) -> None:
    """Nobody who has muted it, and nobody twice."""
    Follow.objects.bulk_create(
        [
            Follow(user_id=one.user_id, member_id=one.member_id, reason=Follow.Reason.MENTIONED, since=one.at)
            for one in told
            if one.member_id and one.actor_id != one.user_id
        ],
        ignore_conflicts=True,
    )


def of_customers(event: Event, ids: list[int]) -> Iterator[Told]:
    if event.actor_id is None or len(event.subject_ids) > SEVERAL:
        return
    for one in followed(ids).values():
        if one.customer.merged_into_id is None:
            for user in one.users:
                yield Told(user.pk, Kind.CHANGED, event.at, member_id=one.member_id, actor_id=event.actor_id)


def of_tasks(event: Event, ids: list[int]) -> Iterator[Told]:
    """Given to somebody else just now, done by somebody else, or speaking to somebody."""
    rows = Task.objects.filter(pk__in=ids).select_related("member__customer__scope", "assignee", "created_by")
    found = list(rows)
    members = own_members(task.member.customer_id for task in found if task.member)
    users = {one.pk: one for one in User.objects.filter(pk__in={place[2] for task in found for place in task.mentions})}
    for task in found:
        new = task.created_at == event.at
        member = members.get(task.member.customer_id) if task.member else None
        if new:
            yield about_task(Kind.TASK, task, task.assignee, member, event)
            spoken = {place[2] for place in task.mentions} - {task.assignee_id}
            yield from (about_task(Kind.MENTION, task, users[pk], member, event) for pk in spoken & users.keys())
        elif task.done_at == event.at and task.created_by and task.done_by_id != task.created_by_id:
            yield about_task(Kind.FINISHED, task, task.created_by, member, event)


def about_task(kind: Kind, task: Task, user: User, member_id: int | None, event: Event) -> Told:
    """The customer stays unnamed to whoever may not see it."""
    seen = task.member is not None and sees(user, task.member.customer.scope)
    return Told(
        user.pk, kind, event.at, member_id=member_id if seen else None, task_id=task.pk, actor_id=event.actor_id
    )


def of_leads(event: Event, ids: list[int]) -> Iterator[Told]:
    """Given to somebody just now, by a route or by a colleague; or its day has come."""
    kinds = (LeadStep.Kind.ALLOTTED, LeadStep.Kind.GIVEN, LeadStep.Kind.WOKEN)
    steps = LeadStep.objects.filter(lead__in=ids, at=event.at, kind__in=kinds).exclude(to=None)
    for one in steps.select_related("lead__member__customer__scope", "to").order_by("pk"):
        member, user = one.lead.member, one.to
        if user and one.lead.owner_id == user.pk:
            seen = member is not None and sees(user, member.customer.scope)
            link = reverse("sales:lead", args=[one.lead_id])
            yield Told(
                user.pk,
                Kind.LEAD,
                event.at,
                member_id=member.pk if member and seen else None,
                actor_id=one.by_id,
                words=one.lead.wish,
                link=link,
            )


def of_reminders(event: Event, ids: list[int]) -> Iterator[Told]:
    for one in Reminder.objects.filter(pk__in=ids).rung().select_related("member"):
        yield Told(
            one.user_id,
            Kind.REMINDER,
            one.rung_at or event.at,
            member_id=one.member_id,
            reminder_id=one.pk,
            task_id=one.task_id,
            interaction_id=one.interaction_id,
        )


Reader = Callable[[Event, list[int]], Iterable[Told]]
READERS: Mapping[Fact, Reader] = {
    Fact.INTERACTIONS_RECEIVED: of_interactions,
    Fact.INTERACTIONS_ASSIGNED: of_interactions,
    Fact.CUSTOMERS_CHANGED: of_customers,
    Fact.CUSTOMERS_MERGED: of_customers,
    Fact.TASKS_CHANGED: of_tasks,
    Fact.LEADS_CHANGED: of_leads,
    Fact.REMINDERS_RUNG: of_reminders,
}
