"""Quotes over the API: read, and written from a deal."""

from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.reach import survivor
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.quotes.quote import Quote, State
from rapport.quotes.sums import Group, Offer, offer_of
from rapport.quotes.write_quote import QuoteError, write_quote
from rapport.sales.deal import Deal
from rapport.ui.problem import Fault, ProblemError


class QuoteIn(Given):
    """From which deal: its products become the lines of a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deal_id": 12}]})

    deal_id: int


class QuoteLineOut(BaseModel):
    product_id: int | None
    name: str
    quantity: str
    unit: str
    unit_price: str
    discount: str
    tax: str = Field(description="In percent, as on the day of the quote.")
    billed_every_months: int | None
    months: int | None
    net: str = Field(description="What one period comes to without tax, or all of it where it is billed once.")
    gross: str


class QuoteSumOut(BaseModel):
    """What is billed in the same steps."""

    billed_every_months: int | None
    net: str
    tax: str
    gross: str

    @classmethod
    def of(cls, one: Group) -> "QuoteSumOut":
        return cls(billed_every_months=one.every, net=str(one.sum.net), tax=str(one.sum.tax), gross=str(one.sum.gross))


class QuoteOut(BaseModel):
    id: int
    number: str
    version: int
    state: State
    deal_id: int
    owner_id: int
    order_id: int | None
    currency: str
    inclusive: bool
    discount: str
    total: str = Field(description="Over all terms, without tax.")
    day: date
    valid_until: date
    sent_at: datetime | None
    seen_at: datetime | None
    answered_at: datetime | None
    sha256: str = Field(description="Of the document that was sent.")

    @classmethod
    def of(cls, one: Quote) -> "QuoteOut":
        return cls(**facts(one))


def facts(one: Quote) -> dict[str, Any]:
    same = ("number", "version", "state", "deal_id", "owner_id", "order_id", "currency", "inclusive", "day")
    more = ("valid_until", "sent_at", "seen_at", "answered_at")
    return {
        "id": one.pk,
        "sha256": one.document.sha256 if one.document else "",
        **{name: f"{getattr(one, name).normalize():f}" for name in ("discount", "total")},
        **{name: getattr(one, name) for name in (*same, *more)},
    }


class WholeQuoteOut(QuoteOut):
    note: str
    terms: str
    lines: list[QuoteLineOut]
    sums: list[QuoteSumOut]

    @classmethod
    def of(cls, one: Quote) -> "WholeQuoteOut":
        offer = offer_of(one)
        sums = [QuoteSumOut.of(group) for group in offer.groups]
        return cls(**facts(one), note=one.note, terms=one.terms, lines=lines_of(offer), sums=sums)


def lines_of(offer: Offer) -> list[QuoteLineOut]:
    return [
        QuoteLineOut(
            product_id=line.product_id,
            name=line.name,
            unit=line.unit,
            billed_every_months=line.every,
            months=line.months,
            net=str(amounts.net),
            gross=str(amounts.gross),
            **{name: f"{getattr(line, name).normalize():f}" for name in ("quantity", "unit_price", "discount", "tax")},
        )
        for line, amounts in offer.lines
    ]


class QuotePage(BaseModel):
    items: list[QuoteOut]
    next: str | None


class QuoteChoice(BaseModel):
    customer_id: int | None = None
    deal_id: int | None = None
    state: State | None = None
    number: Word = ""
    after: After = ""
    limit: Limit = 50


@endpoint("GET", "/quotes", needs="quotes.view_quote", answers={200: QuotePage})
def list_quotes(request: ApiRequest, choice: Query[QuoteChoice]) -> QuotePage:
    """Quotes, the last written first; each version is one."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    wanted = {
        "pk__lt": place[0] or None,
        "deal": choice.deal_id,
        "state": choice.state,
        "number__iexact": choice.number or None,
    }
    found = Quote.objects.visible_to(request.user).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if choice.customer_id is not None:
        customer = survivor(choice.customer_id, reader=request.user)
        found = found.filter(deal__member__customer=customer) if customer else found.none()
    rows = list(found.select_related("document").order_by("-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return QuotePage(items=[QuoteOut.of(one) for one in page], next=following)


@endpoint("POST", "/quotes", needs="quotes.change_quote", answers={201: WholeQuoteOut})
def add_quote(request: ApiRequest, quote: QuoteIn) -> Answer:
    """Write a draft from what a deal is about; it is changed, approved and sent in the browser."""
    deal = Deal.objects.visible_to(request.user).whole().filter(pk=quote.deal_id).first()
    if deal is None:
        raise refuse("There is no such deal.")
    try:
        made = write_quote(deal, by=request.user, at=timezone.now(), today=timezone.localdate())
    except QuoteError as problem:
        raise refuse(str(problem)) from problem
    return Answer(WholeQuoteOut.of(made), 201)


@endpoint("GET", "/quotes/{int:quote_id}", needs="quotes.view_quote", answers={200: WholeQuoteOut}, problems=(404,))
def read_quote(request: ApiRequest, quote_id: int) -> WholeQuoteOut:
    """One quote with its lines and what they come to."""
    found = Quote.objects.visible_to(request.user).whole().filter(pk=quote_id).first()
    if found is None:
        raise Http404
    return WholeQuoteOut.of(found)


def refuse(reason: str) -> ProblemError:
    return ProblemError(422, f"deal_id: {reason}", [Fault(reason, "#/deal_id")])
