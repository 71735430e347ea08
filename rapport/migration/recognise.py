"""Tell what a file of another system holds by its name and its columns, and why nothing of it can be taken."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rapport.imports.fields import Kind
from rapport.imports.propose import Look, score
from rapport.migration.models import What
from rapport.migration.shapes import ACTIVITY_IDS, DEAL_IDS, FIELDS, POINTS, TICKET_IDS, plain

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CLEAR = 3.0
NO_DEALS: "StrOrPromise" = _("Deals have no place in Rapport yet. The file stays as it is.")
REASONS: "dict[str, StrOrPromise]" = {
    "deals": NO_DEALS,
    "history": _("It tells how records changed, not what they are."),
    "lists": _("It lists members of something that does not come along."),
    "mass": _("It tells what became of mass mailings; those do not come along."),
    "orders": _("Orders and products go in by an import of their own."),
    "teams": _("It describes teams, roles or settings of the other system."),
    "index": _("It only says that something happened; the file that tells what is another one."),
    "between": _("It links activities with each other; activities are linked to customers only."),
    "unclear": _("Nothing tells what it holds. If you know, say so."),
}
WORDS: dict[What, str] = {
    What.DEALS: "deal deals opportunity opportunities pipeline stage quote quotes",
    What.TICKETS: "ticket tickets case cases",
    What.ACTIVITIES: "call calls email emails mail mails meeting meetings note notes task tasks event events engagement"
    " engagements activity activities communication communications message messages",
    What.PEOPLE: "contact contacts person people persons lead leads kontakte personen",
    What.COMPANIES: "company companies account accounts organization organizations organisation organisations firmen",
    What.OWNERS: "owner owners user users benutzer",
}
OTHERS = {
    "history": {"history", "audit", "merge", "merged"},
    "orders": {"order", "orders", "product", "products", "invoice", "invoices", "item"},
    "teams": {"team", "teams", "role", "roles", "property", "properties", "option", "form", "forms"},
    "lists": {"list", "lists", "campaign", "campaigns", "submission"},
}
KINDS = {
    What.PEOPLE: Kind.CUSTOMERS,
    What.COMPANIES: Kind.COMPANIES,
    What.ACTIVITIES: Kind.INTERACTIONS,
    What.TICKETS: Kind.INTERACTIONS,
    What.ASSOCIATIONS: Kind.LINKS,
}
BY_COLUMNS = {Kind.CUSTOMERS: What.PEOPLE, Kind.COMPANIES: What.COMPANIES, Kind.INTERACTIONS: What.ACTIVITIES}
MOST_OF_A_LINK = 9


@dataclass(frozen=True)
class Recognised:
    what: What
    why_not: "StrOrPromise" = ""


def recognise(name: str, look: Look) -> Recognised:
    """What the file called ``name`` holds."""
    words = words_of(name)
    columns = {plain(column) for column in look.layout.columns}
    sides = sides_of(columns)
    links = joins(columns, sides)
    other = next((reason for reason, marks in OTHERS.items() if marks & words), "")
    if other or {"email", "event"} <= words:
        return Recognised(What.OTHER, REASONS[other or "mass"])
    if links:
        return associations(sides)
    what = next((what for what, named in WORDS.items() if words & set(named.split())), None) or by_columns(look, name)
    return fitting(what, columns)


def associations(sides: set[str]) -> Recognised:
    if "deal" in sides:
        return Recognised(What.DEALS, NO_DEALS)
    ours = sides & {"people", "companies"}
    return Recognised(What.ASSOCIATIONS) if ours else Recognised(What.OTHER, REASONS["between"])


def words_of(name: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.partition(".")[0])
    return set(re.findall(r"[^\W\d_]+", spaced.lower()))


def sides_of(columns: set[str]) -> set[str]:
    """Of which sorts of records there are ids."""
    marks = {
        "activity": ACTIVITY_IDS,
        "ticket": TICKET_IDS,
        "deal": DEAL_IDS,
        "people": POINTS[What.PEOPLE],
        "companies": POINTS[What.COMPANIES],
    }
    return {side for side, names in marks.items() if names & columns}


def joins(columns: set[str], sides: set[str]) -> bool:
    """A file with the ids of two records and nothing that tells of either."""
    telling = {
        "name",
        "email",
        "subject",
        "body",
        "description",
        "firstname",
        "content",
        "title",
        "value",
        "hstimestamp",
    }
    return (
        len(sides) > 1 and not columns & telling and len(columns) <= MOST_OF_A_LINK and not columns & {"id", "recordid"}
    )


def by_columns(look: Look, name: str) -> What:
    scores = {kind: score(kind, look.columns, name) for kind in BY_COLUMNS}
    best = max(scores, key=lambda kind: scores[kind])
    return BY_COLUMNS[best] if scores[best] >= CLEAR else What.OTHER


def fitting(what: What, columns: set[str]) -> Recognised:
    """``what``, where the columns bear it out."""
    if what == What.DEALS:
        return Recognised(what, NO_DEALS)
    if what == What.OTHER:
        return Recognised(what, REASONS["unclear"])
    if what == What.OWNERS:
        return Recognised(what) if {"email", "emailaddress"} & columns else Recognised(What.OTHER, REASONS["teams"])
    if what == What.ACTIVITIES:
        telling = {name for field in ("occurred_at", "subject", "text") for name in FIELDS[what][field].split()}
        if not columns & telling:
            return Recognised(What.OTHER, REASONS["index"])
    return Recognised(what)
