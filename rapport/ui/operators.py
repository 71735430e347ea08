"""The operators that a field of each type is asked with."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.lib.periods import NAMES, back, spell
from rapport.ui.conditions import Choices, Operator, Part, hold_not

Where = Callable[[list[str]], Q]
NUMBER, DAY = Part("number"), Part("date")
IS = gettext_lazy("%(label)s is %(value)s")
IS_NOT = gettext_lazy("%(label)s is not %(value)s")


def text_operators(field: str, hint: str = "") -> tuple[Operator, ...]:
    """Small and capital letters are the same."""
    part = Part(hint=hint)
    return (
        Operator("", gettext_lazy("is"), IS, each(f"{field}__iexact"), (part,)),
        Operator("not", gettext_lazy("is not"), IS_NOT, negated(each(f"{field}__iexact")), (part,)),
        Operator(
            "contains",
            gettext_lazy("contains"),
            gettext_lazy("%(label)s contains %(value)s"),
            each(f"{field}__icontains"),
        ),
        Operator(
            "starts",
            gettext_lazy("starts with"),
            gettext_lazy("%(label)s starts with %(value)s"),
            each(f"{field}__istartswith"),
        ),
        *emptiness(Q(**{field: ""})),
    )


def choice_operators(where: Where, choices: Callable[[], Choices]) -> tuple[Operator, ...]:
    parts = (Part("choice", choices=choices),)
    return (
        Operator("", gettext_lazy("is"), IS, where, parts),
        Operator("not", gettext_lazy("is not"), IS_NOT, negated(where), parts),
    )


def emptiness(empty: Q) -> tuple[Operator, ...]:
    return (
        Operator("empty", gettext_lazy("is empty"), gettext_lazy("%(label)s is empty"), lambda _none: empty, ()),
        Operator(
            "filled",
            gettext_lazy("has a value"),
            gettext_lazy("%(label)s has a value"),
            lambda _none: hold_not(empty),
            (),
        ),
    )


def each(lookup: str) -> Where:
    """Any of the values."""
    return lambda values: reduce(or_, (Q(**{lookup: value}) for value in values))


def negated(where: Where) -> Where:
    return lambda values: hold_not(where(values))


def number_operators(field: str) -> tuple[Operator, ...]:
    return number_operators_by(lambda least, most: within(field, least, most))


def number_operators_by(span: Callable[[str, str], Q]) -> tuple[Operator, ...]:
    """``span`` takes the least and the most as they were written; either may be empty."""
    return (
        Operator(
            "from",
            gettext_lazy("is at least"),
            gettext_lazy("%(label)s is at least %(value)s"),
            # A decimal comma is no comma between values.
            lambda values: span(",".join(values), ""),
            (NUMBER,),
        ),
        Operator(
            "to",
            gettext_lazy("is at most"),
            gettext_lazy("%(label)s is at most %(value)s"),
            lambda values: span("", ",".join(values)),
            (NUMBER,),
        ),
        Operator(
            "between",
            gettext_lazy("is between"),
            gettext_lazy("%(label)s is between %(value)s and %(second)s"),
            lambda values: span(*values),
            (NUMBER, NUMBER),
        ),
    )


def within(field: str, least: str, most: str) -> Q:
    condition = Q()
    if least:
        condition &= Q(**{f"{field}__gte": whole(least)})
    if most:
        condition &= Q(**{f"{field}__lte": whole(most)})
    return condition


def whole(text: str) -> int:
    number = int(text)
    if abs(number) > 2**31 - 1:
        raise ValueError(text)
    return number


def moment_operators(field: str, *, nullable: bool = False) -> tuple[Operator, ...]:
    """Of a moment, in days of the reader's zone."""
    return day_operators(lambda first, after: between(field, first, after), Q(**{field: None}) if nullable else None)


def between(field: str, first: date | None, after: date | None) -> Q:
    condition = Q()
    if first:
        condition &= Q(**{f"{field}__gte": midnight(first)})
    if after:
        condition &= Q(**{f"{field}__lt": midnight(after)})
    return condition


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def date_operators(field: str, *, nullable: bool = False) -> tuple[Operator, ...]:
    """Of a day without an hour, which is the same everywhere."""
    return day_operators(lambda first, after: on_days(field, first, after), Q(**{field: None}) if nullable else None)


def on_days(field: str, first: date | None, after: date | None) -> Q:
    condition = Q(**{f"{field}__gte": first}) if first else Q()
    return condition & Q(**{f"{field}__lt": after}) if after else condition


def day_operators(span: Callable[[date | None, date | None], Q], empty: Q | None) -> tuple[Operator, ...]:
    """``span`` takes the first day and the day after the last; either may be missing."""
    days = (Part("number"),)
    return (
        Operator(
            "in",
            gettext_lazy("is"),
            gettext_lazy("%(label)s is %(value)s"),
            lambda names: reduce(or_, (span(*spell(name, timezone.localdate())) for name in names)),
            (Part("choice", choices=spells),),
        ),
        Operator(
            "last",
            gettext_lazy("is in the last … days"),
            gettext_lazy("%(label)s is in the last %(value)s days"),
            lambda given: span(back(one(given), timezone.localdate()), tomorrow()),
            days,
        ),
        Operator(
            "over",
            gettext_lazy("is more than … days ago"),
            gettext_lazy("%(label)s is more than %(value)s days ago"),
            lambda given: span(None, back(one(given), timezone.localdate())),
            days,
        ),
        Operator(
            "next",
            gettext_lazy("is in the next … days"),
            gettext_lazy("%(label)s is in the next %(value)s days"),
            lambda given: span(timezone.localdate(), back(-one(given) - 1, timezone.localdate())),
            days,
        ),
        Operator(
            "on",
            gettext_lazy("is on"),
            gettext_lazy("%(label)s is on %(value)s"),
            lambda given: reduce(or_, (span(day(text), day(text) + timedelta(days=1)) for text in given)),
            (DAY,),
        ),
        Operator(
            "before",
            gettext_lazy("is before"),
            gettext_lazy("%(label)s is before %(value)s"),
            lambda given: span(None, day(only(given))),
            (DAY,),
        ),
        Operator(
            "since",
            gettext_lazy("is from … on"),
            gettext_lazy("%(label)s is from %(value)s on"),
            lambda given: span(day(only(given)), None),
            (DAY,),
        ),
        Operator(
            "between",
            gettext_lazy("is between"),
            gettext_lazy("%(label)s is between %(value)s and %(second)s"),
            lambda given: span(day(given[0]), day(given[1]) + timedelta(days=1)),
            (DAY, DAY),
        ),
        *(emptiness(empty) if empty is not None else ()),
    )


def only(given: list[str]) -> str:
    (text,) = given
    return text


def one(given: list[str]) -> int:
    """A number of days, not negative."""
    text = only(given)
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    # No longer than a century; `back` sees to it.
    return int(text[:9])


def day(text: str) -> date:
    found = date.fromisoformat(text)
    # What moves across midnight in some zone must still be a year that a clock knows.
    if not 1 < found.year < 9_999:  # noqa: PLR2004
        raise ValueError(text)
    return found


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def spells() -> list[tuple[str, str]]:
    words = {
        "today": _("today"),
        "yesterday": _("yesterday"),
        "tomorrow": _("tomorrow"),
        "last-week": _("last week"),
        "this-week": _("this week"),
        "next-week": _("next week"),
        "last-month": _("last month"),
        "this-month": _("this month"),
        "next-month": _("next month"),
        "last-quarter": _("last quarter"),
        "this-quarter": _("this quarter"),
        "next-quarter": _("next quarter"),
        "last-year": _("last year"),
        "this-year": _("this year"),
        "next-year": _("next year"),
    }
    return [(name, words[name]) for name in NAMES]
