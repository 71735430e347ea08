"""A piece of a page has an address, too: a browser that opens it as a page gets it within the frame of one."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

BEGINNINGS = (b"<!doctype", b"<html")


class WholeMiddleware:
    """Frames what a reader asked for as a page and a view answered as a piece of one."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if not wants_page(request) or not request.user.is_authenticated or not is_piece(response):
            return response
        # What a view of ours rendered, each word of it escaped there.
        piece = mark_safe(response.content.decode())  # noqa: S308
        return render(request, "ui/piece.html", {"piece": piece})


def wants_page(request: HttpRequest) -> bool:
    """Scripts ask for anything; a browser that goes somewhere asks for a page, also through a service worker."""
    is_script = request.headers.get("HX-Request") == "true"
    return request.headers.get("Accept", "").startswith("text/html") and not is_script


def is_piece(response: HttpResponse) -> bool:
    if response.status_code != HTTPStatus.OK or response.streaming or response.has_header("Content-Disposition"):
        return False
    is_page = response.content[:100].lstrip().lower().startswith(BEGINNINGS)
    return response.get("Content-Type", "").startswith("text/html") and not is_page
