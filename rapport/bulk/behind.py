"""Do to the customers behind records what can be done to customers themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.bulk.action import Action, Batch, Outcome
from rapport.bulk.customers import CUSTOMERS
from rapport.bulk.start import PIECE
from rapport.customers.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Whose each of these records is; what is nobody's is left out.
Owners = Callable[[Sequence[int]], Mapping[int, int]]


def behind(name: str, label: "StrOrPromise", owners: Owners) -> Action:
    """The action ``name`` of customers, done once to each whose one of the chosen records is.

    One piece at most: in several, somebody might get the same twice.
    """
    action = CUSTOMERS.named(name)

    def do(batch: Batch) -> Outcome:
        whose = owners(batch.ids)
        living = Customer.objects.visible_to(batch.by).living().filter(pk__in=set(whose.values()))
        seen = list(living.order_by("pk").values_list("pk", flat=True))
        outcome = action.do(replace(batch, ids=seen)) if seen and action.do else Outcome()
        nobody = _("It is of nobody, or of somebody whom you don't see.")
        outcome.refused.update((pk, nobody) for pk in batch.ids if whose.get(pk) not in seen)
        return outcome

    return replace(action, label=label, do=do, same=lambda _said: None, most=PIECE)
