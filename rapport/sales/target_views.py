"""Targets: a table of periods and of who sells, each cell an amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import get_format, localize_input
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from rapport.lib.numbers import read_currency, read_number
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.people.unit import Unit
from rapport.sales.convert import home_currency
from rapport.sales.period import Period, month_at, period_of, quarter_at
from rapport.sales.set_targets import Whose, copy_targets, set_targets
from rapport.sales.target import Target
from rapport.sales.targets_of import sellers
from rapport.ui.toast import toast

INVALID, LARGEST, COLUMNS = 422, Decimal(10) ** 12, 4


@dataclass(frozen=True)
class Cell:
    name: str
    period: Period
    text: str
    error: str = ""


@dataclass(frozen=True)
class Line:
    whose: Whose
    label: str
    cells: list[Cell]


@needs("sales.change_target")
@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: SignedInRequest) -> HttpResponse:
    """Four periods from the one of the address on; what is sent is kept as a whole, or nothing of it."""
    period = period_of(request.GET.get("period", "")) or quarter_at(timezone.localdate())
    periods = [period.shifted(step) for step in range(COLUMNS)]
    currency = read_currency(request.POST.get("currency", "")) or home_currency()
    sent = request.POST if request.method == "POST" else None
    lines, amounts = read_lines(request.user, periods, sent)
    wrong = any(cell.error for line in lines for cell in line.cells)
    unsaid = bool(sent) and not currency
    if sent is not None and not wrong and not unsaid:
        number = set_targets(amounts, currency=currency)
        words = ngettext("%(number)s target changed.", "%(number)s targets changed.", number) % {"number": number}
        return toast(request, redirect(f"{reverse('sales:targets')}?period={period}"), words)
    shown: dict[str, Any] = {
        "period": period,
        "periods": periods,
        "lines": lines,
        "currency": currency,
        "unsaid": unsaid,
        "wrong": wrong,
        "before": period.shifted(-COLUMNS),
        "after": period.shifted(COLUMNS),
        "other": month_at(period.first) if period.months > 1 else quarter_at(period.first),
    }
    return render(request, "sales/targets.html", shown, status=INVALID if wrong or unsaid else 200)


@needs("sales.change_target")
@require_POST
def copy(request: SignedInRequest) -> HttpResponse:
    """From the period before the one that is named."""
    period = period_of(request.POST.get("period", "")) or quarter_at(timezone.localdate())
    number = copy_targets(period)
    words = ngettext("%(number)s target copied.", "%(number)s targets copied.", number) % {"number": number}
    back = period_of(request.POST.get("back", "")) or period
    return toast(request, redirect(f"{reverse('sales:targets')}?period={back}"), words)


def read_lines(
    reader: User, periods: list[Period], sent: Mapping[str, str] | None
) -> tuple[list[Line], dict[tuple[Whose, Period], Decimal | None]]:
    """Units, and whoever may sell; with what is set, or what was sent."""
    known = {
        (("unit", one.unit_id) if one.unit_id else ("user", one.user_id), Period(one.first, one.months)): one.amount
        for one in Target.objects.visible_to(reader).filter(first__in=[one.first for one in periods])
    }
    people = [(("user", one.pk), str(one)) for one in sellers()]
    units = [(("unit", one.pk), str(one)) for one in Unit.objects.visible_to(reader).order_by("name", "pk")]
    lines: list[Line] = []
    amounts: dict[tuple[Whose, Period], Decimal | None] = {}
    for whose, label in (*units, *people):
        cells = []
        for period in periods:
            cell, amount = read_cell(whose, period, known.get((whose, period)), sent)
            cells.append(cell)
            if sent is not None and cell.name in sent and not cell.error:
                amounts[whose, period] = amount
        lines.append(Line(whose, label, cells))
    return lines, amounts


def read_cell(
    whose: Whose, period: Period, known: Decimal | None, sent: Mapping[str, str] | None
) -> tuple[Cell, Decimal | None]:
    name = f"{whose[0]}-{whose[1]}-{period}"
    if sent is None or name not in sent:
        return Cell(
            name, period, "" if known is None else localize_input(known.normalize().quantize(cents(known)))
        ), known
    text = sent[name].strip()
    if not text:
        return Cell(name, period, ""), None
    amount = read_number(text, "," if get_format("DECIMAL_SEPARATOR") == "," else ".")
    if amount is None:
        return Cell(name, period, text[:30], _("This is no amount.")), None
    if not 0 <= amount <= LARGEST:
        return Cell(name, period, text[:30], _("Give an amount from nought to a million million.")), None
    return Cell(name, period, text), round(amount, 2)


def cents(amount: Decimal) -> Decimal:
    return Decimal(1) if amount == amount.to_integral() else Decimal("0.01")
