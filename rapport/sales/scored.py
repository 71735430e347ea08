"""Say how likely an open deal is to be won, why, and on what that rests; or why there is no score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.lib.logit import Weights
from rapport.sales.deal import Deal
from rapport.sales.lesson import Lesson
from rapport.sales.score import AGE, LEAST, LEAST_OF_EACH, OTHER, STAGE, at_that_time, named
from rapport.sales.traits import FIRST, LOST_BEFORE, NOBODY, WON_BEFORE, stages_of, traits_of
from rapport.ui.templatetags.ui import locale

SHOWN = 5
# What changes the odds by less than a twentieth is no reason.
WORTH_SAYING = 0.05


@dataclass(frozen=True)
class Reason:
    words: str
    for_it: bool


@dataclass(frozen=True)
class Scored:
    """In percent, with reasons and what it rests on; `share` is None where there is no score, and `rests_on` says why."""

    share: int | None
    reasons: Sequence[Reason]
    rests_on: str


def score_of(deal: Deal, *, at: datetime) -> Scored | None:
    """None for a deal that ended."""
    if deal.closed_at:
        return None
    lesson = Lesson.objects.newest_first().first()
    if lesson is None:
        return Scored(None, (), _("Nothing was learned yet: that happens at night."))
    if not lesson.usable:
        return Scored(None, (), why_none(lesson))
    today = localtime(at).date()
    stages = stages_of([deal])[deal.pk] or [(localtime(deal.stage_since).date(), str(deal.stage))]
    known = {**traits_of([deal])[deal.pk], **at_that_time(localtime(deal.opened_at).date(), today, stages)}
    traits = named(known, lesson.common)
    share = Weights(lesson.start, lesson.weights).share(traits)
    return Scored(
        round(100 * share),
        reasons(known, traits, lesson, (today - localtime(deal.opened_at).date()).days),
        rests(lesson),
    )


def reasons(known: Mapping[str, str], traits: Sequence[str], lesson: Lesson, days: int) -> list[Reason]:
    """What makes it likelier or less likely than others, the weightiest first."""
    found = []
    for trait in traits:
        name, _sign, value = trait.partition("=")
        more = lesson.weights.get(trait, 0.0) - lesson.usual.get(name, 0.0)
        if abs(more) >= WORTH_SAYING and value and value != OTHER:
            found.append((abs(more), Reason(in_words(name, known[name], days), more > 0)))
    found.sort(key=lambda one: -one[0])
    return [one for _weight, one in found[:SHOWN]]


def in_words(name: str, value: str, days: int) -> str:
    if name == AGE:
        return ngettext("open for %(days)s day", "open for %(days)s days", days) % {"days": days}
    if name == "customer":
        return {
            FIRST: _("the first deal with this customer"),
            WON_BEFORE: _("they bought from us before"),
            LOST_BEFORE: _("they did not buy before"),
            NOBODY: _("the customer is unknown"),
        }[value]
    words = {
        STAGE: _("in the stage “%(name)s”"),
        "owner": _("with %(name)s"),
        "pipeline": _("through “%(name)s”"),
        "product": _("about “%(name)s”"),
        "source": _("came by “%(name)s”"),
    }
    return words[name] % {"name": value}


def rests(lesson: Lesson) -> str:
    told = {"number": lesson.number, "won": lesson.won, "since": in_full(lesson.since), "until": in_full(lesson.until)}
    words = _("Learned from %(number)s deals that ended from %(since)s to %(until)s, %(won)s of them won.") % told
    return f"{words} {proof(lesson)}"


def proof(lesson: Lesson) -> str:
    return _(
        "Of a win and a loss that it had not seen it put the win above in %(auc)s of 100 cases (with 95 %% certainty between %(low)s and %(high)s); "
        "the stage alone does so in %(baseline)s."
    ) % {name: round(100 * (getattr(lesson, name) or 0)) for name in ("auc", "low", "high", "baseline")}


def why_none(lesson: Lesson) -> str:
    if lesson.auc is None:
        return _(
            "No score: %(number)s deals have ended, %(won)s of them won. At least %(least)s are needed, and %(each)s of either kind."
        ) % {"number": lesson.number, "won": lesson.won, "least": LEAST, "each": LEAST_OF_EACH}
    words = _("No score: what is known of your deals does not tell wins from losses any better than the stage alone.")
    return f"{words} {proof(lesson)}"


def in_full(day: date | None) -> str:
    return str(format_date(day, "medium", locale=locale())) if day else ""
