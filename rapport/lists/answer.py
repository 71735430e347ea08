"""Answer with a list page or a file of it: what every room that declares a list does."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from rapport.lists.builder import HOWS, stacks
from rapport.lists.record_list import RecordList, deeds_of
from rapport.lists.shelf import first_address, shelf_of, views_of
from rapport.people.access import SignedInRequest
from rapport.ui.export import FORMS, export


def answer(
    request: SignedInRequest, kept: RecordList, template: str, *, export_path: str = "", **more: object
) -> HttpResponse:
    """The page of a list as its address says; the bare address leads to the view that its reader begins with."""
    reader = request.user
    views = views_of(kept, reader=reader)
    if not request.GET and (first := first_address(kept, views)):
        return redirect(first)
    shown = kept.listing(reader).show(request, kept.rows(reader), kept.scopes(reader))
    shelf = shelf_of(kept, views, reader=reader, state=shown.asked.state, view_id=request.GET.get("view", ""))
    allowed = export_path and reader.allows(kept.exports)
    told = {
        "list": shown,
        "kept": kept,
        "name": kept.name,
        "shelf": shelf,
        "stacks": stacks(shown.listing.filters, shown.asked.tree),
        "hows": HOWS,
        "view_title": str(shelf.open.view) if shelf.open else str(kept.title),
        "above": ["lists/tabs.html"],
        "filters": "lists/filters.html",
        "bulk": deeds_of(kept, reader),
        **more,
    }
    page = f"{template}#list" if request.htmx.target == "list" else template
    response = render(request, page, {**told, "export": export_path if allowed else ""})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def hand_out(request: SignedInRequest, kept: RecordList, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    if form not in FORMS:
        raise Http404
    listing = kept.listing(request.user)
    asked = listing.remembered(request)
    lines = listing.walk(asked, kept.rows(request.user), kept.scopes(request.user))
    header = [str(column.label) for column in asked.columns]
    return export(form, kept.name, header, lines, zone=timezone.get_current_timezone())  # type: ignore[return-value]
