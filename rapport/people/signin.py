"""Who may sign in, and how: nobody signs up by themselves; an OpenID Connect provider may be the door instead."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import redirect

from rapport.people.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator or by `rapport user`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Mail passes the gate, which stands below this room: the adapter that the settings name writes it."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A provider signs in people who have an account here already, matched by their verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever comes from the provider for the first time is the user with the same address, if it vouches for it.

        allauth's own way would take their password away, for fear that a stranger signed up with their address;
        here addresses are written by administrators only. Whoever is signed in can't add another person's account
        to their own: left alone at somebody's desk for a minute, it would let them in for ever.
        """
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(redirect("people:profile"))
        if sociallogin.is_existing:
            return
        vouched = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        user = User.objects.filter(email__in=vouched).first()
        if user:
            sociallogin.connect(request, user)
