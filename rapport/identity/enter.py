"""Write a new customer down by hand, unless what was typed says that we know them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from rapport.customers.create import Newborn, create
from rapport.customers.models import Customer, Identifier, Strength
from rapport.customers.records import RecordIn
from rapport.identity.register import FOUNDING
from rapport.identity.resolve import Known, lookup
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.identifiers import Identity
from rapport.lib.names import fold_key
from rapport.people.models import User

FEW = 5


@dataclass(frozen=True)
class Entered:
    """What became of it: a new customer, or those that it may be.

    `proven` hold an e-mail or number of it that is theirs alone; `alike` share a phone line or the name.
    """

    customer_id: int | None
    proven: tuple[int, ...] = ()
    alike: tuple[int, ...] = ()


@transaction.atomic
def enter(new: RecordIn, *, sure: bool, by: User | None, at: datetime) -> Entered:
    """Create ``new``. Who is ``sure`` gets it although somebody has its name or phone, which is then a shared line."""
    with connection.cursor() as cursor:
        # Founders queue here, so that nobody founds the same customer meanwhile.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])
    known = lookup(new.identities)
    held = [known.as_held(identity) for identity in new.identities]
    proven, lines = holders(held, known)
    alike = [pk for pk in [*lines, *namesakes(new)] if pk not in proven]
    if proven or (alike and not sure):
        return Entered(None, tuple(proven), tuple(dict.fromkeys(alike))[:FEW])
    own = [one._replace(strength="weak") if one.proof in known.holders else one for one in held]
    free_lines(one for one in own if one.proof in known.holders)
    born = create([Newborn(new, own)], at=at)[0]
    record(Fact.CUSTOMERS_CREATED, [born.customer_id], by=by, at=at)
    return Entered(born.customer_id)


def holders(identities: Sequence[Identity], known: Known) -> tuple[list[int], list[int]]:
    """The customers that the identifiers belong to: by a proof, and by a phone, which a household may share."""
    found: dict[bool, dict[int, None]] = {True: {}, False: {}}
    for one in identities:
        holder = known.holders.get(one.proof)
        if holder and one.strength != "weak":
            found[one.kind == "phone"].setdefault(holder.customer_id)
    return list(found[False]), list(found[True])


def namesakes(new: RecordIn) -> list[int]:
    same = Customer.objects.living().filter(fold_key=fold_key(new.name), kind=new.kind)
    return list(same.order_by("pk").values_list("pk", flat=True)[:FEW])


def free_lines(lines: Iterable[Identity]) -> None:
    """A line that two customers have proves neither."""
    for one in lines:
        Identifier.objects.filter(kind=one.kind, namespace=one.namespace, key=one.key).update(strength=Strength.WEAK)
