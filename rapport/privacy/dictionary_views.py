"""The data dictionary in the browser: its tables, the columns of one, and one column to be described."""

from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.fields.sensitivity import Level
from rapport.people.access import SignedInRequest, needs
from rapport.people.role import Role
from rapport.privacy.dictionary_describe import describe
from rapport.privacy.dictionary_forms import ASKED, form_for
from rapport.privacy.dictionary_read import Kept, Line, dictionary, table_of, who_sees
from rapport.privacy.past_steps import steps_of
from rapport.trail.choices import called
from rapport.ui.export import export
from rapport.ui.toast import toast

INVALID = 422
# What a page shows of columns that were asked for across tables; the file holds all of them.
SHOWN = 200
PERSONAL = "any"


@dataclass(frozen=True)
class Asked:
    """What somebody looks for."""

    q: str
    level: str
    gaps: bool

    @classmethod
    def by(cls, request: SignedInRequest) -> "Asked":
        level = request.GET.get("level", "")
        q = request.GET.get("q", "").strip()[:100]
        return cls(q, level if level in {*Level.values, PERSONAL} else "", request.GET.get("gaps") == "1")

    def fits(self, one: Line) -> bool:
        if self.gaps and one.is_complete:
            return False
        if self.level and not (one.is_personal if self.level == PERSONAL else one.level == self.level):
            return False
        return not self.q or one.says(self.q)

    def __bool__(self) -> bool:
        return bool(self.q or self.level or self.gaps)

    def among(self, found: list[Kept]) -> list[Kept]:
        """The tables with those of their lines that fit."""
        left = [replace(kept, lines=tuple(one for one in kept.lines if self.fits(one))) for kept in found]
        return [kept for kept in left if kept.lines]


@needs("privacy.view_dictionary")
@require_safe
def dictionary_page(request: SignedInRequest) -> HttpResponse:
    """Every table; or every column that fits what was asked."""
    found, asked = dictionary(), Asked.by(request)
    lines = [one for kept in found for one in kept.lines]
    fitting = [one for one in lines if asked.fits(one)]
    shown = {
        "rooms": in_rooms(found),
        "asked": asked,
        "lines": fitting[:SHOWN] if asked else [],
        "fitting": len(fitting),
        "columns": len(lines),
        "complete": sum(one.is_complete for one in lines),
        "personal": sum(one.is_personal for one in lines),
        "levels": Level.choices,
    }
    return render(request, "privacy/dictionary.html", shown)


@dataclass(frozen=True)
class Room:
    """The tables of one part of Rapport."""

    title: str
    tables: tuple[Kept, ...]

    @property
    def columns(self) -> int:
        return sum(len(one.lines) for one in self.tables)

    @property
    def personal(self) -> int:
        return sum(one.personal for one in self.tables)

    @property
    def incomplete(self) -> int:
        return sum(one.incomplete for one in self.tables)


def in_rooms(found: list[Kept]) -> list[Room]:
    """By what people call each room."""
    by_label: dict[str, list[Kept]] = {}
    for one in found:
        by_label.setdefault(one.room, []).append(one)
    rooms = [Room(str(called(label)), tuple(tables)) for label, tables in by_label.items()]
    return sorted(rooms, key=lambda room: room.title.casefold())


@needs("privacy.view_dictionary")
@require_safe
def dictionary_file(request: SignedInRequest) -> HttpResponse:
    """The same as a table to take away."""
    roles = list(Role.objects.visible_to(request.user).in_order())
    found = Asked.by(request).among(dictionary())
    header = (
        *(_("Table"), _("Column"), _("What it is"), _("Explanation"), _("Leads to"), _("Sensitivity")),
        *(_("What it is kept for"), _("Lawful basis"), _("How long"), _("Where it comes from"), _("Who sees it")),
        *(_("Earlier states in"), _("Complete")),
    )
    rows = (
        (
            *(one.table, one.column, one.label, one.hint, kept.about, one.level_in_words),
            *(one.purpose, one.basis_in_words, one.keeps, one.source, who_sees(one, roles)),
            *(kept.history, _("yes") if one.is_complete else _("no")),
        )
        for kept in found
        for one in kept.lines
    )
    zone = timezone.get_current_timezone()
    return export("csv", "data-dictionary", header, [[*map(told, row)] for row in rows], zone=zone)  # type: ignore[return-value]


def told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@needs("privacy.view_dictionary")
@require_safe
def dictionary_table(request: SignedInRequest, table: str) -> HttpResponse:
    kept = the_table(table)
    roles = list(Role.objects.visible_to(request.user).in_order())
    return render(
        request,
        "privacy/dictionary_table.html",
        {"kept": kept, "rows": [(one, who_sees(one, roles)) for one in kept.lines]},
    )


@needs("privacy.change_dictionary")
@require_http_methods(["GET", "HEAD", "POST"])
def dictionary_column(request: SignedInRequest, table: str, column: str) -> HttpResponse:
    """Say what a column is kept for, how long and how sensitive it is."""
    line = next((one for one in the_table(table).lines if one.column == column), None)
    if line is None:
        raise Http404
    form = form_for(line, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        describe(line, {name: form.cleaned_data[name] for name in ASKED})
        return toast(request, redirect("privacy:dictionary_table", table), _("Saved."))
    roles = list(Role.objects.visible_to(request.user).in_order())
    shown = {"form": form, "line": line, "seen_by": who_sees(line, roles), "steps": steps_of(line.said)}
    return render(request, "privacy/dictionary_column.html", shown, status=INVALID if form.errors else None)


def the_table(table: str) -> Kept:
    kept = table_of(table)
    if kept is None:
        raise Http404
    return kept
