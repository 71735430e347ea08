"""Hear in what arrives who asks for something, who asks again, and that somebody answered."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from rapport.consent.models import Message
from rapport.journal.rows import image
from rapport.sales.about_lead import step, tell_step
from rapport.sales.allot import allot
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import OPEN, Lead, LeadState, LeadStep
from rapport.sales.open_lead import NewLead, open_lead
from rapport.sales.settle_lead import back
from rapport.timeline.models import Interaction, Participation

# What was older when it arrived is history that somebody brings in, and no enquiry of today.
FRESH = timedelta(days=3)
# Forms know moments by the minute: a call within the first one came after all.
MINUTE = timedelta(minutes=1)
# What passes between people, as a machine's word or a note among us does not.
SPOKEN = ("email", "phone", "chat", "sms", "post", "visit", "social", "portal", "store")


def hear_enquiries(ids: Sequence[int], *, at: datetime) -> int:
    """New leads from interactions that just arrived; how many. Whoever has an open one asks again."""
    sources = list(LeadSource.objects.current().exclude(channel=""))
    if not sources:
        return 0
    arrived = (
        Interaction.objects.filter(
            pk__in=ids,
            direction="inbound",
            at__gte=at - FRESH,
            circles=[],
            lead=None,
            channel__in={one.channel for one in sources},
        )
        .exclude(kind="missed call")
        .order_by("at", "pk")
    )
    heard = 0
    for one in arrived:
        seats = list(one.participations.select_related("member__customer").order_by("-main", "pk"))
        source = next((known for known in sources if fits(known, one, seats)), None)
        if source:
            heard += take_in(one, source, seats, at=at)
    return heard


def fits(source: LeadSource, one: Interaction, seats: Iterable[Participation]) -> bool:
    if source.channel != one.channel or (one.channel == "web" and one.kind != "form"):
        return False
    places = [one.subject, one.text, one.touchpoint, *(seat.clue_value for seat in seats)]
    said = "\n".join(places).casefold()
    return not source.lines or any(line in said for line in source.lines)


@transaction.atomic
def take_in(one: Interaction, source: LeadSource, seats: Sequence[Participation], *, at: datetime) -> int:
    main = next((seat.member for seat in seats if seat.main and seat.member), None)
    customer = main.customer if main else None
    if customer and customer.trashed_at:
        return 0
    open_one = customer and Lead.objects.filter(state__in=OPEN, member__customer=customer).order_by("-came_at").first()
    if open_one:
        return asks_again(open_one.pk, one, at=at)
    called = "" if customer else next((seat.clue_value for seat in seats if seat.clue_value), "")
    wish = one.subject or " ".join(one.text.split())[:200] or str(source)
    open_lead(NewLead(wish, source, main, called, one), by=None, at=at, came_at=one.at)
    return 1


def asks_again(lead_id: int, one: Interaction, *, at: datetime) -> int:
    """It stands on the lead, once; what was kept warm is due now."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    if lead.interaction_id == one.pk or lead.steps.filter(kind=LeadStep.Kind.AGAIN, at=one.at).exists():
        return 0
    before = image(lead)
    if lead.state == LeadState.NURTURE:
        back(lead)
    made = step(lead, LeadStep.Kind.AGAIN, by=None, at=one.at, words=one.subject)
    tell_step(lead, before, made, by=None, at=at)
    return 0


def hear_answers(ids: Sequence[int], *, at: datetime) -> int:
    """Stop the clocks of those whom somebody of ours answered; how many."""
    stopped = 0
    waits = Lead.objects.unanswered().exclude(member=None).values("member__customer")
    theirs = Participation.objects.filter(interaction=OuterRef("pk"), member__customer__in=waits)
    for one in answers(ids).filter(Exists(theirs)).select_related("author").order_by("at", "pk"):
        among = Participation.objects.filter(interaction=one).exclude(member=None).values("member__customer")
        waiting = Lead.objects.unanswered().filter(came_at__lte=one.at + MINUTE, member__customer__in=among)
        for pk in waiting.exclude(interaction=one).order_by("pk").values_list("pk", flat=True):
            stopped += answered(pk, one, at=at)
    return stopped


def answers(ids: Sequence[int]) -> QuerySet[Interaction]:
    """Words of ours to a customer, and calls in which we spoke; none that Rapport sent by itself."""
    machine = Message.objects.filter(interaction=OuterRef("pk"), by=None)
    spoke = Q(direction="outbound") | Q(channel="phone", kind="call")
    return Interaction.objects.filter(spoke, ~Exists(machine), pk__in=ids, channel__in=SPOKEN)


@transaction.atomic
def answered(lead_id: int, one: Interaction, *, at: datetime) -> int:
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    if not lead.is_active or lead.answered_at:
        return 0
    before = image(lead)
    lead.answered_at, lead.answered_by = max(one.at, lead.came_at), one.author
    if lead.state == LeadState.NEW and lead.owner_id:
        lead.state = LeadState.WORKING
    made = step(lead, LeadStep.Kind.ANSWERED, by=one.author, at=one.at, words=one.get_channel_display())
    tell_step(lead, before, made, by=None, at=at)
    return 1


@transaction.atomic
def hear_whose(ids: Sequence[int], *, at: datetime) -> int:
    """Enquiries of nobody known become somebody's when what they came by does; how many."""
    found = 0
    nameless = Lead.objects.filter(interaction__in=ids, member=None).order_by("pk")
    for lead in nameless.select_for_update(of=("self",)):
        seat = Participation.objects.filter(interaction=lead.interaction_id, main=True).exclude(member=None).first()
        if seat is None:
            continue
        before = image(lead)
        lead.member = seat.member
        if lead.owner is None and lead.is_open and (got := allot(lead, at=at)):
            lead.owner, lead.route, lead.allotted_at, lead.why = got.user, got.route, at, got.why
        tell_step(lead, before, step(lead, LeadStep.Kind.KNOWN, by=None, at=at, to=lead.owner), by=None, at=at)
        found += 1
    return found
