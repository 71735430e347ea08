"""Say what a formula yields, before there are values, and reckon it when there are: nothing in gives nothing out."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Context, Decimal, DecimalException, localcontext
from typing import Literal as OneOf
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.fields.formula import Call, Chain, FormulaError, Literal, Name, Node, Turned

Sort = OneOf["number", "text", "date", "flag"]
Value = Decimal | str | date | bool | None
WORDS: Mapping[Sort, object] = {
    "number": gettext_lazy("a number"),
    "text": gettext_lazy("a text"),
    "date": gettext_lazy("a date"),
    "flag": gettext_lazy("a yes or no"),
}
LARGEST = Decimal(10) ** 15
LONGEST_TEXT = 1_000
MOST_DECIMALS = 10
EXACT = Context(prec=28)


def sort_of(node: Node, sorts: Mapping[str, Sort]) -> Sort:
    """What ``node`` yields when its fields are of ``sorts``. Raises FormulaError where they don't go together."""
    match node:
        case Literal(value):
            return "flag" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
        case Name(name):
            if name not in sorts:
                raise FormulaError(_("There is no field “%(name)s” to reckon with.") % {"name": name})
            return sorts[name]
        case Turned(sign, what):
            return needed(sort_of(what, sorts), "flag" if sign == "not" else "number", sign)
        case Call(function, given):
            return sort_of_call(function, [sort_of(one, sorts) for one in given])
        case Chain(first, rest):
            sort = sort_of(first, sorts)
            for sign, one in rest:
                sort = joined(sign, sort, sort_of(one, sorts))
            return sort


def needed(found: Sort, wanted: Sort, by: str) -> Sort:
    if found != wanted:
        words = {"by": by, "wanted": WORDS[wanted], "found": WORDS[found]}
        raise FormulaError(_("“%(by)s” needs %(wanted)s, not %(found)s.") % words)
    return wanted


def joined(sign: str, left: Sort, right: Sort) -> Sort:
    if sign in {"and", "or"}:
        needed(left, "flag", sign)
        return needed(right, "flag", sign)
    if sign in {"=", "!=", "<", "<=", ">", ">="}:
        if left != right:
            words = {"sign": sign, "left": WORDS[left], "right": WORDS[right]}
            raise FormulaError(_("“%(sign)s” can't compare %(left)s with %(right)s.") % words)
        if sign not in {"=", "!="} and left in {"text", "flag"}:
            raise FormulaError(_("“%(sign)s” compares numbers or dates only.") % {"sign": sign})
        return "flag"
    if left == "date" and sign in {"+", "-"}:
        if right == "date" and sign == "-":
            return "number"
        needed(right, "number", sign)
        return "date"
    needed(left, "number", sign)
    return needed(right, "number", sign)


# Function → how many it takes at least and at most.
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "if": (3, 3),
    "days_since": (1, 1),
    "days_until": (1, 1),
    "year": (1, 1),
    "today": (0, 0),
    "round": (1, 2),
    "min": (2, 20),
    "max": (2, 20),
    "concat": (1, 20),
    "empty": (1, 1),
}


def sort_of_call(function: str, given: list[Sort]) -> Sort:
    if function not in FUNCTIONS:
        words = {"name": function, "known": ", ".join(FUNCTIONS)}
        raise FormulaError(_("There is no function “%(name)s”. Use one of: %(known)s.") % words)
    least, most = FUNCTIONS[function]
    if not least <= len(given) <= most:
        raise FormulaError(_("“%(name)s” was given too few or too many things.") % {"name": function})
    if function == "if":
        needed(given[0], "flag", function)
        return needed(given[2], given[1], function)
    if function in {"min", "max"}:
        for one in given[1:]:
            needed(one, "date" if given[0] == "date" else "number", function)
        return needed(given[0], "date" if given[0] == "date" else "number", function)
    if function in {"days_since", "days_until", "year"}:
        needed(given[0], "date", function)
    if function == "round":
        for one in given:
            needed(one, "number", function)
    yields: dict[str, Sort] = {"today": "date", "concat": "text", "empty": "flag"}
    return yields.get(function, "number")


def reckon(node: Node, values: Mapping[str, Value], today: date) -> Value:
    """What the formula yields for ``values``; None where something is missing, or no result makes sense."""
    with localcontext(EXACT):
        try:
            found = worth(node, values, today)
        except (DecimalException, ZeroDivisionError, OverflowError):
            return None
    if isinstance(found, Decimal):
        return found if found.is_finite() and abs(found) < LARGEST else None
    return found


def worth(node: Node, values: Mapping[str, Value], today: date) -> Value:  # noqa: PLR0911 - a line per kind reads best
    match node:
        case Literal(value):
            return value
        case Name(name):
            return values.get(name)
        case Turned(sign, what):
            found = worth(what, values, today)
            if isinstance(found, bool):
                return not found
            return -found if sign == "-" and isinstance(found, Decimal) else None
        case Call("if", (condition, then, otherwise)):
            return worth(then if worth(condition, values, today) is True else otherwise, values, today)
        case Call(function, given):
            return called(function, [worth(one, values, today) for one in given], today)
        case Chain(first, rest):
            found = worth(first, values, today)
            for sign, one in rest:
                found = bound(sign, found, worth(one, values, today))
            return found


def bound(sign: str, left: Value, right: Value) -> Value:  # noqa: PLR0911 - a line per kind reads best
    if sign in {"and", "or"}:
        return (left is True and right is True) if sign == "and" else (left is True or right is True)
    if sign in {"=", "!="}:
        return (left == right) == (sign == "=")
    if left is None or right is None:
        return None
    if sign in ORDERED:
        return ORDERED[sign](left, right)
    if isinstance(left, date) and isinstance(right, date):
        return Decimal((left - right).days)
    if isinstance(left, date):
        days = timedelta(days=int(cast(Decimal, right)))
        return left + days if sign == "+" else left - days
    one, other = cast(Decimal, left), cast(Decimal, right)
    return {"+": one.__add__, "-": one.__sub__, "*": one.__mul__, "/": one.__truediv__}[sign](other)


ORDERED: Mapping[str, Callable[[object, object], bool]] = {
    "<": lambda left, right: left < right,  # type: ignore[operator]
    "<=": lambda left, right: left <= right,  # type: ignore[operator]
    ">": lambda left, right: left > right,  # type: ignore[operator]
    ">=": lambda left, right: left >= right,  # type: ignore[operator]
}


def called(function: str, given: list[Value], today: date) -> Value:  # noqa: PLR0911 - a line per kind reads best
    if function == "today":
        return today
    if function == "empty":
        return given[0] is None or given[0] == ""
    if function == "concat":
        return "".join(map(written, given))[:LONGEST_TEXT]
    if any(one is None for one in given):
        return None
    if function in {"min", "max"}:
        return min(given) if function == "min" else max(given)  # type: ignore[type-var]
    if function == "round":
        places = int(cast(Decimal, given[1])) if len(given) > 1 else 0
        return round(cast(Decimal, given[0]), max(-MOST_DECIMALS, min(places, MOST_DECIMALS)))
    day = cast(date, given[0])
    if function == "year":
        return Decimal(day.year)
    return Decimal((today - day).days if function == "days_since" else (day - today).days)


def written(value: Value) -> str:
    """A value inside a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
