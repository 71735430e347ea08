"""Products over the API: read, added, changed, taken out of use, bundles filled."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.catalogue.fill_bundle import fill_bundle
from rapport.catalogue.keep_product import CatalogueError, keep_product, retire_product
from rapport.catalogue.product import Period, Product, Tax
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, Line, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

Number = Annotated[Line, Field(min_length=1, max_length=60)]
Title = Annotated[Line, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")]
Share = Annotated[Decimal, Field(ge=0, lt=10**8, decimal_places=4)]


class ProductFields(Given):
    """What can be said of a product at any time."""

    family: Word = ""
    description: Text = ""
    unit: Annotated[Line, Field(max_length=30)] = ""
    tax_id: int | None = None
    billed_every_months: Period | None = Field(default=None, description="1, 3, 6 or 12; null: once.")
    variant_of_id: int | None = None
    variant: Word = Field(default="", description="What makes it the variant: its size, colour, voltage.")


class ProductIn(ProductFields):
    """A new product."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"number": "CM-200", "name": "Coffee machine 200", "unit": "piece"}]}
    )

    number: Number
    name: Title


class ProductChange(ProductFields):
    """What is to be otherwise; what is not named stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"family": "Machines"}]})

    number: Number | None = None
    name: Title | None = None
    retired: bool | None = Field(default=None, description="Out of use, or in use again.")


class PartIn(Given):
    """How much of a product a bundle holds; 0 takes it out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"product_id": 12, "quantity": "2"}]})

    product_id: int
    quantity: Share


class ProductPartOut(BaseModel):
    product_id: int
    number: str
    quantity: str


class ProductOut(BaseModel):
    id: int
    number: str
    name: str
    family: str
    description: str
    unit: str
    tax_id: int | None
    billed_every_months: int | None
    variant_of_id: int | None
    variant: str
    retired_at: datetime | None
    parts: list[ProductPartOut]

    @classmethod
    def of(cls, one: Product) -> "ProductOut":
        same = ("number", "name", "family", "description", "unit", "tax_id", "variant", "retired_at")
        return cls(
            id=one.pk,
            billed_every_months=one.every,
            variant_of_id=one.parent_id,
            parts=[
                ProductPartOut(
                    product_id=part.product_id, number=part.product.number, quantity=f"{part.quantity.normalize():f}"
                )
                for part in one.components.all()
            ],
            **{name: getattr(one, name) for name in same},
        )


class ProductPage(BaseModel):
    items: list[ProductOut]
    next: str | None


class ProductChoice(BaseModel):
    number: Word = Field(default="", description="Exactly this one, small and capital letters alike.")
    name: Word = Field(default="", description="A part of it.")
    family: Word = ""
    retired: bool | None = Field(default=None, description="Only those out of use, or only those in use.")
    after: After = ""
    limit: Limit = 50


def refuse(field: str, reason: str) -> ProblemError:
    return ProblemError(422, f"{field}: {reason}", [Fault(reason, f"#/{field}")])


@endpoint("GET", "/products", needs="catalogue.view_product", answers={200: ProductPage})
def list_products(request: ApiRequest, choice: Query[ProductChoice]) -> ProductPage:
    """Products, the last added first."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    wanted: dict[str, Any] = {
        "pk__lt": place[0] or None,
        "number__iexact": choice.number or None,
        "name__icontains": choice.name or None,
        "family__iexact": choice.family or None,
        "retired_at__isnull": None if choice.retired is None else not choice.retired,
    }
    found = Product.objects.visible_to(request.user).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    rows = list(found.order_by("-pk").prefetch_related("components__product")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return ProductPage(items=[ProductOut.of(one) for one in page], next=following)


@endpoint("POST", "/products", needs="catalogue.change_product", answers={201: ProductOut})
def add_product(request: ApiRequest, product: ProductIn) -> Answer:
    """Add a product. Its number is its own: a second one with the same is refused."""
    made = Product(number=product.number, name=product.name)
    laid(made, product, set(ProductFields.model_fields), request)
    return Answer(ProductOut.of(the_product(request, made.pk)), 201)


@endpoint(
    "GET", "/products/{int:product_id}", needs="catalogue.view_product", answers={200: ProductOut}, problems=(404,)
)
def read_product(request: ApiRequest, product_id: int) -> ProductOut:
    """One product with what it holds."""
    return ProductOut.of(the_product(request, product_id))


@endpoint(
    "PATCH", "/products/{int:product_id}", needs="catalogue.change_product", answers={200: ProductOut}, problems=(404,)
)
def change_product(request: ApiRequest, product_id: int, change: ProductChange) -> ProductOut:
    """Change what is named; take it out of use, or into use again."""
    found, named = the_product(request, product_id), change.model_fields_set
    for name in ("number", "name"):
        if name in named:
            if getattr(change, name) is None:
                raise refuse(name, "A product has one.")
            setattr(found, name, getattr(change, name))
    laid(found, change, named & set(ProductFields.model_fields), request)
    if change.retired is not None and change.retired != bool(found.retired_at):
        retire_product(found, by=request.user, at=timezone.now(), again=not change.retired)
    return ProductOut.of(the_product(request, product_id))


@endpoint(
    "POST",
    "/products/{int:product_id}/parts",
    needs="catalogue.change_product",
    answers={200: ProductOut},
    problems=(404,),
)
def put_product_part(request: ApiRequest, product_id: int, part: PartIn) -> ProductOut:
    """Say how much of another product this bundle holds."""
    found = the_product(request, product_id)
    held = Product.objects.visible_to(request.user).filter(pk=part.product_id).first()
    if held is None:
        raise refuse("product_id", "There is no such product.")
    try:
        fill_bundle(found, {held: part.quantity}, by=request.user, at=timezone.now())
    except CatalogueError as problem:
        raise refuse("product_id", str(problem)) from problem
    return ProductOut.of(the_product(request, product_id))


def the_product(request: ApiRequest, product_id: int) -> Product:
    known = Product.objects.visible_to(request.user).prefetch_related("components__product")
    found = known.filter(pk=product_id).first()
    if found is None:
        raise Http404
    return found


FIELDS = {"tax_id": "tax_id", "billed_every_months": "every", "variant_of_id": "parent_id", "parent": "variant_of_id"}


def laid(product: Product, given: ProductFields, named: set[str], request: ApiRequest) -> None:
    """Lay the named values over the product and keep it."""
    taxes, products = Tax.objects.visible_to(request.user).current(), Product.objects.visible_to(request.user)
    if "tax_id" in named and given.tax_id is not None and not taxes.filter(pk=given.tax_id).exists():
        raise refuse("tax_id", "There is no such tax.")
    parent = given.variant_of_id if "variant_of_id" in named else None
    if parent is not None and not products.filter(pk=parent).exists():
        raise refuse("variant_of_id", "There is no such product.")
    for name in named:
        setattr(product, FIELDS.get(name, name), getattr(given, name))
    try:
        keep_product(product, by=request.user, at=timezone.now())
    except CatalogueError as problem:
        raise refuse(FIELDS.get(problem.field, problem.field), str(problem)) from problem
