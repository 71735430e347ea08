"""Icons, moments, money, names and numbers as every page writes them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from django import template
from django.forms import BoundField, CheckboxInput, Select, Textarea
from django.template.defaulttags import querystring
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.ui.grouped import groups_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from django_stubs_ext import StrOrPromise

    from rapport.ui.listing import Cell
    from rapport.ui.tick import Tick

register = template.Library()
register.simple_tag(querystring, name="query", takes_context=True)

RELATIVE_UNTIL = timedelta(days=7)
TONES = 6


@dataclass(frozen=True)
class Sign:
    """How a channel looks, and what it is called."""

    icon: str
    title: "StrOrPromise"
    inbound: str = ""
    outbound: str = ""


SIGNS = {
    "email": Sign(icon="mail", inbound="mail-down", outbound="mail-forward", title=gettext_lazy("E-mail")),
    "phone": Sign(icon="phone", inbound="phone-incoming", outbound="phone-outgoing", title=gettext_lazy("Phone")),
    "chat": Sign(icon="messages", title=gettext_lazy("Chat")),
    "sms": Sign(icon="device-mobile-message", title=gettext_lazy("Text message")),
    "post": Sign(icon="mailbox", title=gettext_lazy("Post")),
    "visit": Sign(icon="walk", title=gettext_lazy("Visit")),
    "web": Sign(icon="world", title=gettext_lazy("Web")),
    "social": Sign(icon="hash", title=gettext_lazy("Social media")),
    "portal": Sign(icon="door-enter", title=gettext_lazy("Portal")),
    "store": Sign(icon="building-store", title=gettext_lazy("Store")),
    "system": Sign(icon="settings-automation", title=gettext_lazy("System")),
}
PEEK = Sign(icon="layout-sidebar-right", title=gettext_lazy("In short"))
UNKNOWN = Sign(icon="point", title=gettext_lazy("Other"))
DIRECTIONS = {
    "inbound": gettext_lazy("from the customer"),
    "outbound": gettext_lazy("to the customer"),
    "internal": gettext_lazy("internal"),
}


def locale() -> Locale:
    """The reader's language, as Babel names it; plain English is the British one, with its clock of 24 hours."""
    return locale_of(translation.get_language() or "en")


@cache
def locale_of(language: str) -> Locale:
    return Locale("en", "GB") if language == "en" else Locale.parse(language, sep="-")


# Days and minutes of the day repeat from line to line and from page to page.
@lru_cache(maxsize=4_000)
def day_in(day: date, form: str, tongue: Locale) -> str:
    return str(format_date(day, form, locale=tongue))


@lru_cache(maxsize=4_000)
def clock_in(clock: time, tongue: Locale) -> str:
    return str(format_time(clock, "short", locale=tongue))


def exact(here: datetime) -> str:
    """A moment in full, for hovering: the day in words, and the minute."""
    tongue = locale()
    clock = clock_in(here.time().replace(second=0, microsecond=0), tongue)
    return together(day_in(here.date(), "full", tongue), clock)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon by its Tabler name; give a ``label`` when it stands without words beside it."""
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><title>{}</title><use href="{}"/></svg>',
            classes,
            label,
            label,
            f"{sprite()}#{name}",
        )
    return silent_icon(name, classes)


@lru_cache(maxsize=1_000)
def silent_icon(name: str, classes: str) -> SafeString:
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, f"{sprite()}#{name}")


@cache
def sprite() -> str:
    """The address of the picture that holds all icons; it changes only with a new start."""
    return static("ui/built/icons.svg")


@register.simple_tag
def channel_icon(channel: str, direction: str = "") -> SafeString:
    """The round sign at the head of a timeline line; its colour repeats what its label says."""
    return sign_of(str(channel), str(direction), translation.get_language() or "en")


@lru_cache(maxsize=400)
def sign_of(channel: str, direction: str, _language: str) -> SafeString:
    sign = SIGNS.get(channel, UNKNOWN)
    name = {"inbound": sign.inbound, "outbound": sign.outbound}.get(direction) or sign.icon
    label = ", ".join(str(part) for part in (sign.title, DIRECTIONS.get(direction)) if part)
    side = {"inbound": "what in", "outbound": "what out"}.get(direction, "what")
    return format_html('<span class="{}" title="{}">{}</span>', side, label, icon(name, label))


def local(when: datetime) -> datetime:
    return timezone.localtime(when) if timezone.is_aware(when) else timezone.make_aware(when)


@register.simple_tag
def ago(when: datetime | None) -> SafeString | str:
    """How long ago, for a week; the day after that. The exact moment on hover."""
    if when is None:
        return "–"
    here = local(when)
    shown = relative(when, timezone.now() - here)
    return format_html('<time datetime="{}" title="{}" data-ago>{}</time>', here.isoformat(), exact(here), shown)


def relative(when: datetime, passed: timedelta) -> str:
    if abs(passed) < timedelta(minutes=1):
        return _("just now")
    if abs(passed) < RELATIVE_UNTIL:
        return str(format_timedelta(-passed, add_direction=True, threshold=1, locale=locale()))
    return day_in(local(when).date(), "medium", locale())


@register.simple_tag
def moment(when: datetime | date | None, form: str = "moment") -> SafeString | str:
    """An exact moment in the reader's zone; ``form`` is moment, date or time."""
    if when is None:
        return "–"
    if not isinstance(when, datetime):
        return format_html('<time datetime="{}">{}</time>', when.isoformat(), day_in(when, "medium", locale()))
    here, tongue = local(when), locale()
    day = day_in(here.date(), "medium", tongue)
    clock = clock_in(here.time().replace(second=0, microsecond=0), tongue)
    shown = {"date": day, "time": clock, "moment": together(day, clock)}[form]
    return format_html('<time datetime="{}" title="{}">{}</time>', here.isoformat(), exact(here), shown)


def together(day: str, clock: str) -> str:
    return str(locale().datetime_formats["medium"]).replace("{1}", day).replace("{0}", clock)


@register.simple_tag
def day_name(day: date) -> str:
    """The heading of a day: today, yesterday, or its date."""
    days = (timezone.localdate() - day).days
    if days in {0, 1}:
        return _("Today") if days == 0 else _("Yesterday")
    if day.year == timezone.localdate().year:
        return str(format_skeleton("MMMMd", day, locale=locale()))
    return str(format_date(day, "long", locale=locale()))


@register.simple_tag
def money(amount: Decimal | None, currency: str = "") -> str:
    """An amount with its currency, as the reader's language writes it."""
    if amount is None:
        return "–"
    if not currency:
        return str(format_decimal(amount, "#,##0.00", locale=locale()))
    return str(format_currency(amount, currency, locale=locale()))


@register.filter
def named(text: str, names: "Sequence[str]") -> SafeString | str:
    """``text`` with the colleagues marked whom it speaks to; what can't be read as markup stays words."""
    if not names:
        return text
    spoken = re.compile("|".join(re.escape(f"@{escape(name)}") for name in sorted(names, key=len, reverse=True)))
    return mark_safe(spoken.sub(r'<span class="mention">\g<0></span>', escape(text)))  # noqa: S308


@register.filter
def count(number: int | None) -> str:
    """A whole number with its thousands marked."""
    return "–" if number is None else str(format_decimal(number, locale=locale()))


@register.filter
def compact(number: int | None) -> str:
    """A number in short: 12K, 3.4M."""
    return "–" if number is None else str(format_compact_decimal(number, fraction_digits=1, locale=locale()))


@register.filter
def percent(share: float | Decimal | None) -> str:
    """A share of one as per cent."""
    return "–" if share is None else str(format_percent(share, locale=locale()))


@register.simple_tag
def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = [word for word in str(name).split() if word[0].isalnum()] or ["?"]
    first, last = words[0][0], words[-1][0] if len(words) > 1 else ""
    return (first + last).upper()


@register.simple_tag
def avatar(name: str, size: str = "sm") -> SafeString:
    """A round picture of a name's initials; always beside the name itself, so it is hidden from readers of screens."""
    tone = sum(str(name).encode()) % TONES
    return format_html(
        '<span class="avatar avatar-{} rounded-circle tone-{}" aria-hidden="true">{}</span>', size, tone, initials(name)
    )


@register.simple_tag
def table_cells(line: "Sequence[Cell[Any]]", peek: str = "") -> SafeString:
    """The cells of a list's line, written here because a page has hundreds; on a phone each carries its label.

    With ``peek`` the first one has a button that shows the line in short.
    """
    button = peek_button(str(line[0].value)) if peek else ""
    return format_html_join(
        "\n",
        '<td role="cell" class="{}"><span class="cell-label soft" aria-hidden="true">{}</span> {}{}</td>',
        (
            (
                cell_classes(cell, lead=place == 0),
                cell.column.label if place else "",
                changeable(cell),
                "" if place else button,
            )
            for place, cell in enumerate(line)
        ),
    )


def peek_button(name: str) -> SafeString:
    return format_html(
        '<button class="peek-here" type="button" data-peek-here aria-label="{}" title="{}">{}</button>',
        _("%(name)s in short") % {"name": name},
        PEEK.title,
        icon(PEEK.icon),
    )


def cell_classes(cell: "Cell[Any]", *, lead: bool) -> str:
    words = ("num" if cell.column.numeric else "", "" if cell.value else "void", "lead" if lead else "")
    return " ".join([*filter(None, words), cell.column.shape])


def changeable(cell: "Cell[Any]") -> SafeString | str:
    """What a cell says, with the way to change it in place; its markup is that of a customer's details."""
    if not cell.change:
        return cell_content(cell)
    words = _("Change %(label)s") % {"label": cell.column.label}
    return format_html(
        '<div class="inplace"><span class="inplace-words">{}</span><button class="inplace-change" type="button" '
        'hx-get="{}?edit" hx-target="closest .inplace" hx-swap="outerHTML" aria-label="{}" title="{}">{}</button></div>',
        cell_content(cell),
        cell.change,
        words,
        words,
        icon("pencil"),
    )


def cell_content(cell: "Cell[Any]") -> SafeString | str:
    value = cell.value
    if cell.url:
        return format_html('<a class="who" href="{}">{}<span>{}</span></a>', cell.url, avatar(value), value)
    if not value:
        return NOTHING
    return format_html('<a class="who" href="{}">{}</a>', cell.link, shaped(cell)) if cell.link else shaped(cell)


def shaped(cell: "Cell[Any]") -> SafeString | str:
    value = cell.value
    if cell.column.shape == "moment":
        return ago(value)
    if cell.column.shape == "ticks":
        return ticked(value)
    if cell.column.shape == "day":
        return moment(value)
    if cell.column.shape == "tags":
        badges = format_html_join("", '<span class="badge">{}</span>', ((tag,) for tag in value))
        return format_html('<span class="tags">{}</span>', badges)
    if cell.column.shape == "long":
        # Long words break behind their signs; only a piece that is too long by itself breaks anywhere.
        return format_html("<span>{}</span>", format_html_join(MAY_BREAK, "{}", ((piece,) for piece in pieces(value))))
    return format_html("<span>{}</span>", value)


@register.simple_tag
def ticked(one: "Tick") -> SafeString:
    """How it stands, before it the button that says that it is done, or not after all."""
    if not one.url:
        return format_html("<span>{}</span>", one.words)
    words = (_("Not done after all: %(title)s") if one.on else _("Done: %(title)s")) % {"title": one.title}
    return format_html(
        '<span class="ticked" id="{}"><button class="tick{}" type="button" data-key="d" hx-post="{}" '
        'hx-target="closest .ticked" hx-swap="outerHTML" aria-label="{}" title="{}">{}</button><span>{}</span></span>',
        one.key,
        " tick-on" if one.on else "",
        one.url,
        words,
        _("Not done after all") if one.on else _("Done"),
        icon("check"),
        one.words,
    )


def pieces(word: str) -> list[str]:
    """``word`` cut where an address may break."""
    return [piece for piece in re.split(r"(?<=[@.\-_/])", str(word)) if piece]


MAY_BREAK = mark_safe("<wbr>")
NOTHING = mark_safe('<span class="soft">–</span>')


@register.simple_tag
def widget(field: BoundField, *, autofocus: bool | str = False) -> SafeString:
    """The control of a form field in our look."""
    kind = field.field.widget
    if isinstance(kind, CheckboxInput):
        css = "form-check-input"
    else:
        css = "form-select" if isinstance(kind, Select) else "form-control"
    css = f"{css} is-invalid" if field.errors else css
    attrs: dict[str, str | bool] = {"class": f"{kind.attrs.get('class', '')} {css}".strip()}
    if isinstance(kind, Textarea) and str(kind.attrs.get("rows")) == "10":
        attrs["rows"] = "4"
    if kind.attrs.get("placeholder") == field.label:
        attrs["placeholder"] = False
    if autofocus:
        attrs["autofocus"] = True
    # A form says by `fits` for which choice in another field this one counts at all; a behaviour hides it for the others.
    other, *choices = getattr(field.form, "fits", {}).get(field.name, ("",))
    if other:
        attrs |= {"data-when": field.form.add_prefix(other), "data-is": " ".join(choices)}
    return field.as_widget(attrs=attrs)


register.filter("groups", groups_of)


@register.filter
def needed(field: BoundField) -> str:
    """When a field is needed that may stay empty otherwise, as its form says by `needed`."""
    return str(getattr(field.form, "needed", {}).get(field.name, ""))
