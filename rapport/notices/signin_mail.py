"""Mail about signing in: a link to a new password, and what was changed about somebody's account; through the gate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from urllib.parse import quote, urlsplit
from uuid import uuid4

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from rapport.consent.models import Message
from rapport.consent.sender import sender
from rapport.consent.write import Draft, write
from rapport.people import signin
from rapport.people.models import User

# Whoever types a colleague's address again and again fills no mailbox with it.
MOST, WITHIN = 3, timedelta(hours=1)
RESET = "account/email/password_reset_key"


class AccountAdapter(signin.AccountAdapter):
    """What allauth wants to send becomes a message to the colleague it is about, and to nobody else."""

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, object]) -> None:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user:
            tell(user, template_prefix, context, at=timezone.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: Mapping[str, object] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_password_reset_mail(self, user: User, email: str, context: Mapping[str, object]) -> None:
        """Whoever signs in through a provider only gets no second door."""
        if user.has_usable_password():
            self.send_mail(RESET, email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """An address of ours, whatever the caller said the host was."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return ours() + path.replace("UID-KEY", quote(key))


def ours() -> str:
    return settings.PUBLIC_URL or f"http://{settings.HOST}:{settings.PORT}"


def tell(user: User, template: str, context: Mapping[str, object], *, at: datetime) -> Message | None:
    """The message, unless nothing can be sent or enough was. Its words are kept sealed until it left, and then not at all."""
    account = sender()
    name = template.rpartition("/")[2]
    recent = Message.objects.filter(reader=user, key__startswith=f"signin:{name}:", created_at__gt=at - WITHIN)
    if account is None or recent.count() >= MOST:
        return None
    with translation.override(user.language or settings.LANGUAGE_CODE):
        site = SimpleNamespace(name="Rapport", domain=urlsplit(ours()).netloc)
        told = {**context, "user": user, "current_site": site}
        subject = " ".join(render_to_string(f"{template}_subject.txt", told).split())
        secret = render_to_string(f"{template}_message.txt", told).strip() + "\n"
        text = _("The words of this message are not kept.")
    draft = Draft((user.email,), subject, text, reader=user, secret=secret)
    key = f"signin:{name}:{uuid4().hex}"
    return write(draft, account, key=key, member=None, by=None, due_at=at, at=at)


def can_send() -> bool:
    """Whether a link to a new password could leave."""
    return sender() is not None
