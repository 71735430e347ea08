"""Roll a forecast up by product: each deal's amount goes to its products as its lines stand to each other."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf, TruncDate

from rapport.sales.convert import Rates
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine
from rapport.sales.forecast import WON, Sums, enter, in_period, rolled_up, together
from rapport.sales.forecast_by import NO_PRODUCT
from rapport.sales.outlook import Category, category
from rapport.sales.period import Period

EXACT: Any = DecimalField(max_digits=40, decimal_places=12)


def by_product(deals: QuerySet[Deal], period: Period, *, rates: Rates, today: date) -> dict[int | None, Sums]:
    """None is what has no lines that say what it is worth. A deal of several products counts in each of them, its amount once."""
    theirs = deals.filter(in_period(period))
    lined = DealLine.objects.filter(deal=OuterRef("pk"), unit_price__gt=0, discount__lt=100)
    groups: defaultdict[int | None, Sums] = defaultdict(Sums)
    bare = rolled_up(theirs.filter(~Exists(lined)), period, NO_PRODUCT, rates=rates, today=today)
    groups[None].take(together(bare.values()))
    whole = DealLine.objects.filter(deal=OuterRef("deal")).order_by().values("deal").annotate(all=Sum(of_line()))
    share = F("deal__amount") * of_line() / NullIf(Subquery(whole.values("all")), Value(Decimal(0), EXACT))
    chance = Coalesce("deal__probability", "deal__stage__probability", output_field=IntegerField())
    rows = (
        DealLine.objects.filter(deal__in=theirs.filter(Exists(lined)).values("pk"))
        .order_by()
        .annotate(
            outlook_is=category("deal__"),
            code=F("deal__currency"),
            day=TruncDate("deal__closed_at"),
            part=Coalesce(share, Value(Decimal(0), EXACT), output_field=EXACT),
        )
        .values("product", "outlook_is", "code", "day")
        .annotate(
            number=Count("deal", distinct=True),
            valued=Count("deal__amount", distinct=False),
            lines=Count("pk"),
            total=Sum("part"),
            weighted=Sum(F("part") * chance, output_field=EXACT),
        )
    )
    for row in rows:
        won = row["day"] is not None
        if not won and row["outlook_is"] == Category.OMITTED:
            continue
        # Lines stand for deals here: what has an amount has it on each of its lines.
        told = {**row, "valued": row["number"] if row["valued"] == row["lines"] else 0}
        if won:
            told["weighted"] = None
        enter(groups[row["product"]], WON if won else row["outlook_is"], told, rates, row["day"] or today)
    return {key: sums for key, sums in groups.items() if sums.number}


def of_line() -> Any:
    """What a line brings over its term."""
    times = Case(
        When(every__isnull=False, months__isnull=False, then=F("months") / F("every")),
        default=Value(1),
        output_field=IntegerField(),
    )
    return Coalesce(
        F("quantity") * F("unit_price") * (Value(Decimal(100)) - F("discount")) / Value(Decimal(100)) * times,
        Value(Decimal(0)),
        output_field=EXACT,
    )
