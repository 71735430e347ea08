"""OAuth 2 providers of mail: where one signs in, where tokens come from, and the address that a browser is sent to."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Provider:
    """A provider at which this installation is registered."""

    client: str
    secret: str
    authorize: str
    token: str
    scope: str
    extra: tuple[tuple[str, str], ...] = ()


def providers(env: Mapping[str, str]) -> dict[str, Provider]:
    """Those that the environment names a client of; their addresses may be given, too."""
    tenant = env.get("RAPPORT_MICROSOFT_TENANT", "common")
    known = {
        "google": Provider(
            client=env.get("RAPPORT_GOOGLE_CLIENT", ""),
            secret=env.get("RAPPORT_GOOGLE_SECRET", ""),
            authorize=env.get("RAPPORT_GOOGLE_AUTHORIZE_URL", "https://accounts.google.com/o/oauth2/v2/auth"),
            token=env.get("RAPPORT_GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token"),
            scope="https://mail.google.com/",
            # Without these Google gives no refresh token the second time.
            extra=(("access_type", "offline"), ("prompt", "consent")),
        ),
        "microsoft": Provider(
            client=env.get("RAPPORT_MICROSOFT_CLIENT", ""),
            secret=env.get("RAPPORT_MICROSOFT_SECRET", ""),
            authorize=env.get(
                "RAPPORT_MICROSOFT_AUTHORIZE_URL",
                f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
            ),
            token=env.get(
                "RAPPORT_MICROSOFT_TOKEN_URL", f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
            ),
            scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        ),
    }
    return {name: one for name, one in known.items() if one.client}


def challenge_of(verifier: str) -> str:
    """What the provider is told of ``verifier`` beforehand (PKCE, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorize_url(provider: Provider, *, state: str, verifier: str, back: str, address: str) -> str:
    """Where the owner of ``address`` allows us in; the browser comes ``back`` with ``state`` and a code."""
    asked = {
        "client_id": provider.client,
        "response_type": "code",
        "redirect_uri": back,
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
        "login_hint": address,
        **dict(provider.extra),
    }
    return f"{provider.authorize}?{urlencode(asked)}"
