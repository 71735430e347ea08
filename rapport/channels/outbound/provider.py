"""Hand an e-mail to a service that sends it over HTTP, and tell plainly what became of it."""

from datetime import datetime
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string
from urllib3.exceptions import MaxRetryError, NewConnectionError

from rapport.channels.mail.headers import one_line
from rapport.channels.mail.provider_news import MARK
from rapport.channels.models import MailAccount
from rapport.channels.outbound.build import AddressError, Letter, media_of, seat, wired
from rapport.channels.outbound.outcome import Failure, NotSent, Sent, words
from rapport.channels.outbound.smtp import Lines
from rapport.lib.mail_providers import PROVIDERS, Provider

TAKEN, GIVEN_UP, REFUSED = {"queued", "sent"}, {"invalid", "rejected", "failed"}, 400
# What is not said here may have been taken all the same.
FAILURES = {
    400: (Failure.CONTENT, True),
    401: (Failure.SIGN_IN, True),
    403: (Failure.SIGN_IN, True),
    404: (Failure.NO_SERVER, True),
    413: (Failure.LARGE, True),
    422: (Failure.CONTENT, True),
    429: (Failure.AWAY, False),
    503: (Failure.AWAY, False),
}


def is_set() -> bool:
    return bool(settings.MAIL_PROVIDER)


def send(letter: Letter, account: MailAccount, lines: Lines, *, at: datetime) -> Sent | NotSent:  # noqa: ARG001
    """As by SMTP. An answer that never came, or that nobody understands, leaves it in doubt."""
    provider = PROVIDERS[settings.MAIL_PROVIDER]
    try:
        message = message_of(letter, provider)
        backend = lines.provider or import_string(provider.backend)()
        backend.open()
    except AddressError as problem:
        return NotSent(Failure.ADDRESS, permanent=True, said=str(problem))
    except AnymailConfigurationError as problem:
        return NotSent(Failure.NO_SERVER, permanent=True, said=words(problem))
    lines.provider = backend
    try:
        backend.send_messages([message])
    except AnymailRecipientsRefused as refusal:
        return NotSent(Failure.RECIPIENT, permanent=True, said=refused(refusal, message))
    except AnymailAPIError as problem:
        return stopped(problem)
    except AnymailError as problem:
        # It was never asked: this provider can't do what the letter needs.
        return NotSent(Failure.CONTENT, permanent=True, said=words(problem))
    return answered(message, provider)


def message_of(letter: Letter, provider: Provider) -> EmailMultiAlternatives:
    """The letter as django-anymail takes it. Raises AddressError."""
    headers = {"Message-ID": f"<{letter.message_id}>", **dict(provider.headers)}
    if letter.references:
        headers["In-Reply-To"] = f"<{letter.references[-1]}>"
        headers["References"] = " ".join(f"<{one}>" for one in letter.references)
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message: Any = EmailMultiAlternatives(
        subject=one_line(letter.subject, 1_000),
        body=letter.text,
        from_email=str(seat(letter.sender, letter.sender_name)),
        to=[wired(one) for one in letter.to],
        cc=[wired(one) for one in letter.cc],
        headers=headers,
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for one in letter.enclosed:
        message.attach(one_line(one.name, 200) or "file", one.content, "/".join(media_of(one.media_type)))
    message.metadata = {MARK: letter.message_id}
    if provider.tracks:
        # Nobody was asked whether they may be watched while they read.
        message.track_opens = message.track_clicks = False
    return message  # type: ignore[no-any-return]


def answered(message: Any, provider: Provider) -> Sent | NotSent:
    """What it said of each recipient; whom it does not write to though it took the letter for the others."""
    status = message.anymail_status
    found = {address: one.status for address, one in status.recipients.items()}
    if not TAKEN & set(found.values()):
        given_up = status.esp_response.status_code >= REFUSED or set(found.values()) <= GIVEN_UP
        said = words(f"{', '.join(sorted(status.status))} {status.esp_response.text}")
        return NotSent(Failure.RECIPIENT if given_up else Failure.DOUBT, permanent=True, said=said)
    ids = sorted({one.message_id for one in status.recipients.values() if one.message_id})
    left_out = tuple((address, f"{provider.name}: {one}") for address, one in found.items() if one in GIVEN_UP)
    return Sent(words(" ".join([f"{provider.name}:", *sorted(status.status), *ids])), left_out)


def refused(refusal: AnymailRecipientsRefused, message: Any) -> str:
    answer = getattr(refusal.response, "text", "")
    return words(f"{', '.join(sorted(message.anymail_status.status))} {answer}".strip())


def stopped(problem: AnymailAPIError) -> NotSent:
    if problem.status_code is None:
        return cut(problem.__cause__ or problem)
    failure, permanent = FAILURES.get(problem.status_code, (Failure.DOUBT, True))
    answer = getattr(problem.response, "text", "")
    return NotSent(failure, permanent, words(f"{problem.status_code} {answer}"))


def cut(problem: BaseException) -> NotSent:
    """The line broke: before anything was said, or in the middle of it."""
    inner = problem.args[0] if problem.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else None
    if isinstance(problem, requests.exceptions.SSLError):
        return NotSent(Failure.CERTIFICATE, permanent=True, said=words(problem))
    if isinstance(problem, requests.exceptions.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return NotSent(Failure.AWAY, permanent=False, said=words(reason or problem))
    return NotSent(Failure.DOUBT, permanent=True, said=words(problem))
