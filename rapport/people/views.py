"""What everybody decides about themselves: name, language, clock, and keys for programs."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from rapport.people.access import SignedInRequest, needs
from rapport.people.choices import in_words, told_by_room
from rapport.people.forms import ProfileForm, TokenForm
from rapport.people.models import ApiToken
from rapport.ui.toast import toast


@needs("people.change_self")
def profile(request: SignedInRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language):
            return toast(request, redirect("people:profile"), _("Saved."))
    return render(request, "people/profile.html", {"form": form}, status=422 if form.errors else 200)


@needs("people.change_self")
def as_it_is(_request: SignedInRequest) -> HttpResponse:
    """By which address and company account somebody signs in is not theirs to change: administrators write it."""
    return redirect("people:profile")


@needs("people.change_self")
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    """One's own keys; an administrator sees everybody's. A new one is shown in the answer and never again."""
    form = TokenForm(request.POST or None, user=request.user)
    secret = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        secret = ApiToken.issue(request.user, given["name"], form.scopes(), form.valid_for())
        form = TokenForm(user=request.user)
    shown = {"form": form, "secret": secret, **listed(request)}
    return render(request, "people/tokens.html", shown, status=422 if form.errors else 200)


def listed(request: SignedInRequest) -> dict[str, object]:
    found = ApiToken.objects.visible_to(request.user).select_related("user").order_by("-created_at", "-pk")
    now = timezone.now()
    lines = [Shown.of(token, now) for token in found]
    return {
        "own": [line for line in lines if line.token.user_id == request.user.pk],
        "others": [line for line in lines if line.token.user_id != request.user.pk],
    }


@dataclass(frozen=True)
class Shown:
    """A token with what it may do by room, what it was given that its owner may do no more, and whether it is over."""

    token: ApiToken
    may: list[tuple[str, list[str]]]
    lost: list[str]
    over: bool

    @classmethod
    def of(cls, token: ApiToken, now: datetime) -> "Shown":
        may = [one for one in token.permissions if token.user.allows(one)] if token.permissions else []
        lost = [in_words(one) for one in token.permissions if one not in may]
        return cls(token, told_by_room(may), lost, over(token, now))


def over(token: ApiToken, now: datetime) -> bool:
    return token.expires_at is not None and token.expires_at <= now


@needs("people.change_self")
@require_POST
def revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=token_id)
    token.delete()
    text = _("“%(name)s” opens nothing any more.") % {"name": token.name}
    return toast(request, redirect("people:tokens"), text)
