"""Begin and stop seeing pages as somebody else."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.oversight.look import begin_look, end_look, may_look
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.ui.toast import toast


@needs("people.oversee_team")
@require_POST
def begin(request: SignedInRequest, user_id: int) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user), pk=user_id)
    if not may_look(request.user, person):
        raise PermissionDenied
    begin_look(request, person, by=request.user, at=timezone.now())
    return redirect("/")


@needs("people.oversee_team")
@require_POST
def stop(request: SignedInRequest) -> HttpResponse:
    end_look(request, at=timezone.now())
    return toast(request, redirect("/"), _("You see your own pages again."))
