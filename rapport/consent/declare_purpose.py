"""Declare a purpose, change what it says, or end it; new words of the question are a new version."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from rapport.consent.purpose import Purpose, Wording
from rapport.consent.say import wording_of
from rapport.people.models import User


@dataclass(frozen=True)
class Wish:
    """What a purpose shall say; `wording` is the question put to people."""

    name: str
    about: str
    basis: str
    balancing: str = ""
    advertising: bool = False
    confirmed: bool = False
    sensitive: bool = False
    lasts_days: int | None = None
    wording: str = ""


@transaction.atomic
def declare(code: str, wish: Wish, *, by: User | None, at: datetime) -> Purpose:
    return change(Purpose(code=code, created_at=at), wish, by=by, at=at)


@transaction.atomic
def change(purpose: Purpose, wish: Wish, *, by: User | None, at: datetime) -> Purpose:
    for one in fields(wish):
        if one.name != "wording":
            setattr(purpose, one.name, getattr(wish, one.name))
    purpose.save()
    known = wording_of(purpose)
    if wish.wording and (known is None or known.text != wish.wording):
        version = known.version + 1 if known else 1
        Wording.objects.create(purpose=purpose, version=version, text=wish.wording, at=at, by=by)
    return purpose


@transaction.atomic
def end(purpose: Purpose, *, at: datetime) -> None:
    """Nothing is sent for it any more; what was said about it stays."""
    Purpose.objects.filter(pk=purpose.pk, retired_at=None).update(retired_at=at)


@transaction.atomic
def take_up(purpose: Purpose) -> None:
    Purpose.objects.filter(pk=purpose.pk).update(retired_at=None)
