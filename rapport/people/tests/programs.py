"""A program that talks to the API with a token."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from rapport.people.models import ApiToken, User


class Program(Client):
    """What a token of ``user`` can do; with ``permissions`` only those."""

    def __init__(self, user: User, *permissions: str) -> None:
        token = ApiToken.issue(user, "test", list(permissions))
        super().__init__(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)

    def send(self, path: str, body: Any, verb: str = "POST") -> HttpResponse:
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.generic(verb, f"/api/v1{path}", content, "application/json")

    def read(self, path: str, **choice: Any) -> HttpResponse:
        return self.get(f"/api/v1{path}", choice)
