"""The views that colleagues of the demo company keep of their lists: some their own, some for the team, some for all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rapport.agenda.pin_view import pin_view
from rapport.lists.keep_view import keep_view
from rapport.lists.models import Reach, View
from rapport.people.models import User


@dataclass(frozen=True)
class Kept:
    """A view, whose it is, who sees it and who pinned it."""

    owner: str
    name: str
    state: str
    reach: Reach = Reach.OWN
    pinned: tuple[str, ...] = ()
    listing: str = "customers"


VIEWS = (
    Kept(
        "Clara",
        "Companies without contact for 90 days",
        "kind=company&quiet=90&sort=-contact&columns=name,phone,city,owner,contact",
        Reach.ALL,
        ("Ana", "Clara", "Rui", "Jonas"),
    ),
    Kept(
        "Rui",
        "New in Lisboa and Porto",
        "city=Lisboa,Porto&created.last=90&sort=-created&columns=name,kind,email,city,owner,created",
        Reach.TEAM,
        ("Ana",),
    ),
    Kept(
        "Ana",
        "Bought twice this year in Lisboa",
        "city=Lisboa&orders.from=2/365&sort=-contact&columns=name,company,phone,spend,orders,contact",
        pinned=("Ana",),
    ),
    Kept(
        "Clara",
        "Wrote lately, and we did not answer",
        "contacts.from=1/email/30&none1.contacts.to=1/any/30&sort=-contact&columns=name,email,subject,owner,tasks,contact",
        Reach.ALL,
        ("Clara",),
    ),
    Kept(
        "Clara",
        "Open tasks, soonest first",
        "state=open&sort=due&columns=title,customer,assignee,due",
        Reach.ALL,
        ("Ana", "Clara"),
        listing="tasks",
    ),
    Kept(
        "Mia",
        "Orders of 1,000 and more this month",
        "ordered.in=this-month&total.from=1000&sort=-ordered&columns=number,customer,total,brand,ordered",
        Reach.TEAM,
        ("Ana", "Mia"),
        listing="orders",
    ),
    Kept(
        "Mia",
        "New customers, month by month",
        "sort=-created&columns=name,kind,city,created&chart=created/month",
        Reach.ALL,
    ),
    Kept("Ana", "Nobody looks after them", "owner=nobody&kind=company&sort=-contact&columns=name,city,tags,contact"),
)


def keep_views(staff: Mapping[str, User], at: datetime) -> None:
    for one in VIEWS:
        owner = staff[one.owner]
        view = View(listing=one.listing, name=one.name, state=one.state, reach=one.reach, owner=owner)
        keep_view(view, by=owner, at=at)
        for name in one.pinned:
            pin_view(view, by=staff[name], at=at)
