"""Speak the reader's language, keep the reader's clock, and name the reader in the history."""

import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pghistory.middleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from rapport.lib.origin import done_from
from rapport.people.sessions import note_seen
from rapport.ui.callers import address

Answer = Callable[[HttpRequest], HttpResponse]


class ReaderMiddleware:
    """Language and time zone of the signed-in user, else those the browser asks for."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = user.language if user.is_authenticated else translation.get_language_from_request(request)
        zone = user.time_zone if user.is_authenticated else ""
        with translation.override(language), timezone.override(None):
            if zone:
                with suppress(zoneinfo.ZoneInfoNotFoundError):
                    timezone.activate(zoneinfo.ZoneInfo(zone))
            if user.is_authenticated:
                note_seen(request, at=timezone.now())
            with done_from(page=request.path[:400], address=address(request)[:45]):
                response = self.answer(request)
            response.headers.setdefault("Content-Language", language)
            if user.is_authenticated:
                # After signing out, neither the browser's disk nor its way back shows what stood on a page.
                response.headers.setdefault("Cache-Control", "private, no-store")
            return response


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Each row changed in a request carries who changed it, on which page and from which address."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        told: dict[str, Any] = super().get_context(request)
        return {**told, "address": address(request)[:45]}
