"""Compare two versions of a quote, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from rapport.quotes.quote import Quote, QuoteLine
from rapport.quotes.sums import offer_of
from rapport.ui.templatetags.sums import exactly, price, term
from rapport.ui.templatetags.ui import day_in, locale, money


@dataclass(frozen=True)
class Pair:
    """What stood there before and stands there now; None where there is none."""

    name: str
    before: str | None
    after: str | None

    @property
    def same(self) -> bool:
        return self.before == self.after


def compared(old: Quote, new: Quote) -> list[Pair]:
    """The head, then the lines, then what each comes to."""
    before, after = offer_of(old), offer_of(new)
    return [
        *heads(old, new),
        *lines([one for one, _sum in before.lines], [one for one, _sum in after.lines], new.currency),
        Pair(_("Over the terms, without tax"), money(before.net, old.currency), money(after.net, new.currency)),
    ]


def heads(old: Quote, new: Quote) -> list[Pair]:
    return [
        Pair(_("Valid until"), *(day_in(one.valid_until, "medium", locale()) for one in (old, new))),
        Pair(_("Discount on everything"), *(f"{exactly(one.discount)} %" for one in (old, new))),
        Pair(_("Words above"), old.note, new.note),
        Pair(_("Terms and conditions"), old.terms, new.terms),
    ]


def lines(old: Sequence[QuoteLine], new: Sequence[QuoteLine], currency: str) -> list[Pair]:
    """Lines of the same product or words stand side by side, in the order of the new version."""
    keys = [[(one.product_id, one.name) for one in some] for some in (old, new)]
    found: list[Pair] = []
    for how, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if how == "equal":
            found += [
                Pair(two.name, told(one, currency), told(two, currency))
                for one, two in zip(old[a:b], new[c:d], strict=True)
            ]
        else:
            found += [Pair(one.name, told(one, currency), None) for one in old[a:b]]
            found += [Pair(one.name, None, told(one, currency)) for one in new[c:d]]
    return found


def told(line: QuoteLine, currency: str) -> str:
    """A line in a sentence."""
    parts = [f"{exactly(line.quantity)} × {price(line.unit_price, currency)}"]
    if line.discount:
        parts.append(f"−{exactly(line.discount)} %")
    if line.every:
        parts.append(term(line.months or line.every))
    return ", ".join(parts)
