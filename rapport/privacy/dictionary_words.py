"""The words in which Rapport says of its own tables why they are kept, how long and whence they come."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rapport.consent.purpose import Basis
from rapport.fields.sensitivity import Level


class Why(TextChoices):
    KNOW = "know", _("To know each customer once, and how to reach them")
    TALK = "talk", _("To know what was said and done between us")
    AGREE = "agree", _("To prove who agreed to what, and to keep to it")
    SELL = "sell", _("To fulfil orders and account for them")
    WORK = "work", _("To get done what customers need")
    SEND = "send", _("To send what somebody is to receive, and to know what became of it")
    VISIT = "visit", _("To take in forms, and to understand visits of those who agreed")
    COLLEAGUES = "colleagues", _("To know who works here and who may do what")
    SIGN_IN = "sign in", _("To let colleagues in and nobody else")
    PROVE = "prove", _("To say later who did what, and to take it back")
    BRING = "bring", _("To take in what lies in other systems, once")
    ARRANGE = "arrange", _("To keep how each of us likes to work")
    FIND = "find", _("To find records, and to recognise double ones")
    RUN = "run", _("To keep Rapport running")
    GOVERN = "govern", _("To keep our own rules, and to show that we do")


class Keeps(TextChoices):
    CUSTOMER = "customer", _("As long as the customer's record")
    BOOKS = "books", _("Ten years, as the law on books asks")
    PROOF = "proof", _("As proof: three years after it last held")
    COLLEAGUE = "colleague", _("As long as somebody works here, and their name after that")
    RULE = "rule", _("As long as the rule of retention says")
    THIRTY = "thirty", _("Thirty days")
    DONE = "done", _("Until it is done")
    USED = "used", _("As long as it is used")


class Whence(TextChoices):
    CUSTOMERS = "customers", _("The customers themselves")
    COLLEAGUES = "colleagues", _("Our colleagues")
    MANY = "many", _("Customers, colleagues and other systems")
    SYSTEMS = "systems", _("Other systems")
    RAPPORT = "rapport", _("Rapport computes it")


@dataclass(frozen=True)
class Table:
    """What Rapport says of one of its tables; every column stands under exactly one level."""

    name: str
    why: Why
    basis: Basis
    keeps: Keeps
    whence: Whence
    # The permission with which it is seen in the browser; empty: only who runs the server meets it.
    seen_with: str = ""
    # That its rows tell of customers though none of their references leads to one.
    of_customers: bool = False
    public: str = ""
    internal: str = ""
    personal: str = ""
    sensitive: str = ""
    special: str = ""

    def columns(self) -> Iterator[tuple[str, Level]]:
        for level in Level:
            for column in getattr(self, level.value).split():
                yield column, level
