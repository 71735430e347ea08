"""Say that an identifier is shared by many and proves nothing alone, or that it is one customer's own after all."""

from datetime import datetime

from django.db import IntegrityError, transaction

from rapport.customers.models import Identifier, Strength
from rapport.journal.change import Deed
from rapport.journal.keep import keep_row
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import changed, image
from rapport.people.models import User


@transaction.atomic
def share(identifier: Identifier, *, shared: bool, by: User | None, at: datetime) -> bool:
    """Whether it is so now; an identifier that proves somebody else can't become this customer's own."""
    strength = Strength.WEAK if shared else own_strength(identifier)
    if strength == identifier.strength:
        return True
    same = Identifier.objects.filter(kind=identifier.kind, namespace=identifier.namespace, key=identifier.key)
    if not shared and same.exclude(pk=identifier.pk).exists():
        return False
    before = image(identifier)
    identifier.strength = strength
    try:
        with transaction.atomic():
            identifier.save(update_fields=["strength"])
    except IntegrityError:
        # Somebody else has come to hold it at this very moment.
        return False
    customers, value = [identifier.member.customer_id], identifier.value
    keep_row(Deed.IDENTIFIED, customers, changed(identifier, before), by=by, at=at, what="changed", value=value)
    record(Fact.CUSTOMERS_CHANGED, [identifier.member.customer_id], by=by, at=at)
    return True


def own_strength(identifier: Identifier) -> Strength:
    return Strength.LINKING if identifier.kind == Identifier.Kind.COOKIE else Strength.STRONG
