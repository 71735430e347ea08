"""What a forecast can be rolled up by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Value
from django.utils.translation import gettext_lazy

from rapport.catalogue.product import Product
from rapport.people.models import Team, User
from rapport.people.territory import Territory
from rapport.people.unit import Unit
from rapport.sales.pipeline import Pipeline

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class By:
    """What a forecast is rolled up by: an expression over deals, and what its values are called."""

    name: str
    label: "StrOrPromise"
    of: Any
    words: Callable[[Sequence[Any]], Mapping[Any, str]]


def names_of(model: Any) -> Callable[[Sequence[Any]], Mapping[Any, str]]:
    return lambda values: {one.pk: str(one) for one in model.objects.filter(pk__in=values)}


BYS = (
    By("owner", gettext_lazy("Owner"), F("owner"), names_of(User)),
    By("team", gettext_lazy("Team"), F("owner__team"), names_of(Team)),
    By("unit", gettext_lazy("Unit"), F("owner__team__unit"), names_of(Unit)),
    By("product", gettext_lazy("Product"), None, names_of(Product)),
    By("pipeline", gettext_lazy("Pipeline"), F("pipeline"), names_of(Pipeline)),
    By("territory", gettext_lazy("Territory"), F("member__customer__scope__territory"), names_of(Territory)),
    By("currency", gettext_lazy("Currency"), F("currency"), lambda values: {one: one for one in values}),
)
# All in one group.
NO_PRODUCT = By("", "", Value(0), lambda _values: {})
