"""Roles: what each may do, side by side, and how they are made, changed and dropped."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.people.change_user import may_give
from rapport.people.choices import permissions_by_room
from rapport.people.models import User
from rapport.people.role import Role
from rapport.people.role_forms import RoleForm
from rapport.people.role_history import history_of
from rapport.people.roles import BuiltIn
from rapport.people.shape_role import Refusal, add_role, change_role, drop_role
from rapport.ui.toast import toast

INVALID = 422
TOLD = {
    Refusal.FIXED: gettext_lazy("Rapport's own roles stay; that of administrators also as it is."),
    Refusal.IN_USE: gettext_lazy("Somebody has this role. Give them another one first."),
    Refusal.LAST_ADMINISTRATOR: gettext_lazy("Then nobody could decide any more who works here."),
}


@dataclass(frozen=True)
class Line:
    """One permission, and which of the roles include it."""

    words: str
    included: list[tuple[Role, bool]]


@needs("people.change_role")
@require_safe
def roles(request: SignedInRequest) -> HttpResponse:
    """Every role against every permission, room by room."""
    found = list(Role.objects.visible_to(request.user).in_order())
    held = {role.key: role.permissions for role in found}
    rooms = [
        (room, [Line(words, [(role, one in held[role.key]) for role in found]) for one, words in lines])
        for room, lines in permissions_by_room()
    ]
    return render(request, "people/role_matrix.html", {"roles": found, "rooms": rooms, "tab": "roles"})


@needs("people.change_role")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """A new one like the one that the address names."""
    like = get_object_or_404(Role.objects.visible_to(request.user), key=request.GET.get("like", BuiltIn.AGENT))
    fresh = Role(name="", base=like.base, added=like.added, removed=like.removed, rows=like.rows)
    form = RoleForm(request.POST or None, role=fresh, by=request.user)
    if request.method == "POST" and form.is_valid():
        role = add_role(form.shape())
        return toast(request, redirect("people:roles"), _("Role %(name)s added.") % {"name": role})
    others = Role.objects.visible_to(request.user).in_order()
    shown = {"form": form, "like": like, "others": others}
    return render(request, "people/role.html", shown, status=INVALID if form.errors else None)


@needs("people.change_role")
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: SignedInRequest, role_key: str) -> HttpResponse:
    found = get_object_or_404(Role.objects.visible_to(request.user), key=role_key)
    form = RoleForm(request.POST or None, role=found, by=request.user)
    if request.method == "POST":
        if not may_give(request.user, [found]):
            raise PermissionDenied
        if form.is_valid():
            refusal = change_role(found, form.shape())
            if not refusal:
                return toast(request, redirect("people:roles"), _("Saved."))
            form.add_error(None, TOLD[refusal])
    people = User.objects.visible_to(request.user).filter(User.who_have(found)).order_by("-is_active", "name", "pk")
    shown = {"form": form, "role": found, "people": people, "earlier": history_of(found)}
    return render(request, "people/role.html", shown, status=INVALID if form.errors else None)


@needs("people.change_role")
@require_POST
def drop(request: SignedInRequest, role_key: str) -> HttpResponse:
    found = get_object_or_404(Role.objects.visible_to(request.user), key=role_key)
    refusal = drop_role(found)
    if refusal:
        return toast(request, redirect("people:role", role_key), str(TOLD[refusal]))
    return toast(request, redirect("people:roles"), _("Role %(name)s dropped.") % {"name": found})
