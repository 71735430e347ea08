"""The list of customers: its columns, its orders and its conditions in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.customers.charted import charts_of
from rapport.customers.detail import IN_PLACE
from rapport.customers.models import Customer, Identifier, Kind, Relationship, Strength, tagged
from rapport.customers.own import People, Sheet, sheet
from rapport.customers.own_listing import own_columns, own_filters
from rapport.customers.veil import hidden_columns, hidden_conditions, hidden_kinds, thin
from rapport.fields.models import CustomField, living
from rapport.fields.seen import declared_to, open_ones
from rapport.fields.sensitivity import MASK
from rapport.lists.more import kept_from, more_of
from rapport.lists.record_list import RecordList
from rapport.people.access import scopes_of
from rapport.people.models import Team, User
from rapport.ui.conditions import Filter, Operator, Part
from rapport.ui.counting import Count
from rapport.ui.listing import Column, Listing, Sort
from rapport.ui.operators import IS, IS_NOT, choice_operators, emptiness, moment_operators, negated, text_operators
from rapport.ui.templatetags.ui import count as number_in_words

NOBODY = "nobody"
CHANGED = frozenset(IN_PLACE) - {"name"}
EMPTY = Sheet((), {}, {})
A_CENTURY = 36_500


@dataclass(frozen=True)
class Line:
    """A customer in the list, with the first address and number to reach them."""

    customer: Customer
    email: str
    phone: str
    sheet: Sheet = EMPTY


def load(ids: Sequence[int], *, fields: Sequence[CustomField] = (), reader: User | None = None) -> dict[int, Line]:
    """The lines of a page in two queries, and two more for those whom fields of one's own refer to."""
    customers = Customer.objects.select_related("owner__team", "team").in_bulk(ids)
    ways: dict[tuple[int, str], str] = {}
    held = Identifier.objects.filter(member__customer__in=ids, kind__in=["email", "phone"]).order_by("pk")
    rows = held.values_list("member__customer_id", "kind", "value", "strength")
    closed = hidden_kinds(reader) if reader else frozenset()
    for customer_id, kind, value, _strength in sorted(rows, key=lambda row: row[3] == Strength.WEAK):
        ways.setdefault((customer_id, kind), MASK if kind in closed else value)
    beside = sheet(list(customers.values()), fields, reader=reader) if reader and fields else EMPTY
    return {
        pk: Line(
            thin(customer, reader=reader) if reader else customer,
            ways.get((pk, Identifier.Kind.EMAIL), ""),
            ways.get((pk, Identifier.Kind.PHONE), ""),
            beside,
        )
        for pk, customer in customers.items()
    }


def columns() -> tuple[Column[Line], ...]:
    return (
        Column(
            "name",
            gettext_lazy("Name"),
            lambda line: line.customer.name,
            sort="name",
            url=lambda line: reverse("customer", args=[line.customer.pk]),
        ),
        Column("kind", gettext_lazy("Kind"), lambda line: line.customer.get_kind_display()),
        Column("email", gettext_lazy("E-mail"), lambda line: line.email, shape="long"),
        Column("phone", gettext_lazy("Phone"), lambda line: line.phone, shape="whole"),
        Column("city", gettext_lazy("City"), lambda line: line.customer.city),
        Column("street", gettext_lazy("Street"), lambda line: line.customer.street, shown=False),
        Column("postcode", gettext_lazy("Postcode"), lambda line: line.customer.postcode, shown=False),
        Column("country", gettext_lazy("Country"), lambda line: line.customer.country, shown=False),
        Column("language", gettext_lazy("Language"), lambda line: line.customer.language, shown=False),
        Column("tags", gettext_lazy("Tags"), lambda line: line.customer.tags, shape="tags"),
        Column("owner", gettext_lazy("Owner"), lambda line: str(line.customer.owner or "")),
        Column("team", gettext_lazy("Team"), lambda line: str(line.customer.team or ""), shown=False),
        Column("owner-team", gettext_lazy("Owner's team"), owners_team, shown=False),
        Column(
            "contact",
            gettext_lazy("Last contact"),
            lambda line: line.customer.last_contact_at,
            sort="contact",
            shape="moment",
            numeric=True,
        ),
        Column(
            "created",
            gettext_lazy("Created"),
            lambda line: line.customer.created_at,
            sort="created",
            shape="moment",
            numeric=True,
            shown=False,
        ),
    )


def owners_team(line: Line) -> str:
    owner = line.customer.owner
    return str(owner.team or "") if owner else ""


def filters() -> tuple[Filter, ...]:
    days = (Part("number"),)
    return (
        Filter("name", gettext_lazy("Name"), text_operators("name"), gettext_lazy("name")),
        Filter("kind", gettext_lazy("Kind"), choice_operators(of("kind"), kinds), gettext_lazy("kind")),
        Filter("city", gettext_lazy("City"), text_operators("city", "Lisboa, Porto"), gettext_lazy("city")),
        Filter("postcode", gettext_lazy("Postcode"), text_operators("postcode"), gettext_lazy("postcode")),
        Filter("country", gettext_lazy("Country"), text_operators("country", "PT"), gettext_lazy("country")),
        Filter("tag", gettext_lazy("Tag"), tag_operators(), gettext_lazy("tag")),
        Filter("owner", gettext_lazy("Owner"), choice_operators(owner, owners), gettext_lazy("owner")),
        Filter(
            "team",
            gettext_lazy("Team"),
            (*choice_operators(of("team"), teams), *emptiness(Q(team=None))),
            gettext_lazy("team"),
        ),
        Filter("language", gettext_lazy("Language"), text_operators("language", "pt"), gettext_lazy("language")),
        Filter(
            "quiet",
            gettext_lazy("No contact"),
            (
                Operator(
                    "",
                    gettext_lazy("for … days"),
                    gettext_lazy("no contact for %(value)s days"),
                    quiet,
                    days,
                ),
            ),
        ),
        Filter(
            "contact",
            gettext_lazy("Last contact"),
            moment_operators("last_contact_at", nullable=True),
            gettext_lazy("last contact"),
        ),
        Filter("created", gettext_lazy("Created"), moment_operators("created_at"), gettext_lazy("created")),
    )


def tag_operators() -> tuple[Operator, ...]:
    part = (Part(hint="vip"),)
    return (
        Operator("", gettext_lazy("has all of"), IS, tagged, part, every=True),
        Operator("any", gettext_lazy("has any of"), IS, tagged_any, part),
        Operator("not", gettext_lazy("has none of"), IS_NOT, negated(tagged_any), part),
        *emptiness(Q(tags=[])),
    )


def tagged_any(tags: list[str]) -> Q:
    return Q(tags__overlap=tags)


def of(name: str) -> Callable[[list[str]], Q]:
    return lambda values: Q(**{f"{name}__in": values})


def kinds() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Kind.choices]


def owners() -> list[tuple[str, str]]:
    users = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name", "email")
    return [(NOBODY, _("nobody")), *((str(pk), name or email) for pk, name, email in users)]


def teams() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Team.objects.order_by("name").values_list("pk", "name")]


def owner(values: list[str]) -> Q:
    people = [int(value) for value in values if value != NOBODY]
    return Q(owner__in=people) | Q(owner=None) if NOBODY in values else Q(owner__in=people)


def quiet(values: list[str]) -> Q:
    return Q(last_contact_at__lt=days_ago(values)) | Q(last_contact_at=None)


def days_ago(values: list[str]) -> datetime:
    (days,) = values
    return timezone.now() - timedelta(days=min(int(days), A_CENTURY))


def counted(count: Count) -> str:
    if count.more:
        return _("more than 1,000 customers")
    if count.about:
        return _("about %(number)s customers") % {"number": number_in_words(count.number)}
    return ngettext("%(number)d customer", "%(number)d customers", count.number) % {"number": count.number}


CUSTOMERS = Listing(
    name="customers",
    columns=columns(),
    sorts=(
        Sort("name", gettext_lazy("Name"), "sort_key", gettext_lazy("Name, A to Z"), gettext_lazy("Name, Z to A")),
        Sort(
            "contact",
            gettext_lazy("Last contact"),
            "last_contact_at",
            gettext_lazy("Last contact, longest ago first"),
            gettext_lazy("Last contact, newest first"),
            kind=datetime,
            nullable=True,
            down_first=True,
        ),
        Sort(
            "created",
            gettext_lazy("Created"),
            "created_at",
            gettext_lazy("Created, oldest first"),
            gettext_lazy("Created, newest first"),
            kind=datetime,
            down_first=True,
        ),
    ),
    filters=filters(),
    sort="-contact",
    load=load,
    counted=counted,
    peek=lambda line: reverse("customer-peek", args=[line.customer.pk]),
)


def customers_of(reader: User) -> Listing[Line]:
    """The list with the organisation's own fields and what other rooms add, as this reader may see them."""
    fields, added = living(declared_to(reader)), list(more_of(CUSTOMERS.name, reader))
    masked = [one for one in fields if one.hidden and not one.computed]
    may, closed = reader.allows("customers.change_customer"), hidden_columns(reader)
    unasked = hidden_conditions(reader)
    columns = (in_place(one) if may and one.name not in closed else one for one in CUSTOMERS.columns)
    beside = [column for one in added for column in one.columns(reader)]
    asked = [condition for one in added for condition in one.filters(reader)]
    return replace(
        CUSTOMERS,
        columns=(*columns, company(reader), *beside, *own_columns(fields)),
        filters=(
            *(one for one in CUSTOMERS.filters if one.name not in unasked),
            *asked,
            *own_filters(open_ones(fields), People(reader)),
        ),
        load=partial(load, fields=fields, reader=reader),
        closed={
            **{one.name: one.label for one in CUSTOMERS.filters if one.name in closed},
            **{one.name: one.label for one in masked},
            **kept_from(CUSTOMERS.name, reader),
        },
    )


def in_place(column: Column[Line]) -> Column[Line]:
    """With the way to change it in its cell, where the customer's page has one."""
    if column.name not in CHANGED:
        return column
    return replace(column, change=lambda line: reverse("customers:field", args=[line.customer.pk, column.name]))


def company(reader: User) -> Column[Line]:
    return Column("company", gettext_lazy("Works at"), shown=False, beside=partial(employers, reader=reader))


def employers(customer_ids: Sequence[int], *, reader: User) -> dict[int, str]:
    """Where each works now, as far as the reader may see it, in one query."""
    works = Relationship.objects.filter(member__customer__in=customer_ids, kind=Relationship.Kind.WORKS_AT, until=None)
    seen = works.filter(other__customer__in=Customer.objects.visible_to(reader))
    return dict(seen.order_by("-pk").values_list("member__customer_id", "other__customer__name"))


def scopes_to_merge(user: User) -> list[int] | None:
    """The scopes that a list of this user's is merged from; None for somebody who sees all."""
    return None if user.sees_all else scopes_of(user)


CUSTOMER_LIST = RecordList(
    name="customers",
    title=gettext_lazy("Customers"),
    needs="customers.view_customer",
    exports="customers.export_customer",
    page="customers:list",
    listing=customers_of,
    rows=lambda user: Customer.objects.visible_to(user).living(),
    scopes=scopes_to_merge,
    charts=charts_of,
)
