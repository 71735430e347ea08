"""The matrix of service domains and parties, and the gaps and overlaps in it."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model, Prefetch

from rapport.people.duty import Duty, ServiceDomain
from rapport.people.models import Team, User
from rapport.people.unit import Position, Unit

Party = Model


class Gap(StrEnum):
    NOBODY_ACCOUNTABLE = "nobody accountable"
    SEVERAL_ACCOUNTABLE = "several accountable"
    NOBODY_RESPONSIBLE = "nobody responsible"
    VACANT = "vacant"


@dataclass(frozen=True)
class Row:
    """One domain: the letters of each party in the order of the matrix's columns, and what is missing."""

    domain: ServiceDomain
    cells: list[str]
    gaps: list[Gap]


@dataclass(frozen=True)
class Matrix:
    """Domains against those who have a part in any; ``idle`` are units without a part in any."""

    parties: list[Party]
    rows: list[Row]
    idle: list[Unit]


def matrix(*, reader: User) -> Matrix:
    """In five queries, however many domains there are."""
    duties = Duty.objects.select_related("unit", "team", "position__unit", "position__holder")
    domains = list(
        ServiceDomain.objects.visible_to(reader).order_by("name").prefetch_related(Prefetch("duties", duties))
    )
    parties = sorted({duty.party for domain in domains for duty in domain.duties.all()}, key=place)
    rows = [Row(domain, cells_of(domain, parties), gaps_of(list(domain.duties.all()))) for domain in domains]
    return Matrix(parties, rows, idle_units(reader, parties) if domains else [])


def place(party: Party) -> tuple[int, str]:
    return (Unit, Team, Position).index(type(party)), str(party)


def cells_of(domain: ServiceDomain, parties: list[Party]) -> list[str]:
    letters = defaultdict[Party, list[str]](list)
    for duty in domain.duties.all():
        letters[duty.party].append(duty.letter)
    return [" ".join(one for one in Duty.Letter.values if one in letters[party]) for party in parties]


def gaps_of(duties: list[Duty]) -> list[Gap]:
    """What is wrong with the duties of one domain."""
    accountable = [duty for duty in duties if duty.letter == Duty.Letter.ACCOUNTABLE]
    found = []
    if not accountable:
        found.append(Gap.NOBODY_ACCOUNTABLE)
    if len(accountable) > 1:
        found.append(Gap.SEVERAL_ACCOUNTABLE)
    if not any(duty.letter == Duty.Letter.RESPONSIBLE for duty in duties):
        found.append(Gap.NOBODY_RESPONSIBLE)
    if any(duty.position and duty.position.is_vacant for duty in duties):
        found.append(Gap.VACANT)
    return found


def idle_units(reader: User, parties: list[Party]) -> list[Unit]:
    """Units that neither themselves nor through a team, a position or a unit below have a part in any domain."""
    units = {unit.pk: unit for unit in Unit.objects.visible_to(reader).order_by("name")}
    busy = {party.unit_id for party in parties if isinstance(party, Team | Position)}
    busy |= {party.pk for party in parties if isinstance(party, Unit)}
    for pk in list(busy):
        above = units[pk].parent_id if pk else None
        while above and above not in busy:
            busy.add(above)
            above = units[above].parent_id
    return [unit for pk, unit in units.items() if pk not in busy]
