"""What can be done with a customer by a key or from the palette, as far as somebody may."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Act:
    """A deed: its address, the key that does it on the customer's page, and the tab of the composer that it opens."""

    title: "StrOrPromise"
    url_name: str
    needs: str
    icon: str
    key: str = ""
    tab: str = ""
    sheet: bool = False
    rest: str = ""

    def url(self, customer: Customer) -> str:
        if self.url_name in {"notices:remind", "calendars:new"}:
            return f"{reverse(self.url_name)}?customer={customer.pk}"
        return reverse(self.url_name, args=[customer.pk]) + self.rest


@dataclass(frozen=True)
class Offer:
    act: Act
    url: str


ACTS = (
    Act(_("Log call"), "customer", "timeline.add_interaction", icon="phone", key="l", tab="call", rest="?log=call"),
    Act(_("Write a note"), "customer", "timeline.add_interaction", icon="note", key="c", tab="note", rest="?log=note"),
    Act(_("Add task"), "customer", "agenda.change_task", icon="checkbox", key="t", tab="task", rest="?log=task"),
    Act(_("Write e-mail"), "customer", "letters.write_letter", icon="mail", key="w", tab="mail", rest="?log=mail"),
    Act(_("Remind me"), "notices:remind", "notices.set_reminder", icon="alarm", key="r", sheet=True),
    Act(_("Plan a meeting"), "calendars:new", "calendars.change_meeting", icon="calendar-plus"),
    Act(_("Edit"), "customers:edit", "customers.change_customer", icon="edit", key="e"),
    Act(_("Change owner"), "customers:edit", "customers.change_customer", icon="user-cog", rest="#id_owner"),
    Act(_("Merge with another record"), "identity_merge:pair", "identity.merge_customer", icon="arrows-join"),
    Act(_("Relationships"), "customers:relations", "customers.view_customer", icon="affiliate"),
)


def acts_on(customer: Customer, user: User) -> list[Offer]:
    return [Offer(act, act.url(customer)) for act in ACTS if user.allows(act.needs)]
