"""How a mail account shows who it is: its password, or an access token that is renewed before it runs out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction

from rapport.channels.models import MailAccount, Proof
from rapport.lib.oauth import Provider
from rapport.lib.sealed import SealError

PATIENCE = 15
EARLY = timedelta(minutes=5)
USUAL_SECONDS = 3_600
SERVER_ERROR = 500


@dataclass(frozen=True)
class Credentials:
    """What signs in over IMAP and SMTP: the password, or the access token for XOAUTH2."""

    username: str
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.username!r})"

    @property
    def xoauth2(self) -> bytes:
        return f"user={self.username}\x01auth=Bearer {self.token}\x01\x01".encode()


class SignInError(Exception):
    """There is nothing to sign in with; the text is a word for why (see `told.TROUBLES`)."""


def credentials(account: MailAccount, *, at: datetime) -> Credentials:
    """What ``account`` signs in with at this moment. Raises SignInError."""
    if account.proof == Proof.PASSWORD:
        return Credentials(account.signs_in_as, password=str(secrets_of(account).get("password", "")))
    secrets = secrets_of(account)
    if not lasts(secrets, at):
        secrets = renewed(account, at=at)
    return Credentials(account.signs_in_as, token=str(secrets["access_token"]))


def secrets_of(account: MailAccount) -> dict[str, Any]:
    try:
        return account.secrets
    except SealError:
        raise SignInError("sealed elsewhere") from None


def lasts(secrets: dict[str, Any], at: datetime) -> bool:
    until = secrets.get("expires_at")
    return bool(secrets.get("access_token") and until) and datetime.fromisoformat(str(until)) > at + EARLY


def renewed(account: MailAccount, *, at: datetime) -> dict[str, Any]:
    """Fresh tokens, kept. One renews at a time: providers take a refresh token that was used before for a theft."""
    with transaction.atomic():
        row = MailAccount.objects.select_for_update().get(pk=account.pk)
        secrets = secrets_of(row)
        if not lasts(secrets, at):
            if not secrets.get("refresh_token"):
                raise SignInError("not allowed yet")
            asked = {"grant_type": "refresh_token", "refresh_token": str(secrets["refresh_token"])}
            secrets = {**secrets, **tokens(provider_of(row.proof), asked, at=at)}
            row.secrets = secrets
            row.save(update_fields=["sealed"])
        account.sealed = row.sealed
    return secrets


def allow(account: MailAccount, code: str, *, verifier: str, back: str, at: datetime) -> None:
    """Keep the tokens that the provider gives for ``code``. Raises SignInError."""
    asked = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": back}
    account.secrets = tokens(provider_of(account.proof), asked, at=at)
    account.save(update_fields=["sealed"])


def provider_of(proof: str) -> Provider:
    providers: dict[str, Provider] = settings.MAIL_OAUTH
    if proof not in providers:
        raise SignInError("no provider")
    return providers[proof]


def tokens(provider: Provider, asked: dict[str, str], *, at: datetime) -> dict[str, Any]:
    """What the provider hands out, with the moment at which it runs out."""
    known = {"client_id": provider.client, "client_secret": provider.secret}
    try:
        answer = httpx.post(provider.token, data={**asked, **known}, timeout=PATIENCE)
        given = answer.json()
    except (httpx.HTTPError, ValueError):
        raise SignInError("provider away") from None
    if answer.status_code >= SERVER_ERROR:
        raise SignInError("provider away")
    if not isinstance(given, dict) or not given.get("access_token"):
        raise SignInError("not allowed any more")
    try:
        seconds = min(max(float(given.get("expires_in", USUAL_SECONDS)), 0.0), 86_400.0 * 365)
    except (TypeError, ValueError):
        seconds = USUAL_SECONDS
    kept = {name: str(given[name]) for name in ("access_token", "refresh_token") if given.get(name)}
    return {**kept, "expires_at": (at + timedelta(seconds=seconds)).isoformat()}
