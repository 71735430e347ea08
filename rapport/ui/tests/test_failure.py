"""A page that failed says whether it passes by itself, and keeps to itself what broke."""

import errno

import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.test import Client
from psycopg.errors import AdminShutdown, DiskFull, ProgramLimitExceeded

from rapport.lib.disk import is_full
from rapport.people.models import User

pytestmark = pytest.mark.req("T6")
FULL = 'could not extend file "base/5/1259": No space left on device'
CAUSED = {
    "full": (OperationalError(FULL), DiskFull(FULL), 503, "The disk of the server is full"),
    "away": (OperationalError("gone"), AdminShutdown("gone"), 503, "The database does not answer just now"),
    "closed": (InterfaceError("the connection is closed"), None, 503, "The database does not answer just now"),
    "no room for an upload": (OSError(errno.ENOSPC, "secret"), None, 503, "The disk of the server is full"),
    "ours": (DataError("secret"), None, 500, "Something went wrong"),
}


@pytest.mark.parametrize("cause", CAUSED)
def test_a_page_tells_whether_to_try_again(cause, boss, monkeypatch):
    error, why, status, words = CAUSED[cause]
    error.__cause__ = why

    def fails(*_: object, **__: object) -> None:
        raise error

    client = Client(raise_request_exception=False)
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    monkeypatch.setattr(User, "allows", fails)
    page = client.get("/customers/")
    assert page.status_code == status
    assert words in page.content.decode()
    assert "secret" not in page.content.decode()
    assert ("Retry-After" in page.headers) == (status == 503)


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (ProgramLimitExceeded('could not extend file "base/5/1": File too large'), True),
        (DiskFull(FULL), True),
        (OSError(errno.EDQUOT, "quota"), True),
        (OSError(errno.ENOENT, "gone"), False),
        (DataError("name: File too large"), False),
        (None, False),
    ],
)
def test_a_full_disk_is_told_from_all_else(error, full):
    assert is_full(error) is full
