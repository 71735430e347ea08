"""Where administrators lay out the customer page for each role, look at it as that role, and take it back."""

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.customers.models import Customer, Kind
from rapport.fields.models import declared
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.people.role import Role
from rapport.profile.boards import KIND_TITLES, board, cells, earlier, examples, kinds_of
from rapport.profile.laid_out import Kept, arranged, for_role, panels_of
from rapport.profile.lay_out import lay_out, take_back
from rapport.profile.models import Layout
from rapport.profile.place import COLUMNS, Places, as_places, step
from rapport.profile.read import subject_of
from rapport.profile.shown import whole
from rapport.timeline.forms import FilterForm
from rapport.timeline.slice import slice_of
from rapport.ui.toast import toast


@needs("profile.change_layout")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    shown = {"rows": cells(), "kinds": KIND_TITLES.values(), "earlier": earlier()}
    return render(request, "profile/layouts.html", shown)


@needs("profile.change_layout")
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: SignedInRequest, role: str, kind: str) -> HttpResponse:
    """The board; a ``step`` moves one panel on it and saves nothing yet."""
    whose, of = chosen(request.user, role, kind)
    if request.method != "POST":
        return render(request, "profile/arrange.html", page(request, whose, of, arranged(whose, of)))
    places = sent(request.POST, whose, of)
    if "step" in request.POST:
        name, _colon, way = request.POST["step"].rpartition(":")
        return render(request, "profile/arrange.html", page(request, whose, of, step(places, name, way)))
    kinds = [one for one in Kind if one == of or one in request.POST.getlist("kinds")]
    done = lay_out(whose.key, kinds, places, by=request.user, at=timezone.now())
    text = _("Saved. Every %(role)s sees it so from the next page on.") % {"role": whose}
    return toast(request, redirect("layouts:list"), text, undo=reverse("layouts:undo", args=[done.pk]))


def chosen(reader: User, role: str, kind: str) -> tuple[Role, Kind]:
    if kind not in Kind.values:
        raise Http404
    return get_object_or_404(Role.objects.visible_to(reader), key=role), Kind(kind)


def sent(data: QueryDict, role: Role, kind: Kind) -> Places:
    """Where the form puts each panel that there is."""
    known = {panel.name for panel in for_role(panels_of(kind, declared()), role)}
    return as_places({column: [name for name in data.getlist(column) if name in known] for column in COLUMNS})


def page(request: SignedInRequest, role: Role, kind: Kind, places: Places) -> dict[str, object]:
    ticked = request.POST.getlist("kinds") if request.method == "POST" else None
    others = [
        (one, title, one in ticked if ticked is not None else alike) for one, title, alike in kinds_of(role, kind)
    ]
    return {
        "role": role,
        "kind": kind,
        "kind_title": KIND_TITLES[kind],
        "board": board(role, kind, places),
        "others": others,
        "examples": examples(kind, reader=request.user),
        "example": request.POST.get("customer", ""),
    }


@needs("profile.change_layout")
@require_POST
def standard(request: SignedInRequest, role: str, kind: str) -> HttpResponse:
    """Back to how the page is made, for this kind of customers."""
    whose, of = chosen(request.user, role, kind)
    done = lay_out(whose.key, [of], Places(), by=request.user, at=timezone.now())
    undo = reverse("layouts:undo", args=[done.pk])
    return toast(request, redirect("layouts:list"), _("Back to the standard."), undo=undo)


@needs("profile.change_layout")
@require_POST
def undo(request: SignedInRequest, layout_id: int) -> HttpResponse:
    found = get_object_or_404(Layout.objects.visible_to(request.user), pk=layout_id)
    done = take_back(found, by=request.user, at=timezone.now())
    text = _("Taken back: it is as it was before.") if done else _("This was taken back before.")
    return toast(request, redirect("layouts:list"), text)


@needs("profile.change_layout")
@require_POST
def preview(request: SignedInRequest, role: str, kind: str) -> HttpResponse:
    """The page of a real customer as the role would see it; nothing on it can be pressed, and nothing is saved."""
    whose, of = chosen(request.user, role, kind)
    customers = Customer.objects.visible_to(request.user).living().select_related("owner", "team").filter(kind=of)
    customer = get_object_or_404(customers, pk=number(request.POST.get("customer", "")))
    # As one of those who look after this customer.
    reader = request.user.in_role(whose, customer.team)
    places = sent(request.POST, whose, of)
    subject = subject_of(customer, reader=reader, at=timezone.now())
    timeline = slice_of(customer, subject.member_ids, reader=reader, form=FilterForm({}))
    shown = {**whole(subject, Kept(places), timeline), "preview": whose}
    return render(request, "profile/customer.html", shown)
