"""Views of lists: opened, kept, renamed, shared, pinned, begun with, dropped."""

import secrets
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.journal.keep import undo_of
from rapport.lists.builder import HOWS, MANY, Stack, empty_draft, meant
from rapport.lists.drop_view import drop_view, restore_view
from rapport.lists.forms import ViewForm
from rapport.lists.keep_view import ViewError, keep_view
from rapport.lists.models import LONGEST_STATE, Reach, View
from rapport.lists.pinned import pinned
from rapport.lists.record_list import RecordList, record_list
from rapport.lists.shelf import address_of, shelf_of, views_of
from rapport.lists.start_with import start_with, start_with_all
from rapport.people.access import SignedInRequest, needs
from rapport.ui.conditions import Known
from rapport.ui.toast import toast

INVALID = 422


def list_of(request: SignedInRequest, name: str) -> RecordList:
    found = record_list(name, request.user)
    if found is None:
        raise Http404
    return found


def the_view(request: SignedInRequest, view_id: int) -> tuple[View, RecordList]:
    rows = View.objects.visible_to(request.user).select_related("owner", "team")
    view = get_object_or_404(rows, pk=view_id)
    return view, list_of(request, view.listing)


def sent(request: SignedInRequest) -> dict[str, str]:
    """What was sent, also by an Undo, which carries it in its address."""
    return {name: str(value) for name, value in {**request.GET.dict(), **request.POST.dict()}.items()}


@needs("lists.keep_view")
@require_safe
def views(request: SignedInRequest, listing: str) -> HttpResponse:
    """Every view of a list that one sees, with what may be done with each."""
    kept = list_of(request, listing)
    found = views_of(kept, reader=request.user)
    shelf = shelf_of(kept, found, reader=request.user, state="", view_id="")
    tabs = sorted([*shelf.tabs, *shelf.others], key=lambda one: one.view.name.casefold())
    mine = [one for one in tabs if one.view.owner_id == request.user.pk]
    others = [one for one in tabs if one.view.owner_id != request.user.pk]
    return render(request, "lists/views.html", {"kept": kept, "shelf": shelf, "mine": mine, "others": others})


@needs("lists.keep_view")
@require_safe
def conditions(request: SignedInRequest, listing: str) -> HttpResponse:
    """From the builder's form to the list, at an address that says the same in a readable way."""
    kept = list_of(request, listing)
    return redirect(f"{kept.address}?{meant(kept.listing(request.user).filters, request.GET) or 'view=all'}")


@needs("lists.keep_view")
@require_safe
def condition(request: SignedInRequest, listing: str) -> HttpResponse:
    """A row of the builder for the field and operator that are chosen in it, or a new group with one."""
    filters = list_of(request, listing).listing(request.user).filters
    asked = {name.rpartition(".")[2]: str(value) for name, value in request.GET.items()}
    number, group = secrets.randbelow(MANY), asked.get("group", "")[:10]
    if group == "new":
        group = f"g{number}"
        stack = Stack(group, "any", (empty_draft(number, group, filters, asked, Known()),))
        return render(request, "lists/filters.html#stack", {"stack": stack, "hows": HOWS, "name": listing})
    draft = empty_draft(number, group, filters, asked, Known())
    return render(request, "lists/filters.html#row", {"draft": draft, "name": listing})


@needs("lists.keep_view")
@require_safe
def open_view(request: SignedInRequest, view_id: int) -> HttpResponse:
    """The list as the view says today: for links that are to follow its changes."""
    view, kept = the_view(request, view_id)
    if view.dropped_at:
        raise Http404
    return redirect(address_of(view, kept))


@needs("lists.keep_view")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, listing: str) -> HttpResponse:
    """Keep a list as it is under a name; ``state`` is what its address says."""
    kept = list_of(request, listing)
    state = kept.state(sent(request).get("state", ""), request.user)
    view = View(listing=kept.name, owner=request.user, state=state)
    return asked(request, kept, view, _("New view"))


@needs("lists.keep_view")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Another name, other people who see it."""
    view, kept = the_view(request, view_id)
    if not view.is_changed_by(request.user):
        return not_yours(request, view, kept)
    return asked(request, kept, view, view.name)


def asked(request: SignedInRequest, kept: RecordList, view: View, title: str) -> HttpResponse:
    form = ViewForm(request.POST or None, view=view, writer=request.user)
    if request.method == "POST" and len(view.state) > LONGEST_STATE:
        form.add_error(None, _("This list has too many conditions to be kept."))
    if request.method == "POST" and form.is_valid():
        view.name, view.reach = form.cleaned_data["name"], form.cleaned_data["reach"]
        try:
            keep_view(view, by=request.user, at=timezone.now())
        except ViewError as problem:
            form.refuse(str(problem))
        else:
            return toast(request, redirect(address_of(view, kept)), _("Saved."))
    shown = {"form": form, "title": title, "kept": kept, "view": view, "back": back_to(view, kept)}
    return render(request, "lists/view.html", shown, status=INVALID if form.errors else 200)


def back_to(view: View, kept: RecordList) -> str:
    return address_of(view, kept) if view.pk else f"{kept.address}?{view.state}"


def not_yours(request: SignedInRequest, view: View, kept: RecordList) -> HttpResponse:
    words = _("This view is %(name)s's. Save it under another name to change it.") % {"name": view.owner}
    return toast(request, redirect(address_of(view, kept)), words)


@needs("lists.keep_view")
@require_POST
def save(request: SignedInRequest, view_id: int) -> HttpResponse:
    """The view shows from now on what the list shows; an Undo brings back what it showed."""
    view, kept = the_view(request, view_id)
    state = kept.state(sent(request).get("state", ""), request.user)
    if not view.is_changed_by(request.user):
        return not_yours(request, view, kept)
    if len(state) > LONGEST_STATE:
        return toast(request, redirect(f"{kept.address}?{state}"), _("This list has too many conditions to be kept."))
    undo = f"{reverse('lists:save', args=[view.pk])}?{urlencode({'state': view.state})}"
    view.state = state
    try:
        keep_view(view, by=request.user, at=timezone.now())
    except ViewError as problem:
        return refused(request, problem, address_of(view, kept))
    return toast(request, redirect(address_of(view, kept)), _("Saved."), undo=undo)


@needs("lists.keep_view")
@require_POST
def copy(request: SignedInRequest, view_id: int) -> HttpResponse:
    """A view of one's own that shows the same."""
    view, kept = the_view(request, view_id)
    twin = View(listing=view.listing, owner=request.user, state=view.state, reach=Reach.OWN)
    taken = set(
        View.objects.visible_to(request.user).living().filter(owner=request.user).values_list("name", flat=True)
    )
    names = (_("Copy of %(name)s") % {"name": view.name}, *(f"{view.name} ({number})" for number in range(2, 1_000)))
    twin.name = next(name for name in (one[:100] for one in names) if name not in taken)
    keep_view(twin, by=request.user, at=timezone.now())
    return toast(request, redirect(address_of(twin, kept)), _("%(name)s is yours to change.") % {"name": twin})


@needs("lists.keep_view")
@require_POST
def dropping(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Drop a view, or bring it back: ``back`` says so."""
    view, kept = the_view(request, view_id)
    if not view.is_changed_by(request.user):
        return not_yours(request, view, kept)
    if "back" in sent(request):
        try:
            restore_view(view)
        except ViewError as problem:
            return refused(request, problem, kept.address)
        return toast(request, redirect(address_of(view, kept)), _("%(name)s is back.") % {"name": view})
    now = timezone.now()
    drop_view(view, by=request.user, at=now)
    words, undo = _("%(name)s is deleted.") % {"name": view}, undo_of(request.user, now)
    return toast(request, redirect(f"{kept.address}?view=all"), words, undo=undo)


@needs("lists.keep_view")
@require_POST
def pinning(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Pin a view above its list; ``out`` takes the pin out."""
    view, kept = the_view(request, view_id)
    if "out" in sent(request):
        pinned().unpin(view, by=request.user)
        return toast(request, redirect(address_of(view, kept)), _("%(name)s is no longer pinned.") % {"name": view})
    try:
        pinned().pin(view, by=request.user, at=timezone.now())
    except ViewError as problem:
        return refused(request, problem, address_of(view, kept))
    return toast(request, redirect(address_of(view, kept)), _("%(name)s is pinned.") % {"name": view})


@needs("lists.keep_view")
@require_POST
def beginning(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Begin with this view whenever the list is opened; ``all`` begins with all records again."""
    view, kept = the_view(request, view_id)
    if "all" in sent(request):
        start_with_all(kept.name, by=request.user)
        return toast(request, redirect(address_of(view, kept)), _("The list begins with all records again."))
    start_with(view, by=request.user)
    return toast(request, redirect(address_of(view, kept)), _("The list begins with %(name)s.") % {"name": view})


def refused(request: SignedInRequest, problem: ViewError, address: str) -> HttpResponse:
    words = {
        "name": _("You already have a view of this name here."),
        "reach": _("You may not share it so."),
        "full": _("No more than %(number)d views can be pinned above a list.") % {"number": pinned().most},
    }
    return toast(request, redirect(address), words[str(problem)])
