"""Who follows which customers and may see them: the owner too, unless muted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Min

from rapport.customers.models import Customer, Member
from rapport.notices.models import Follow
from rapport.people.access import get_to_know, sees
from rapport.people.models import User


@dataclass(frozen=True)
class Followed:
    """A customer with its own member, on which notices of it are kept, and whoever is to hear of it."""

    customer: Customer
    member_id: int
    users: tuple[User, ...]


def followed(customer_ids: Iterable[int]) -> Mapping[int, Followed]:
    """Those of these customers that somebody follows, in a fixed number of queries."""
    ids = sorted(set(customer_ids))
    rows = Follow.objects.filter(member__customer__in=ids).values_list("member__customer", "user", "muted_at")
    loud: defaultdict[int, set[int]] = defaultdict(set)
    muted: defaultdict[int, set[int]] = defaultdict(set)
    for customer_id, user_id, muted_at in rows:
        (muted if muted_at else loud)[customer_id].add(user_id)
    wanted = Customer.objects.filter(pk__in=ids).exclude(owner=None, pk__in=set(ids) - loud.keys())
    customers = {one.pk: one for one in wanted.select_related("scope")}
    for pk, one in customers.items():
        if one.owner_id and one.owner_id not in muted[pk]:
            loud[pk].add(one.owner_id)
    users = User.objects.in_bulk({pk for one in customers for pk in loud[one]})
    get_to_know(users.values())
    members = own_members(customers)
    return {
        pk: Followed(one, members[pk], tuple(users[user] for user in sorted(loud[pk]) if sees(users[user], one.scope)))
        for pk, one in customers.items()
        if loud[pk]
    }


def own_members(customer_ids: Iterable[int]) -> dict[int, int]:
    """The member that each customer was born with, as `customers.edit.main_member` has it."""
    born = Member.objects.filter(home__in=list(customer_ids)).order_by().values_list("home")
    return dict(born.annotate(first=Min("pk")))
