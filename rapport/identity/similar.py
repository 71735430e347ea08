"""While somebody types a new customer: whom we know that is called like it, or that has this address or number."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapport.customers.models import Customer
from rapport.customers.veil import thinned
from rapport.identity.blocks import Fresh, named
from rapport.identity.lexicon import look_up
from rapport.identity.resolve import lookup
from rapport.lib.identifiers import Identity
from rapport.lib.names import fold_key, words
from rapport.people.models import User

FEW = 5


@dataclass(frozen=True)
class Similar:
    """As far as the reader may see them. `proven` have exactly this address; `alike` share a name or a line."""

    proven: tuple[Customer, ...] = ()
    alike: tuple[Customer, ...] = ()


def similar_names(name: str, kind: str, *, reader: User) -> Similar:
    """Customers of this kind whose name is the same, in whatever order or a letter off."""
    asked = Fresh(0, kind, fold_key(name), "")
    spellings = asked.spellings(look_up(words(asked.fold_key)))
    found = named((kind, spelling) for spelling in spellings)
    return Similar(alike=seen((pk for ids in found.values() for pk in ids), reader))


def holders_of(identities: Iterable[Identity], *, reader: User) -> Similar:
    """Whose they are. A phone may be shared by those who live or work together."""
    given = list(identities)
    known = lookup(given)
    held = [(one.kind, known.holders[one.proof].customer_id) for one in given if one.proof in known.holders]
    return Similar(
        proven=seen((pk for kind, pk in held if kind != "phone"), reader),
        alike=seen((pk for kind, pk in held if kind == "phone"), reader),
    )


def seen(customer_ids: Iterable[int], reader: User) -> tuple[Customer, ...]:
    rows = Customer.objects.visible_to(reader).living().filter(pk__in=set(customer_ids))
    return tuple(thinned(rows.order_by("sort_key", "pk")[:FEW], reader=reader))
