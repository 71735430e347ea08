"""Whose work is left behind, and handing it over."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from rapport.journal.keep import undo_of
from rapport.oversight.hand_over import hand_over
from rapport.oversight.handover_forms import HandoverForm
from rapport.oversight.work import left_by_leavers, left_of
from rapport.people.access import SignedInRequest, needs
from rapport.people.govern import governed
from rapport.people.models import User
from rapport.ui.toast import toast


@needs("people.change_user")
@require_safe
def leavers(request: SignedInRequest) -> HttpResponse:
    """Those who can't sign in any more, the ones who left work first."""
    gone = list(User.objects.visible_to(request.user).filter(is_active=False).select_related("team"))
    left = left_by_leavers(gone)
    lines = sorted(((one, left.get(one.pk, 0)) for one in gone), key=lambda line: (-line[1], str(line[0]), line[0].pk))
    return render(request, "oversight/leavers.html", {"lines": lines, "tab": "leavers"})


@needs("people.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: SignedInRequest, user_id: int) -> HttpResponse:
    person = governed(request, user_id)
    left = left_of(person)
    form = HandoverForm(request.POST or None, leaver=person, left=left)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        heirs = form.heirs()
        change = hand_over(person, heirs, form.cleaned_data["kinds"], by=request.user, at=now)
        number = change.details["number"] if change else 0
        text = ngettext("%(count)d thing given to %(heir)s.", "%(count)d things given to %(heir)s.", number)
        told = text % {"count": number, "heir": heirs.person} if change else _("There was nothing any more.")
        return toast(request, redirect("oversight:handover", person.pk), told, undo=undo_of(request.user, now))
    shown = {"person": person, "form": form, "left": left}
    return render(request, "oversight/handover.html", shown, status=422 if form.errors else 200)
