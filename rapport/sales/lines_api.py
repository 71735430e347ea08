"""What a deal is about, over the API: its lines read, and said anew."""

from decimal import Decimal
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.catalogue.product import Product
from rapport.people.endpoint import Given, Line, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.api import number
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine
from rapport.sales.deal_page import priced
from rapport.sales.set_lines import MOST, LineWish, Otherwise, comes_to, seen_as, set_lines
from rapport.timeline.payloads import Currency
from rapport.ui.problem import Fault, ProblemError

LARGEST = Decimal(10) ** 12


class DealLineIn(Given):
    """A product by its id, or free words. `months` is the term of what is billed again and again; null: a year."""

    product_id: int | None = None
    name: Annotated[Line, Field(max_length=300)] = ""
    quantity: Annotated[Decimal, Field(gt=0, lt=10**8, decimal_places=4)] = Decimal(1)
    unit_price: Annotated[Decimal, Field(ge=0, lt=10**10, decimal_places=4)]
    discount: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(0)
    months: Annotated[int, Field(ge=1, le=240)] | None = None


class DealLinesIn(Given):
    """All lines in their order. `seen` is what reading them answered: changed since, nothing is done (409)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lines": [{"name": "Cork floor", "quantity": "12.5", "unit_price": "48"}]}]}
    )

    lines: Annotated[list[DealLineIn], Field(max_length=MOST)]
    currency: Currency | None = None
    seen: Annotated[Line, Field(max_length=100)] | None = None


class DealLineOut(BaseModel):
    product_id: int | None
    name: str
    quantity: str
    unit_price: str
    discount: str
    billed_every_months: int | None
    months: int | None
    amount: str = Field(description="What one period comes to, or all of it where it is billed once.")
    whole: str = Field(description="What it brings over its term.")

    @classmethod
    def of(cls, one: DealLine) -> "DealLineOut":
        return cls(
            product_id=one.product_id,
            name=one.name,
            billed_every_months=one.every,
            months=one.months,
            **{name: number(getattr(one, name)) for name in ("quantity", "unit_price", "discount", "amount", "whole")},
        )


class DealLinesOut(BaseModel):
    lines: list[DealLineOut]
    currency: str
    amount: str | None
    seen: str

    @classmethod
    def of(cls, deal: Deal) -> "DealLinesOut":
        lines = priced(deal)
        return cls(
            lines=[DealLineOut.of(one) for one in lines],
            currency=deal.currency,
            amount=None if deal.amount is None else number(deal.amount),
            seen=seen_as(lines),
        )


@endpoint("GET", "/deals/{int:deal_id}/lines", needs="sales.view_deal", answers={200: DealLinesOut}, problems=(404,))
def read_deal_lines(request: ApiRequest, deal_id: int) -> DealLinesOut:
    """What a deal is about."""
    return DealLinesOut.of(the_deal(request, deal_id))


@endpoint(
    "PUT", "/deals/{int:deal_id}/lines", needs="sales.change_deal", answers={200: DealLinesOut}, problems=(404, 409)
)
def set_deal_lines(request: ApiRequest, deal_id: int, given: DealLinesIn) -> DealLinesOut:
    """Say what it is about, all of it; its amount follows."""
    deal = the_deal(request, deal_id)
    wishes, currency = (
        [wish(request, one, place) for place, one in enumerate(given.lines)],
        given.currency or deal.currency,
    )
    if wishes and not currency:
        raise refuse("currency", "A price stands in a currency.")
    if wishes and comes_to(wishes, currency) > LARGEST:
        raise refuse("lines", "Together these lines come to too much.")
    outcome = set_lines(deal_id, wishes, currency=currency, seen=given.seen, by=request.user, at=timezone.now())
    if isinstance(outcome, Otherwise):
        raise ProblemError(409, "The lines have been changed meanwhile.")
    return DealLinesOut.of(the_deal(request, deal_id))


def wish(request: ApiRequest, one: DealLineIn, place: int) -> LineWish:
    product = None
    if one.product_id is not None:
        product = Product.objects.visible_to(request.user).filter(pk=one.product_id).first()
        if product is None:
            raise refuse(f"lines/{place}/product_id", "There is no such product.")
    elif not one.name:
        raise refuse(f"lines/{place}/name", "A line names a product or has words of its own.")
    every = product.every if product else None
    if one.months is not None and (every is None or one.months % every):
        raise refuse(f"lines/{place}/months", "A term is a multiple of the months in which the product is billed.")
    return LineWish(product, one.quantity, one.unit_price, one.discount, one.name, one.months)


def refuse(field: str, reason: str) -> ProblemError:
    return ProblemError(422, f"{field.replace('/', '.')}: {reason}", [Fault(reason, f"#/{field}")])


def the_deal(request: ApiRequest, deal_id: int) -> Deal:
    found = Deal.objects.visible_to(request.user).whole().filter(pk=deal_id).first()
    if found is None:
        raise Http404
    return found
