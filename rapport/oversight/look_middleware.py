"""Answer as somebody else would be answered, while an overseer looks: every page reads, nothing is written."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.audit.models import Reading
from rapport.audit.reads import held_back
from rapport.oversight.look import Look, look_of
from rapport.ui.toast import toast

Answer = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What is nobody's to see but one's own: how one signs in, what one has not sent yet, keys and addresses that open something.
OWN = ("/accounts/", "/profile/", "/drafts/", "/signatures/")


class LookMiddleware:
    """In the place of the person, on their pages alone."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.answer(request)
        look = look_of(request, at=timezone.now())
        if look is None or request.path == look.stop_url:
            return self.answer(request)
        if request.method not in SAFE or request.path.startswith(OWN):
            request.looking = look  # type: ignore[attr-defined]
            if request.headers.get("HX-Request"):
                return toast(request, HttpResponse(status=204), _("You are only looking: nothing was changed."))
            return render(request, "oversight/only_looking.html", {"look": look}, status=403)
        return self.looking(request, look)

    def looking(self, request: HttpRequest, look: Look) -> HttpResponse:
        request.user, request.looking = look.person, look  # type: ignore[attr-defined]
        if request.path == settings.LIVE_URL:
            return self.answer(request)
        with held_back() as shown, transaction.atomic():
            response = self.answer(request)
            # A page that notes who looked at it notes nothing now.
            transaction.set_rollback(True)
        # What was read was read by whoever looks.
        for one in shown:
            one.user = look.by
        Reading.objects.bulk_create(shown)
        return response
