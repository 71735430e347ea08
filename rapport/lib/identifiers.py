"""Identifiers made comparable: how each kind is written once and for all, and what it proves when alone."""

import re
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberType

KINDS = ("email", "phone", "account", "external", "cookie", "social")
RANKING = ("external", "account", "email", "phone", "social", "cookie", "weak")
# Addresses that a desk answers, not a person.
DESKS = frozenset(
    [
        "abuse",
        "accounting",
        "accounts",
        "admin",
        "administration",
        "all",
        "anfrage",
        "bestellung",
        "billing",
        "booking",
        "bookings",
        "buchhaltung",
        "bureau",
        "career",
        "careers",
        "contact",
        "contactus",
        "contato",
        "contacto",
        "customercare",
        "customerservice",
        "desk",
        "donotreply",
        "einkauf",
        "empfang",
        "enquiries",
        "enquiry",
        "events",
        "feedback",
        "finance",
        "frontdesk",
        "geral",
        "hallo",
        "hello",
        "help",
        "helpdesk",
        "hi",
        "hostmaster",
        "hr",
        "info",
        "information",
        "inquiries",
        "inquiry",
        "invoice",
        "invoices",
        "jobs",
        "kontakt",
        "kundenservice",
        "legal",
        "mail",
        "mailer-daemon",
        "marketing",
        "media",
        "news",
        "newsletter",
        "no-reply",
        "noreply",
        "office",
        "order",
        "orders",
        "personal",
        "post",
        "postmaster",
        "press",
        "privacy",
        "purchasing",
        "reception",
        "rechnung",
        "recepcion",
        "redaktion",
        "reservations",
        "root",
        "sales",
        "secretary",
        "sekretariat",
        "service",
        "services",
        "shop",
        "staff",
        "studio",
        "support",
        "team",
        "verkauf",
        "vertrieb",
        "ventas",
        "vendas",
        "webmaster",
        "welcome",
        "zentrale",
    ]
)
SHARED_LINES = frozenset(
    (
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    )
)
# "+49 30 1234-0" is how a switchboard is written, "-100" its extension.
SWITCHBOARD = re.compile(r"\d[\s]*[-/–][\s]*0+$")
FEWEST_DIGITS = 6
LONGEST_KEY = 400


# A tuple: imports make one for every row, and a frozen dataclass takes three times as long.
class Identity(NamedTuple):
    """An identifier in its one normal form. `strength`: strong, linking or weak."""

    kind: str
    namespace: str
    key: str
    value: str
    strength: str

    @property
    def proof(self) -> tuple[str, str, str]:
        return self[:3]

    @property
    def rank(self) -> int:
        """The smaller, the more it proves."""
        return RANKING.index("weak" if self.strength == "weak" else self.kind)


class NotAnIdentifier(ValueError):  # noqa: N818
    """The value can't be an identifier of its kind; the message says why."""


def normalise(kind: str, value: str, *, namespace: str = "", region: str = "") -> Identity:
    """The normal form of ``value``; ``region`` (ISO 3166) reads phone numbers without a prefix.

    Raises NotAnIdentifier with a reason that can be shown.
    """
    value = " ".join(value.replace("\x00", "").split())
    if not value:
        raise NotAnIdentifier("empty")
    if len(value) > LONGEST_KEY:
        raise NotAnIdentifier(f"longer than {LONGEST_KEY} characters")
    if kind == "email":
        return email(value)
    if kind == "phone":
        return phone(value, region)
    if kind == "cookie":
        return Identity(kind, namespace, value, value, "linking")
    if kind == "social":
        return Identity(kind, namespace.lower(), value.lstrip("@").lower(), value, "strong")
    if kind in {"account", "external"}:
        return Identity(kind, namespace, value, value, "strong")
    raise NotAnIdentifier(f"unknown kind {kind!r}: use one of {', '.join(KINDS)}")


@lru_cache(maxsize=65_536)
def email(value: str) -> Identity:
    address = value.removeprefix("mailto:").strip("<>;, ")
    if address.isascii() and PLAIN_ADDRESS.match(address):
        key = address.lower()
    else:
        try:
            checked = validate_email(address, check_deliverability=False, allow_quoted_local=True)
        except EmailNotValidError as error:
            raise NotAnIdentifier(str(error)) from error
        key = checked.normalized.lower()
    desk = key.partition("@")[0].partition("+")[0] in DESKS
    return Identity("email", "", key, address, "weak" if desk else "strong")


PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9_%+\-]+(?:\.[A-Za-z0-9_%+\-]+){0,9}@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,9}[A-Za-z]{2,24}\Z"
)


@lru_cache(maxsize=65_536)
def phone(value: str, region: str = "") -> Identity:
    """In E.164 where that can be told, else its digits alone, which prove as little as they say."""
    digits = re.sub(r"\D", "", value)
    if len(digits) < FEWEST_DIGITS:
        raise NotAnIdentifier("too few digits for a phone number")
    try:
        number = phonenumbers.parse(value, region.upper() or None)
    except phonenumbers.NumberParseException:
        return Identity("phone", "", digits[:LONGEST_KEY], value, "linking")
    if not phonenumbers.is_possible_number(number):
        return Identity("phone", "", digits[:LONGEST_KEY], value, "linking")
    shared = phonenumbers.number_type(number) in SHARED_LINES or SWITCHBOARD.search(value) is not None
    number.extension = None
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Identity("phone", "", key, value, "weak" if shared else "strong")
