"""The page for whoever forgot their password; it says so when no mail can leave."""

from allauth.account.views import password_reset
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rapport.notices.signin_mail import can_send
from rapport.people.access import open_to_all


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Asks for the address, and answers the same whosever it is."""
    if not can_send():
        return render(request, "account/password_reset.html", {"mute": True})
    answer: HttpResponse = password_reset(request)
    return answer
