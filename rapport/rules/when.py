"""What a rule can wait for: which fact of the journal, what is asked of it, and which customers it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.agenda.models import Task
from rapport.consent.models import Message, State
from rapport.customers.models import Customer
from rapport.customers.preference import Preference, Topic
from rapport.journal.models import Fact
from rapport.people.models import User
from rapport.sales.order import Order
from rapport.timeline.models import ChannelChoice, DirectionChoice, Interaction

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What was older when it arrived is history that somebody brings in, and nothing to act upon.
FRESH = timedelta(days=3)
Asks = Mapping[str, str]
# The ids that events tell of: a set of them, or a subquery over many events.
Subjects = list[int] | QuerySet[Any]


@dataclass(frozen=True)
class Spell:
    """When the events were recorded; of a single one both ends are its moment."""

    first: datetime
    last: datetime


@dataclass(frozen=True)
class When:
    """``happened`` answers (subject, customer) of those subjects that fit, as far as the rule's owner may see them."""

    name: str
    fact: Fact
    label: "StrOrPromise"
    happened: Callable[[Subjects, Spell, Asks, User], QuerySet[Any]]
    asks: tuple[str, ...] = ()
    words: Callable[[Asks], "StrOrPromise"] | None = None


def pairs(rows: QuerySet[Any], customer: str) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        rows.exclude(**{customer: None})
        .order_by()
        .annotate(thing=F("pk"), about=F(customer))
        .values_list("thing", "about")
    )
    return found


def customers(subjects: Subjects, _spell: Spell, _asks: Asks, owner: User) -> QuerySet[Any]:
    return pairs(Customer.objects.visible_to(owner).filter(pk__in=subjects), "pk")


def interactions(subjects: Subjects, spell: Spell, asks: Asks, owner: User) -> QuerySet[Any]:
    """The one customer that each is about; what is private to others stays so."""
    found = Interaction.objects.visible_to(owner).filter(pk__in=subjects, at__gte=spell.first - FRESH)
    for name in ("channel", "direction"):
        if asks.get(name):
            found = found.filter(**{name: asks[name]})
    for word in asks.get("words", "").split():
        found = found.filter(Q(subject__icontains=word) | Q(text__icontains=word))
    main = found.filter(participations__main=True)
    return pairs(main, "participations__member__customer")


def orders(subjects: Subjects, spell: Spell, _asks: Asks, owner: User) -> QuerySet[Any]:
    found = Order.objects.visible_to(owner).filter(pk__in=subjects, ordered_at__gte=spell.first - FRESH)
    return pairs(found, "member__customer")


def tasks_done(subjects: Subjects, spell: Spell, asks: Asks, owner: User) -> QuerySet[Any]:
    found = Task.objects.visible_to(owner).filter(pk__in=subjects, done_at__range=(spell.first, spell.last))
    for word in asks.get("words", "").split():
        found = found.filter(title__icontains=word)
    return pairs(found, "member__customer")


def preferences(subjects: Subjects, spell: Spell, asks: Asks, owner: User) -> QuerySet[Any]:
    """The event names the customers; which word it was shows by its moment."""
    said = Preference.objects.visible_to(owner).filter(withdrawn=False, said_at__range=(spell.first, spell.last))
    if asks.get("topic"):
        said = said.filter(topic=asks["topic"])
    return pairs(said.filter(member__customer__in=subjects), "member__customer")


def bounces(subjects: Subjects, _spell: Spell, _asks: Asks, owner: User) -> QuerySet[Any]:
    found = Message.objects.visible_to(owner).filter(pk__in=subjects, state=State.RETURNED)
    return pairs(found, "member__customer")


def words_of_interaction(asks: Asks) -> str:
    known = BY_CHANNEL.get((asks.get("channel", ""), asks.get("direction", "")))
    what = str(known or "")
    if known is None:
        channel = str(dict(ChannelChoice.choices).get(asks.get("channel", ""), _("any channel")))
        direction = str(dict(DirectionChoice.choices).get(asks.get("direction", ""), _("from anybody")))
        what = _("an interaction is written down (%(channel)s, %(direction)s)") % {
            "channel": channel,
            "direction": direction,
        }
    return with_words(what, asks)


def with_words(what: str, asks: Asks) -> str:
    said = asks.get("words", "")
    return _("%(what)s with the words “%(words)s”") % {"what": what, "words": said} if said else what


BY_CHANNEL = {
    ("email", "inbound"): gettext_lazy("an e-mail arrives"),
    ("email", "outbound"): gettext_lazy("an e-mail is sent"),
    ("phone", "inbound"): gettext_lazy("a customer calls"),
    ("phone", "outbound"): gettext_lazy("we call a customer"),
    ("", "inbound"): gettext_lazy("a customer gets in touch"),
    ("", "outbound"): gettext_lazy("we get in touch"),
    ("", ""): gettext_lazy("an interaction is written down"),
}
KINDS = (
    When("created", Fact.CUSTOMERS_CREATED, gettext_lazy("a customer is created"), customers),
    When("changed", Fact.CUSTOMERS_CHANGED, gettext_lazy("a customer is changed"), customers),
    When(
        "interaction",
        Fact.INTERACTIONS_RECEIVED,
        gettext_lazy("an interaction is received"),
        interactions,
        ("channel", "direction", "words"),
        words_of_interaction,
    ),
    When("order", Fact.ORDERS_RECORDED, gettext_lazy("an order is recorded"), orders),
    When(
        "task",
        Fact.TASKS_CHANGED,
        gettext_lazy("a task is done"),
        tasks_done,
        ("words",),
        lambda asks: with_words(_("a task is done"), asks),
    ),
    When(
        "preference",
        Fact.CUSTOMERS_CHANGED,
        gettext_lazy("a customer says a preference"),
        preferences,
        ("topic",),
        lambda asks: (
            _("a customer says a preference (%(topic)s)") % {"topic": Topic(asks["topic"]).label}
            if asks.get("topic")
            else _("a customer says a preference")
        ),
    ),
    When("bounced", Fact.MESSAGES_STOPPED, gettext_lazy("a mail of ours comes back"), bounces),
)
WHENS: Mapping[str, When] = {one.name: one for one in KINDS}
HEEDED = frozenset(one.fact for one in KINDS)


def of_fact(fact: str) -> list[str]:
    return [one.name for one in KINDS if one.fact == fact]


def words_of_when(when: str, asks: Asks) -> str:
    found = WHENS[when]
    return str(found.words(asks) if found.words else found.label)
