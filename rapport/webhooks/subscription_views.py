"""Where administrators say who is told what, and see what became of each message."""

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast
from rapport.webhooks.models import Delivery, Subscription
from rapport.webhooks.subscribe import change_subscription, rotate, send_again, subscribe, try_out
from rapport.webhooks.subscription_forms import SubscriptionForm
from rapport.webhooks.switch import switch_off, switch_on

SHOWN = 50
INVALID = 422


@needs("webhooks.change_subscription")
@require_http_methods(["GET", "HEAD", "POST"])
def add_subscription(request: SignedInRequest) -> HttpResponse:
    form = SubscriptionForm(request.POST or None, request.user)
    if request.method == "POST" and form.is_valid():
        return redirect("webhooks:subscription", subscribe(form.wanted(), by=request.user, at=timezone.now()).pk)
    return render(request, "webhooks/add_subscription.html", {"form": form}, status=INVALID if form.errors else None)


@needs("webhooks.change_subscription")
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """What it is told, its secret, and the last messages."""
    found = get_object_or_404(Subscription.objects.visible_to(request.user), pk=subscription_id)
    form = SubscriptionForm(request.POST or None, request.user, found)
    if request.method == "POST" and form.is_valid():
        change_subscription(found, form.wanted(), by=request.user)
        return toast(request, redirect("webhooks:subscription", found.pk), _("Saved."))
    deliveries = Delivery.objects.visible_to(request.user).filter(subscription=found).order_by("-pk")[:SHOWN]
    shown = {"subscription": found, "form": form, "deliveries": deliveries, "secret": found.secrets["now"]}
    return render(request, "webhooks/subscription.html", shown, status=INVALID if form.errors else None)


@needs("webhooks.change_subscription")
@require_POST
def do(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    """Test, new secret, on or off: ``what`` says so."""
    found = get_object_or_404(Subscription.objects.visible_to(request.user), pk=subscription_id)
    now, what, told = timezone.now(), request.POST.get("what", ""), ""
    if what == "test":
        try_out(found, at=now)
        told = _("A test is on its way.")
    elif what == "rotate":
        rotate(found, at=now)
        told = _("There is a new secret. For a day, the one before signs too.")
    elif what == "off":
        switch_off(found, _("By %(name)s.") % {"name": request.user}, at=now)
    elif what == "on":
        switch_on(found)
    response = redirect("webhooks:subscription", found.pk)
    return toast(request, response, told) if told else response


@needs("webhooks.change_subscription")
@require_safe
def delivery(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    found = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("subscription"), pk=delivery_id)
    text = json.dumps(json.loads(found.body), indent=2, ensure_ascii=False)
    return render(request, "webhooks/delivery.html", {"delivery": found, "text": text})


@needs("webhooks.change_subscription")
@require_POST
def redelivery(request: SignedInRequest, delivery_id: int) -> HttpResponse:
    found = get_object_or_404(Delivery.objects.visible_to(request.user), pk=delivery_id)
    send_again(found, at=timezone.now())
    return toast(request, redirect("webhooks:subscription", found.subscription_id), _("It is sent again."))
