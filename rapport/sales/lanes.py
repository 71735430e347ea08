"""What a board can be parted by into lanes: a value of each deal, how a lane is called, and the condition that finds it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.db.models import F
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.people.models import User
from rapport.sales.forecast_by import names_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class LaneBy:
    """``of``: an expression over deals; ``words``: its values to names; ``query``: the condition of the list of deals."""

    name: str
    label: "StrOrPromise"
    of: Any
    words: Callable[[Sequence[Any]], Mapping[Any, str]]
    query: Callable[[Any], str]


def months(values: Sequence[Any]) -> dict[Any, str]:
    return {one: date_format(one, "YEAR_MONTH_FORMAT") if one else _("No day said") for one in values}


def in_month(first: date | None) -> str:
    if first is None:
        return urlencode({"closes.empty": "yes"})
    last = first + relativedelta(months=1) - timedelta(days=1)
    return urlencode({"closes.between": f"{first}/{last}"})


LANES = (
    LaneBy("owner", gettext_lazy("Owner"), F("owner"), names_of(User), lambda pk: urlencode({"owner": pk})),
    LaneBy("month", gettext_lazy("Month of closing"), TruncMonth("closes_on"), months, in_month),
)
