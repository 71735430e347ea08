"""What a mail provider reports by webhook about letters of ours, once it has shown that it is the provider."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from rapport.channels.mail.headers import one_line
from rapport.channels.mail.reports import About, Kind, Report
from rapport.lib.mail_providers import PROVIDERS

# Under this name our Message-ID goes with each letter, and comes back.
MARK = "rapport"
LARGEST = 5_000_000
# No column holds one, and no Message-ID of ours.
NUL = "\x00"
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
KINDS = {
    EventType.BOUNCED: Kind.RETURNED,
    EventType.REJECTED: Kind.RETURNED,
    EventType.FAILED: Kind.RETURNED,
    EventType.DEFERRED: Kind.DELAYED,
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.COMPLAINED: Kind.COMPLAINT,
    EventType.UNSUBSCRIBED: Kind.ENDED,
}
# Why a provider leaves somebody out of its own accord: they told it what they did not tell us.
KNOWN_BY_IT = {RejectReason.SPAM: Kind.COMPLAINT, RejectReason.UNSUBSCRIBED: Kind.ENDED}
# What their classes raise over what no provider would post; to nest lists without end is one of it.
GARBLED = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
# Where providers say that an address is gone for good, in words of their own.
FOR_GOOD = ("Type", "event", "type", "severity", "hard_bounce", "bounce_category")


class NewsError(Exception):
    """It is not from the provider, or nothing that can be read."""


def reports_of(request: HttpRequest) -> list[Report]:
    """Each event of a POST that is about a letter of ours. Raises NewsError."""
    try:
        if len(request.body) > LARGEST:
            raise NewsError
        view = import_string(PROVIDERS[settings.MAIL_PROVIDER].webhook)()
        view.run_validators(request)
        events = view.parse_events(request)
    except (AnymailError, AnymailConfigurationError, AnymailWebhookValidationFailure, *GARBLED):
        raise NewsError from None
    return [report for event in events for report in told(event)]


def told(event: AnymailTrackingEvent) -> Iterator[Report]:
    message_id = str((event.metadata or {}).get(MARK, ""))
    kind = KINDS.get(event.event_type)
    if not message_id or kind is None or NUL in message_id:
        return
    recipient = str(event.recipient or "").replace(NUL, "").strip().lower()
    address = (recipient,) if recipient else ()
    said = one_line(str(event.mta_response or event.description or event.reject_reason or ""), 300)
    kinds = [kind, KNOWN_BY_IT[event.reject_reason]] if event.reject_reason in KNOWN_BY_IT else [kind]
    about = [
        About(address, one, status_of(event) if one is Kind.RETURNED else "", said) for one in dict.fromkeys(kinds)
    ]
    yield Report(message_id, tuple(about))


def status_of(event: AnymailTrackingEvent) -> str:
    """As the receiving server gave it (RFC 3463); else in the provider's own words whether the address is gone."""
    found = STATUS.search(f"{event.mta_response or ''} {event.description or ''}")
    if found:
        return found.group()
    gone = event.reject_reason == RejectReason.INVALID or is_for_good(event.esp_event or {})
    return "5.1.0" if gone else ""


def is_for_good(event: Mapping[str, Any]) -> bool:
    inner = event.get("event-data")
    places = [event, inner] if isinstance(inner, Mapping) else [event]
    words = [str(place.get(name, "")).lower() for place in places for name in FOR_GOOD]
    return any("hard" in one or one in {"permanent", "true"} for one in words)
