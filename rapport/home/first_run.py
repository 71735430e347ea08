"""While nobody works here yet, every page leads to the first-run guide."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rapport.people.models import User

Answer = Callable[[HttpRequest], HttpResponse]
# What must answer without a user: the guide itself, machines and what pages are made of.
OPEN = ("/welcome/", "/health", "/api/", "/static/", "/live", "/hooks/", "/web/")


class FirstRunMiddleware:
    """Asks the database until there is a user, and never again."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.founded = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.founded and not request.path.startswith(OPEN):
            self.founded = User.objects.exists()
            if not self.founded:
                return redirect("welcome")
        return self.answer(request)
