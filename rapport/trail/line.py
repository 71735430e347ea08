"""One line of the trail: who, when, from where, what became of what, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.audit.models import Entry
from rapport.customers.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Difference:
    """A field, what it was and what it became; empty for nothing."""

    title: "StrOrPromise"
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Origin:
    """From where something was done, and why, as its context says."""

    page: str = ""
    address: str = ""
    token: str = ""
    why: str = ""
    link: str = ""
    # What did it, when no request did.
    job: str = ""
    command: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Origin":
        names = {
            "page": "url",
            "why": "because",
            **{one: one for one in ("address", "token", "link", "job", "command")},
        }
        return cls(**{name: str(told.get(key) or "") for name, key in names.items()})

    @property
    def words(self) -> str:
        """Where it came from, for people."""
        if self.token:
            place = _("by API token “%(token)s”, %(page)s") % {"token": self.token, "page": self.page}
        elif self.page:
            place = _("on %(page)s") % {"page": self.page}
        elif self.job:
            place = _("by the job “%(job)s”") % {"job": self.job}
        elif self.command:
            place = _("by the command “%(command)s”") % {"command": self.command}
        else:
            place = ""
        if not self.address:
            return place
        return _("%(place)s, from %(address)s") % {"place": place, "address": self.address}


@dataclass(frozen=True)
class Line:
    """``what`` happened to ``which``; ``gone`` says why nothing can be told any more."""

    entry: Entry
    what: "StrOrPromise"
    which: str = ""
    room: str = ""
    icon: str = "point"
    differences: tuple[Difference, ...] = ()
    origin: Origin = field(default_factory=Origin)
    gone: str = ""
    who: str = ""
    customers: tuple[Customer, ...] = ()
    more_customers: int = 0

    @property
    def at(self) -> datetime:
        return self.entry.at
