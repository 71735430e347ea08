"""Price lists over the API: read, added, prices set."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.catalogue.api import refuse
from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product
from rapport.catalogue.shape_prices import keep_price_list, set_price
from rapport.lib import cursor
from rapport.lib.numbers import read_currency
from rapport.people.endpoint import After, Answer, Given, Limit, Line, endpoint
from rapport.people.models import Brand
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

FIRST_YEAR, LAST_YEAR = 1900, 2200
Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]
Quantity = Annotated[Decimal, Field(ge=0, lt=10**8, decimal_places=4)]


class PriceListIn(Given):
    """A new list."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Retail", "currency": "EUR"}]})

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    currency: Annotated[Line, Field(min_length=3, max_length=3)]
    inclusive: bool = Field(default=False, description="Prices hold the tax.")
    since: Day | None = None
    until: Day | None = None
    brand: Annotated[Line, Field(max_length=200)] = ""
    tag: Annotated[Line, Field(max_length=60)] = Field(default="", description="Only for customers with this tag.")


class PriceIn(Given):
    """What one of a product costs from a quantity on; null: nothing is said of it any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"product_id": 12, "amount": "19.90"}]})

    product_id: int
    from_quantity: Quantity = Decimal(0)
    amount: Annotated[Decimal, Field(ge=0, lt=10**10, decimal_places=4)] | None


class PriceListOut(BaseModel):
    id: int
    name: str
    currency: str
    inclusive: bool
    since: date | None
    until: date | None
    brand: str
    tag: str

    @classmethod
    def of(cls, one: PriceList) -> "PriceListOut":
        same = ("name", "currency", "inclusive", "since", "until", "tag")
        return cls(id=one.pk, brand=str(one.brand or ""), **{name: getattr(one, name) for name in same})


class PriceListsOut(BaseModel):
    items: list[PriceListOut]


class PriceOut(BaseModel):
    id: int
    product_id: int
    from_quantity: str
    amount: str

    @classmethod
    def of(cls, one: Price) -> "PriceOut":
        numbers = {name: f"{getattr(one, name).normalize():f}" for name in ("from_quantity", "amount")}
        return cls(id=one.pk, product_id=one.product_id, **numbers)


class PricePage(BaseModel):
    items: list[PriceOut]
    next: str | None


class PriceChoice(BaseModel):
    product_id: int | None = None
    after: After = ""
    limit: Limit = 50


@endpoint("GET", "/price-lists", needs="catalogue.view_product", answers={200: PriceListsOut})
def list_price_lists(request: ApiRequest) -> PriceListsOut:
    """Price lists in use."""
    found = PriceList.objects.visible_to(request.user).current().select_related("brand").order_by("pk")
    return PriceListsOut(items=[PriceListOut.of(one) for one in found])


@endpoint("POST", "/price-lists", needs="catalogue.change_price", answers={201: PriceListOut})
def add_price_list(request: ApiRequest, given: PriceListIn) -> Answer:
    """Begin a list."""
    code = read_currency(given.currency)
    if not code:
        raise refuse("currency", "This is no currency of ISO 4217, like EUR.")
    if PriceList.objects.visible_to(request.user).current().filter(name__iexact=given.name).exists():
        raise refuse("name", "There is one of this name already.")
    if given.since and given.until and given.until < given.since:
        raise refuse("until", "It ends before it begins.")
    brand = Brand.objects.visible_to(request.user).filter(name=given.brand).first() if given.brand else None
    if given.brand and brand is None:
        raise refuse("brand", "There is no such brand.")
    same = {name: getattr(given, name) for name in ("name", "inclusive", "since", "until", "tag")}
    made = PriceList(currency=code, brand=brand, **same)
    keep_price_list(made, by=request.user, at=timezone.now())
    return Answer(PriceListOut.of(made), 201)


@endpoint(
    "GET",
    "/price-lists/{int:price_list_id}/prices",
    needs="catalogue.view_product",
    answers={200: PricePage},
    problems=(404,),
)
def list_prices(request: ApiRequest, price_list_id: int, choice: Query[PriceChoice]) -> PricePage:
    """Prices of a list, the last added first."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    wanted = {"pk__lt": place[0] or None, "product": choice.product_id}
    found = the_list(request, price_list_id).prices.filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    rows = list(found.order_by("-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return PricePage(items=[PriceOut.of(one) for one in page], next=following)


@endpoint(
    "POST",
    "/price-lists/{int:price_list_id}/prices",
    needs="catalogue.change_price",
    answers={200: PricePage},
    problems=(404,),
)
def set_product_price(request: ApiRequest, price_list_id: int, price: PriceIn) -> PricePage:
    """Set a price; the answer is what the list says of this product now."""
    kept = the_list(request, price_list_id)
    product = Product.objects.visible_to(request.user).filter(pk=price.product_id).first()
    if product is None:
        raise refuse("product_id", "There is no such product.")
    set_price(kept, product, price.amount, from_quantity=price.from_quantity, by=request.user, at=timezone.now())
    found = kept.prices.filter(product=product).order_by("from_quantity")
    return PricePage(items=[PriceOut.of(one) for one in found], next=None)


def the_list(request: ApiRequest, price_list_id: int) -> PriceList:
    found = PriceList.objects.visible_to(request.user).current().filter(pk=price_list_id).first()
    if found is None:
        raise Http404
    return found
