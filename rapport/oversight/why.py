"""Why somebody sees a customer, or not: every cause in its order, judged by the rules that pages themselves ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.customers.models import Customer
from rapport.people.access import readers_of
from rapport.people.models import User
from rapport.people.why_rows import Cause, why_rows

VIEW = "customers.view_customer"
SHOWN = 200
FEW = 5


@dataclass(frozen=True)
class Reasons:
    """The whole chain; whoever breaks one link does not see the record."""

    person: User
    customer: Customer
    causes: Sequence[Cause]

    @property
    def seen(self) -> bool:
        return all(one.holds for one in self.causes)


def why(person: User, customer: Customer) -> Reasons:
    causes = (may_come_in(person), may_see_any(person), why_rows(person, customer.scope), lies_there(customer))
    return Reasons(person, customer, causes)


def may_come_in(person: User) -> Cause:
    return Cause(person.is_active, _("They may sign in.") if person.is_active else _("They are deactivated."))


def may_see_any(person: User) -> Cause:
    """The permission, with the roles that bring it; asked of the roles, so that it is told also of who has left."""
    bring = [str(role) for role in person.roles if role.includes(VIEW)]
    if bring:
        return Cause(holds=True, words=_("To see customers comes with: %(roles)s.") % {"roles": ", ".join(bring)})
    held = ", ".join(str(role) for role in person.roles)
    return Cause(holds=False, words=_("None of their roles lets them see customers: %(roles)s.") % {"roles": held})


def lies_there(customer: Customer) -> Cause:
    if customer.trashed_at:
        return Cause(holds=False, words=_("It lies in the trash, where only whoever may delete customers finds it."))
    return Cause(holds=True, words=_("It is not in the trash."))


def readers(customer: Customer) -> QuerySet[User]:
    """Everybody who sees this customer: the same rule from the other side."""
    return readers_of(customer.scope_id).filter(pk__in=User.objects.who_may(VIEW)).order_by("name", "pk")


@dataclass(frozen=True)
class Seen:
    """Who sees a customer, in short."""

    few: Sequence[User]
    number: int


def seen_by(customer: Customer) -> Seen:
    everybody = readers(customer)
    return Seen(list(everybody[:FEW]), everybody.count())


def known_to(reader: User, customer_id: int) -> Customer | None:
    """The customer, also in the trash, as far as ``reader`` may know of it."""
    return (
        Customer.objects.seen_in_trash(reader)
        .select_related("scope__team", "team", "owner")
        .filter(pk=customer_id)
        .first()
    )


def overseen(reader: User) -> QuerySet[User]:
    """Those of whom ``reader`` may ask what they see."""
    everybody = User.objects.select_related("team", "role").order_by("-is_active", "name", "pk")
    return everybody if reader.sees_all else everybody.filter(team__in=reader.oversees)
