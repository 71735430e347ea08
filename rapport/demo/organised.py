"""How the firm is made up: units, positions, governance posts and who has which part in its service."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.db import models

from rapport.demo import firm
from rapport.people.duty import Duty, ServiceDomain
from rapport.people.fill_post import fill_post
from rapport.people.models import Team, User
from rapport.people.post import Post
from rapport.people.territory import Territory, TerritoryMember
from rapport.people.unit import Position, Unit

SINCE = date(2024, 1, 1)
Parties = Mapping[str, Mapping[str, models.Model]]


def organise(teams: Mapping[str, Team], staff: Mapping[str, User]) -> Iterator[tuple[type[models.Model], int]]:
    """What was made; posts that are always there only get somebody who holds them."""
    units: dict[str, Unit] = {}
    for name, above in firm.UNITS:
        units[name] = Unit.objects.create(name=name, parent=units.get(above))
        yield Unit, units[name].pk
    for team, unit in firm.UNIT_OF.items():
        teams[team].unit = units[unit]
        teams[team].save(update_fields=["unit"])
    positions = {
        title: Position.objects.create(title=title, unit=units[unit], holder=staff.get(who), leads=leads)
        for title, unit, who, leads in firm.POSITIONS
    }
    for position in positions.values():
        yield Position, position.pk
    for kind, about, holder, deputy in firm.TERMS:
        post, made = Post.objects.get_or_create(kind=kind, about=about)
        if made:
            yield Post, post.pk
        if not post.terms.exists():
            fill_post(post, staff[holder], staff.get(deputy), since=SINCE)
    yield from share_out({"unit": units, "team": teams, "position": positions})


def map_out(staff: Mapping[str, User]) -> Iterator[tuple[type[models.Model], int]]:
    """Territories, before the first customer comes."""
    for place, (name, countries, postcodes, cities, members) in enumerate(firm.TERRITORIES, 1):
        lines = {"countries": list(countries), "postcodes": list(postcodes), "cities": list(cities)}
        territory = Territory.objects.create(name=name, place=place, **lines)
        for first in members:
            TerritoryMember.objects.create(territory=territory, user=staff[first])
        yield Territory, territory.pk


def share_out(parties: Parties) -> Iterator[tuple[type[models.Model], int]]:
    """Each domain with everybody's part; two of them with something wrong, to be found."""
    for name, duties in firm.DOMAINS:
        domain = ServiceDomain.objects.create(name=name)
        yield ServiceDomain, domain.pk
        for letter, party in duties:
            kind = next(kind for kind, named in parties.items() if party in named)
            Duty.objects.create(domain=domain, letter=letter, **{kind: parties[kind][party]})
