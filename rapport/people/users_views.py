"""Who works here: for administrators."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.people.add_user import Newcomer, add_user
from rapport.people.beside import doors_to, left_behind
from rapport.people.change_user import Standing, change_user, standing_of
from rapport.people.choices import roles_told
from rapport.people.forms import NewUserForm, StandingForm
from rapport.people.govern import governed
from rapport.people.models import User
from rapport.people.reset_password import reset_password
from rapport.people.sessions import seats_of
from rapport.ui.toast import toast

PASSWORD_PAGE = "people/password.html"  # noqa: S105


@needs("people.change_user")
@require_safe
def users(request: SignedInRequest) -> HttpResponse:
    found = User.objects.visible_to(request.user).select_related("team", "role").prefetch_related("holdings__role")
    people = list(found.order_by("-is_active", "name", "pk"))
    left = left_behind(people)
    lines = [(one, left.get(one.pk, 0)) for one in people]
    return render(request, "people/users.html", {"lines": lines, "left": sum(left.values()), "tab": "users"})


@needs("people.change_user")
@never_cache
def add(request: SignedInRequest) -> HttpResponse:
    form = NewUserForm(request.POST or None, by=request.user, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        added = add_user(newcomer(form, request.user), password=form.cleaned_data["password"])
        if added:
            return render(request, PASSWORD_PAGE, {"person": added.user, "password": added.password, "fresh": True})
        form.add_error("email", _("Somebody signs in with this address already."))
    return render(
        request, "people/add_user.html", {"form": form, "told": roles_told()}, status=422 if form.errors else 200
    )


def newcomer(form: NewUserForm, by: User) -> Newcomer:
    given = form.cleaned_data
    main, *further = form.roles()
    return Newcomer(given["name"], given["email"], main, given["team"], given["language"], by.time_zone, tuple(further))


@needs("people.change_user")
def user(request: SignedInRequest, user_id: int) -> HttpResponse:
    person = governed(request, user_id)
    main, *further = person.roles
    given = {"name": person.name, "role": main, "further": further, "team": person.team_id}
    form = StandingForm(request.POST or None, by=request.user, initial=given)
    if request.method == "POST" and form.is_valid():
        person.name = form.cleaned_data["name"]
        main, *further = form.roles()
        standing = Standing(main, form.cleaned_data["team"], person.is_active, tuple(further))
        if change_user(person, standing):
            form.add_error("role", _("This is the last administrator. Make somebody else administrator first."))
        else:
            person.save(update_fields=["name"])
            return toast(request, redirect("people:users"), _("Saved."))
    shown = {
        "form": form,
        "person": person,
        "told": roles_told(),
        "seats": seats_of(person, at=timezone.now()),
        "doors": doors_to(person, reader=request.user),
        "left": left_behind([person]).get(person.pk, 0),
    }
    return render(request, "people/user.html", shown, status=422 if form.errors else 200)


@needs("people.change_user")
@require_POST
def activation(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Let somebody in again, or keep them out from now on."""
    person = governed(request, user_id)
    is_active = request.POST.get("active") == "yes"
    if change_user(person, standing_of(person, is_active=is_active)):
        text = _("This is the last administrator. Make somebody else administrator first.")
    elif is_active:
        text = _("%(name)s may sign in again.") % {"name": person}
    else:
        text = _("%(name)s is signed out everywhere and can't sign in any more.") % {"name": person}
    return toast(request, redirect("people:user", person.pk), text)


@needs("people.change_user")
@require_POST
@never_cache
def password(request: SignedInRequest, user_id: int) -> HttpResponse:
    person = governed(request, user_id)
    renewed = reset_password(person)
    return render(request, PASSWORD_PAGE, {"person": person, "password": renewed.password, "tokens": renewed.revoked})
