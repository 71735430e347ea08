"""Read who is concerned when something goes to some addresses: whoever has them, and whoever it is for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Value

from rapport.customers.models import Identifier, Member


@dataclass(frozen=True)
class Circle:
    """The records of whoever is concerned. All ids are those of now: a merge may have moved a member since."""

    # Of each member the customer it belongs to, and the one it was born as.
    customers: Mapping[int, int] = field(default_factory=dict)
    homes: Mapping[int, int] = field(default_factory=dict)
    # Of each customer the time zone and the country.
    places: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    # The customers who have an address, by its kind and its normal form.
    holders: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=dict)


def circle_of(proofs: Collection[tuple[str, str]], member_ids: Collection[int] = ()) -> Circle:
    """Two queries, however many are asked about: plain ones, since planning a wide join costs more than both."""
    held = Identifier.objects.filter(key__in={key for _way, key in proofs}).values_list(
        "kind", "key", "member__customer"
    )
    asked = Member.objects.filter(pk__in=set(member_ids)).values_list(Value(""), Value(""), "customer")
    holders: dict[tuple[str, str], set[int]] = {}
    for kind, key, customer in held.union(asked, all=True):
        holders.setdefault((kind, key), set()).add(customer)
    everybody = set().union(*holders.values())
    fields = ("pk", "customer", "home", "customer__time_zone", "customer__country")
    rows = list(Member.objects.filter(customer__in=everybody).values_list(*fields))
    return Circle(
        customers={pk: customer for pk, customer, *_ in rows},
        homes={pk: home for pk, _customer, home, *_ in rows},
        places={customer: (zone, country) for _pk, customer, _home, zone, country in rows},
        holders={proof: frozenset(theirs) for proof, theirs in holders.items() if proof[0]},
    )
