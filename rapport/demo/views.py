"""The page that takes the demo company away."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rapport.customers.models import Customer
from rapport.demo.empty import empty, planted_ids
from rapport.demo.models import Planted
from rapport.demo.signin import forget
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.timeline.models import Interaction


@needs("people.empty_demo")
@require_http_methods(["GET", "POST"])
def farewell(request: SignedInRequest) -> HttpResponse:
    """What is there of the demo company, and the button that empties it."""
    if request.method == "POST":
        gone = empty(by=request.user, at=timezone.now())
        forget(settings.HOME)
        if not User.objects.visible_to(request.user).filter(pk=request.user.pk).exists():
            return away(request)
        return render(request, "demo/farewell.html", {"gone": gone})
    there = Planted.objects.exists()
    numbers = {"customers": len(planted_ids(Customer)), "interactions": len(planted_ids(Interaction))}
    guest = request.user.pk in planted_ids(User)
    return render(request, "demo/farewell.html", {"there": there, "guest": guest, **numbers})


def away(request: HttpRequest) -> HttpResponse:
    """Whoever belonged to the demo company has no account any more."""
    request.session.flush()
    return redirect("/")
