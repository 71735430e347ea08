"""Say what went wrong to a program: problem details as in RFC 9457."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a request: where (a JSON pointer, or the name of a parameter) and what."""

    detail: str
    pointer: str = ""
    parameter: str = ""

    def as_dict(self) -> dict[str, str]:
        where = {"parameter": self.parameter} if self.parameter else {"pointer": self.pointer or "#"}
        return {**where, "detail": self.detail}


@dataclass(eq=False)
class ProblemError(Exception):
    """An endpoint refuses: the answer is this problem."""

    status: int
    detail: str
    faults: Sequence[Fault] = ()
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status}: {self.detail}"

    def as_dict(self) -> dict[str, object]:
        errors = {"errors": [fault.as_dict() for fault in self.faults]} if self.faults else {}
        title = HTTPStatus(self.status).phrase
        return {
            "type": "about:blank",
            "title": title,
            "status": self.status,
            "detail": self.detail,
            **errors,
            **self.more,
        }

    def as_response(self) -> HttpResponse:
        return HttpResponse(
            json.dumps(self.as_dict()), status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers)
        )
