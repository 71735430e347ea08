"""Say in words how a lead stands: its clock, why it is with somebody, and what was done with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.agenda.due import day_words
from rapport.sales.lead import Lead, LeadState, LeadStep
from rapport.ui.templatetags.ui import locale

# Of the time that there was, so much is left when a clock is nearly over.
NEARLY = 0.25
SHORT = timedelta(hours=1)


@dataclass(frozen=True)
class Clock:
    """What the clock says, and how it looks: bad, warn, info, good or nothing."""

    words: str
    look: str = ""


def clock_of(lead: Lead, *, at: datetime) -> Clock:
    if lead.state == LeadState.NURTURE and lead.until:
        return Clock(_("kept warm until %(day)s") % {"day": day_of(lead, at)}, "")
    if lead.answered_at and lead.took is not None:
        return answered(lead, lead.took)
    if not lead.is_active:
        return Clock("")
    if lead.answer_by is None:
        return Clock(_("not answered yet"))
    left = lead.answer_by - at
    if left < timedelta(0):
        return Clock(_("overdue by %(time)s") % {"time": span(-left)}, "bad")
    near = left < max(SHORT, (lead.answer_by - lead.came_at) * NEARLY)
    return Clock(_("%(time)s left") % {"time": span(left)}, "warn" if near else "info")


def answered(lead: Lead, took: timedelta) -> Clock:
    words = _("answered after %(time)s") % {"time": span(took)}
    if lead.answer_by is None:
        return Clock(words)
    return Clock(words, "good") if lead.in_time else Clock(_("%(words)s, too late") % {"words": words}, "warn")


def day_of(lead: Lead, at: datetime) -> str:
    return day_words(lead.until, at.date()) if lead.until else ""


def span(passed: timedelta) -> str:
    """As people say it: 40 minutes, 5 hours, 3 days."""
    return str(format_timedelta(passed, locale=locale(), threshold=1.5))


def why_with(lead: Lead) -> list[str]:
    """Why it is with its owner: what the route found, each as a sentence of its own."""
    found = lead.why
    if not found:
        return []
    said = [_("The route “%(route)s” gave it to %(owner)s.") % {"route": found["route"], "owner": lead.owner}]
    asked = [
        _("it came by “%(name)s”") % {"name": found["source"]} if "source" in found else "",
        _("the customer lies in the territory “%(name)s”") % {"name": found["territory"]}
        if "territory" in found
        else "",
        _("it is about the brand “%(name)s”") % {"name": found["brand"]} if "brand" in found else "",
    ]
    if any(asked):
        said.append(_("Because %(reasons)s.") % {"reasons": _(" and ").join(filter(None, asked))})
    if found.get("keeper"):
        said.append(_("%(owner)s looks after the customer.") % {"owner": lead.owner})
    if "of" in found:
        said.append(turn(found, lead))
    return said


def turn(found: dict[str, object], lead: Lead) -> str:
    number = int(str(found["of"]))
    last = parse_datetime(str(found["last"])) if found.get("last") else None
    told = {"number": number, "team": found.get("team", ""), "owner": lead.owner}
    if last is None:
        return (
            ngettext(
                "In turn among %(number)s of the team %(team)s: %(owner)s had none by it yet.",
                "In turn among %(number)s of the team %(team)s: %(owner)s had none by it yet.",
                number,
            )
            % told
        )
    return ngettext(
        "In turn among %(number)s of the team %(team)s: %(owner)s has waited longest, since %(day)s.",
        "In turn among %(number)s of the team %(team)s: %(owner)s has waited longest, since %(day)s.",
        number,
    ) % (told | {"day": day_words(last.date(), lead.created_at.date())})


def words_of(made: LeadStep, lead: Lead) -> str:
    """What a step was, with what belongs to it."""
    kind = LeadStep.Kind(made.kind)
    told = {"to": made.to or "", "words": made.words}
    match kind:
        case LeadStep.Kind.ALLOTTED:
            return _("Given to %(to)s by the route “%(words)s”") % told
        case LeadStep.Kind.GIVEN:
            return _("Given to %(to)s") % told
        case LeadStep.Kind.CAME:
            return _("Came in by “%(source)s”") % {"source": lead.source}
        case LeadStep.Kind.NURTURE:
            until = parse_date(made.words)
            return _("Kept warm until %(day)s") % {"day": day_words(until, made.at.date()) if until else made.words}
        case _:
            return f"{kind.label}: {made.words}" if made.words else str(kind.label)
