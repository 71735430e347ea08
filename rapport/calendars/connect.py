"""Connect somebody's own calendar: find the calendars of an account, choose one, let it go."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from rapport.calendars.own_calendar import OwnCalendar
from rapport.channels.caldav import Account, DavError, Found, calendars
from rapport.lib.sealed import SealError, seal, unseal
from rapport.people.models import User


def account_of(calendar: OwnCalendar) -> Account:
    """Raises DavError when another installation sealed the password."""
    try:
        secret = unseal(bytes(calendar.sealed), key=settings.SECRET_KEY)
    except SealError as problem:
        raise DavError("sealed elsewhere") from problem
    return Account(calendar.address or calendar.server, calendar.login, secret)


def look(account: Account) -> list[Found]:
    """The calendars that it may use; none of them is an error of its own. Raises DavError."""
    found = calendars(account)
    if not found:
        raise DavError("none")
    return found


@transaction.atomic
def connect(account: Account, chosen: Found, *, by: User, at: datetime) -> OwnCalendar:
    """From now on both sides follow each other; another calendar begins anew. The first time at once."""
    known = OwnCalendar.objects.select_for_update().filter(user=by).first()
    calendar = known or OwnCalendar(user=by, created_at=at)
    if known and known.address != chosen.address:
        forget(known)
    calendar.server, calendar.login = account.address[:1_000], account.user[:300]
    calendar.sealed = seal(account.secret, key=settings.SECRET_KEY)
    calendar.address, calendar.name = chosen.address[:1_000], chosen.name[:200]
    calendar.active, calendar.next_at = True, at
    calendar.trouble, calendar.failing_since, calendar.tries = "", None, 0
    calendar.save()
    return calendar


def forget(calendar: OwnCalendar) -> None:
    """What is known of its entries goes, and with it when they keep one busy; the meetings stay."""
    calendar.entries.all().delete()
    calendar.token, calendar.synced_at = "", None


@transaction.atomic
def disconnect(calendar: OwnCalendar) -> None:
    """Nothing goes to and fro any more; what stands on either side stays there."""
    calendar.delete()


def now(calendar: OwnCalendar, *, at: datetime) -> None:
    """Compare both at the next tick of the clock."""
    OwnCalendar.objects.filter(pk=calendar.pk).update(active=True, next_at=at)
