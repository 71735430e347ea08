"""What hangs on customers, read for many at once in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapport.customers.models import Customer, Identifier, SourceRecord
from rapport.people.models import Team, User


@dataclass(frozen=True)
class Gathered:
    """By customer its identifiers, by id the owners' addresses and the teams' names."""

    identifiers: Mapping[int, Sequence[Identifier]]
    owners: Mapping[int, str]
    teams: Mapping[int, str]


def gather(customers: Sequence[Customer]) -> Gathered:
    """All that is shown beside the golden fields of ``customers``, which the caller may see."""
    identifiers: dict[int, list[Identifier]] = defaultdict(list)
    held = Identifier.objects.filter(member__customer__in=customers).select_related("member").order_by("pk")
    for one in held:
        identifiers[one.member.customer_id].append(one)
    owners = User.objects.filter(pk__in={one.owner_id for one in customers if one.owner_id})
    teams = Team.objects.filter(pk__in={one.team_id for one in customers if one.team_id})
    return Gathered(identifiers, dict(owners.values_list("pk", "email")), dict(teams.values_list("pk", "name")))


def records_of(customer: Customer) -> list[SourceRecord]:
    """What the sources say of this customer, in the order in which they began to."""
    return list(SourceRecord.objects.filter(member__customer=customer).order_by("pk"))
