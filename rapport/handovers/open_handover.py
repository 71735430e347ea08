"""Begin to hand a deal over: to the first station of its plan, or to the one after who has it now."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.handovers.handover import Answer, Handover, State, Step
from rapport.handovers.known import About, known_of
from rapport.handovers.plan import Plan, Station
from rapport.handovers.tell import HandoverError, keep_back, step
from rapport.journal.rows import added
from rapport.people.models import Team, User
from rapport.quotes.quote import Quote
from rapport.quotes.quote import State as QuoteState
from rapport.sales.deal import Deal
from rapport.sales.pipeline import End

# What was won earlier when the fact of it comes is history that somebody brings in.
FRESH = timedelta(days=3)


def next_station(deal: Deal) -> Station | None:
    """To whom it goes next; None where there is no plan, or all have it."""
    before = (
        Handover.objects.filter(deal=deal).exclude(state=State.DROPPED).select_related("station").order_by("pk").last()
    )
    plan = before.station.plan if before else Plan.objects.of(deal.pipeline_id)
    if plan is None:
        return None
    stations = list(plan.stations.filter(retired_at=None).order_by("place", "pk"))
    if before is None:
        return stations[0] if stations else None
    return next((one for one in stations if (one.place, one.pk) > (before.station.place, before.station.pk)), None)


def why_not(deal: Deal) -> str:
    """Why it can't be handed over now, in the reader's language; empty where it can."""
    if not is_sold(deal):
        return _("It is not won yet, and no quote of it is accepted.")
    if Handover.objects.filter(deal=deal).exclude(state__in=[State.ACCEPTED, State.DROPPED]).exists():
        return _("It is being handed over already.")
    if next_station(deal) is None:
        if Handover.objects.filter(deal=deal, state=State.ACCEPTED).exists():
            return _("Whoever is to have it has it.")
        return _("No plan says to whom deals of this pipeline are handed over.")
    return ""


def is_sold(deal: Deal) -> bool:
    return deal.stage.end == End.WON or Quote.objects.filter(deal=deal, state=QuoteState.ACCEPTED).exists()


@transaction.atomic
def open_handover(deal_id: int, *, by: User | None, at: datetime) -> Handover:
    """A draft to the next station, each point begun with what is known. Without ``by`` it is the owner's to write.

    Raises HandoverError where there is nobody to hand it to, or it is on its way already.
    """
    Deal.objects.select_for_update().get(pk=deal_id)
    deal = Deal.objects.whole().select_related("member__customer__scope__team").get(pk=deal_id)
    reason, station = why_not(deal), next_station(deal)
    if reason or station is None:
        raise HandoverError(reason)
    sender = by or deal.owner
    made = Handover.objects.create(
        deal=deal, station=station, team=receiver_of(station, deal), sender=sender, opened_at=at
    )
    # What begins by itself speaks the language of whoever is to complete it.
    with translation.override(translation.get_language() if by else sender.language or None):
        answers = begun(made, About(deal, sender, at))
    Answer.objects.bulk_create(answers)
    first = step(made, Step.Kind.OPENED, by=by, at=at)
    # Taken back in this order: both are of the hand-over.
    keep_back(made, [*(added(one) for one in answers), added(first), added(made)], "opened", by=by, at=at)
    return made


def receiver_of(station: Station, deal: Deal) -> Team | None:
    if station.team or deal.member is None:
        return station.team
    return deal.member.customer.scope.team


def begun(handover: Handover, about: About) -> list[Answer]:
    """Its points, with what is known of each."""
    return [
        Answer(
            handover=handover,
            point=point,
            place=place,
            name=point.name,
            required=point.required,
            text=text,
            begun_with=point.known if text else "",
        )
        for place, point in enumerate(handover.station.points.current())
        for text in [known_of(point.known, about)]
    ]


def open_won(deal_ids: list[int], *, at: datetime) -> list[Handover]:
    """Begin to hand over what was just won, where its plan says that it begins by itself; asked twice it is begun once."""
    won = Deal.objects.filter(pk__in=deal_ids, stage__end=End.WON, closed_at__gte=at - FRESH, handovers=None)
    plans = [one for one in Plan.objects.current() if one.by_itself]
    made = []
    for deal in won.select_related("stage", "owner").order_by("pk") if plans else ():
        plan = Plan.objects.of(deal.pipeline_id)
        if plan and plan.by_itself and not why_not(deal):
            made.append(open_handover(deal.pk, by=None, at=at))
    return made
