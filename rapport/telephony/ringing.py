"""Read what a user's telephone does now, and who it may be."""

from dataclasses import dataclass
from datetime import datetime

from rapport.customers.models import Customer, Identifier
from rapport.customers.veil import covered
from rapport.customers.wishes import Wishes
from rapport.people.models import User
from rapport.profile.last_word import LastWord
from rapport.profile.read import last_word_of, subject_of
from rapport.telephony.callers import callers
from rapport.telephony.models import Call, Extension, State

SHOWN = 3


@dataclass(frozen=True)
class Ringing:
    """A call on the screen, with those it may be."""

    call: Call
    customers: tuple[Customer, ...]
    last_word: LastWord | None
    opens: bool
    # As far as the reader may see it.
    number: str = ""
    asked: Wishes | None = None

    @property
    def one(self) -> Customer | None:
        return self.customers[0] if len(self.customers) == 1 else None


def ringing(user: User, *, at: datetime) -> list[Ringing]:
    """The newest calls that concern ``user`` now."""
    opens = Extension.objects.filter(user=user, opens=True).exists()
    found = Call.objects.on_screen(user, at=at).select_related("member").order_by("-rang_at", "-pk")[:SHOWN]
    return [on_screen(call, user, opens=opens, at=at) for call in found]


def on_screen(call: Call, user: User, *, opens: bool, at: datetime) -> Ringing:
    known = tuple(callers_of(call, user))
    subject = subject_of(known[0], reader=user, at=at) if len(known) == 1 else None
    word = last_word_of(subject) if subject else None
    seen = covered(call.number, Identifier.Kind.PHONE, reader=user)
    asked = subject.wishes if subject else None
    return Ringing(call, known, word, opens and call.state == State.RINGING, seen, asked)


def callers_of(call: Call, user: User) -> list[Customer]:
    if call.member:
        return list(Customer.objects.visible_to(user).filter(pk=call.member.customer_id))
    return callers(call.number, reader=user)
