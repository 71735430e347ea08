"""Customers over the API: found by words, listed by name, filtered."""

from django.db.models import Q
from ninja import Query
from pydantic import BaseModel, Field

from rapport.customers.api import CustomerOut, as_out
from rapport.customers.find import find_customers
from rapport.customers.models import Customer, CustomerQuerySet, Kind, tagged
from rapport.customers.veil import hidden_conditions
from rapport.lib import cursor
from rapport.people.endpoint import After, Limit, Line, Word, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.timeline.payloads import Moment
from rapport.ui.problem import Fault, ProblemError

HITS = 1_000


class CustomerChoice(BaseModel):
    """Which customers."""

    q: Line = Field(default="", description="Words of a name, an e-mail address, a phone number or a part of one.")
    kind: Kind | None = None
    tag: Word = ""
    city: Word = ""
    country: Word = ""
    owner: Line = Field(default="", description="The e-mail address of who looks after them.")
    team: Line = ""
    created_since: Moment | None = None
    contact_since: Moment | None = None
    contact_before: Moment | None = None
    after: After = ""
    limit: Limit = 50


class CustomerPage(BaseModel):
    items: list[CustomerOut]
    next: str | None = Field(description="What `after` takes for the following page; null at the end.")


@endpoint("GET", "/customers", needs="customers.view_customer", answers={200: CustomerPage})
def list_customers(request: ApiRequest, choice: Query[CustomerChoice]) -> CustomerPage:
    """Customers by name; with `q` those that it may mean, the likeliest first."""
    refuse_hidden(choice, request.user)
    chosen = narrowed(Customer.objects.visible_to(request.user).living(), choice)
    return ranked(chosen, choice, request) if choice.q else by_name(chosen, choice, request)


def refuse_hidden(choice: CustomerChoice, reader: User) -> None:
    """Whoever may not see a field does not guess it either."""
    asked = sorted(name for name in hidden_conditions(reader) if getattr(choice, name, ""))
    if asked:
        faults = [Fault("You may not see this field, so you may not ask for it.", parameter=name) for name in asked]
        raise ProblemError(422, f"{asked[0]}: {faults[0].detail}", faults)


def narrowed(customers: CustomerQuerySet, choice: CustomerChoice) -> CustomerQuerySet:
    wanted = {
        "kind": choice.kind,
        "city__iexact": choice.city,
        "country__iexact": choice.country,
        "owner__email": choice.owner.lower(),
        "team__name__iexact": choice.team,
        "created_at__gte": choice.created_since,
        "last_contact_at__gte": choice.contact_since,
        "last_contact_at__lt": choice.contact_before,
    }
    chosen = customers.filter(tagged([choice.tag])) if choice.tag else customers
    return chosen.filter(**{name: value for name, value in wanted.items() if value})


def by_name(customers: CustomerQuerySet, choice: CustomerChoice, request: ApiRequest) -> CustomerPage:
    if choice.after:
        name, pk = place(choice.after, str, int)
        # The first condition is what the index reads, the second puts equal names in order.
        customers = customers.filter(Q(sort_key__gte=name) & (Q(sort_key__gt=name) | Q(pk__gt=pk)))
    rows = list(customers.order_by("sort_key", "pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].sort_key, page[-1].pk) if len(rows) > choice.limit else None
    return CustomerPage(items=as_out(page, reader=request.user), next=following)


def ranked(customers: CustomerQuerySet, choice: CustomerChoice, request: ApiRequest) -> CustomerPage:
    (start,) = place(choice.after, int) if choice.after else (0,)
    hits = find_customers(request.user, choice.q, limit=HITS if narrows(choice) else int(start) + choice.limit + 1)
    found = customers.in_bulk([hit.customer_id for hit in hits])
    rows = [found[hit.customer_id] for hit in hits if hit.customer_id in found][int(start) :]
    page = rows[: choice.limit]
    following = cursor.write(int(start) + choice.limit) if len(rows) > choice.limit else None
    return CustomerPage(items=as_out(page, reader=request.user), next=following)


def narrows(choice: CustomerChoice) -> bool:
    """Whether there are conditions beside the words, so that many hits may fall away."""
    return bool(choice.model_fields_set - {"q", "after", "limit"})


def place(after: str, *kinds: type) -> tuple[str | int, ...]:
    found = cursor.read(after, *kinds)
    if found is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    return found
