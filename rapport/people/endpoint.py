"""Declare an endpoint of the API: what it needs, what it answers, and every refusal that it may come back with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rapport.people.tokens import ApiRequest, Bearer
from rapport.ui.problem import Fault, ProblemError

P = ParamSpec("P")
MOST = 200
# How each declared endpoint joins a router. Making the operations takes half a second, which only who serves them spends.
JOINING: list[Callable[[Router], None]] = []


class Given(BaseModel):
    """What a client sends: a field that we do not know is a mistake worth telling."""

    # Made ready at its first use: commands and workers load many of these and need few.
    model_config = ConfigDict(extra="forbid", defer_build=True)


class FaultOut(BaseModel):
    pointer: str = Field(default="#", description="Where in the body, as a JSON pointer.")
    parameter: str = Field(default="", description="Instead of a pointer, the parameter of the address.")
    detail: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "detail": "occurred_at: Input should have timezone info",
                    "errors": [{"pointer": "#/occurred_at", "detail": "Input should have timezone info"}],
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FaultOut] = []


class MovedOut(BaseModel):
    """The record lives on under another id."""

    customer_id: int
    location: str


@dataclass(frozen=True)
class Answer:
    """What an endpoint answers when a plain 200 is not enough."""

    body: BaseModel | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Limit = Annotated[int, Field(ge=1, le=MOST, description="How many at most.")]
After = Annotated[str, Field(max_length=1000, description="Where to go on: `next` of the page before.")]
# One line of text: no NUL, which the database can't hold, and no blanks around it.
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400, pattern=r"^[^\x00]*$")]
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[^\x00]*$")]

Returned = BaseModel | Answer | HttpResponse
View = Callable[Concatenate[ApiRequest, P], Returned]


def endpoint(
    verb: str,
    path: str,
    *,
    needs: str,
    answers: Mapping[int, Any],
    problems: tuple[int, ...] = (),
    extra: dict[str, Any] | None = None,
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Serve the view at ``verb path`` to tokens with the permission ``needs``."""
    with_body = set() if verb in {"GET", "DELETE"} else {400, 413}
    refusals = sorted({401, 403, 422, 429, 503, *with_body, *problems})
    declared: dict[int, Any] = {**answers, **dict.fromkeys(refusals, Problem)}
    if "{int:customer_id}" in path:
        declared[308] = MovedOut

    def declare(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        known: set[str] = set()

        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            refuse_unknown(request, known)
            return rendered(view(request, *args, **kwargs))  # type: ignore[arg-type]

        def join(router: Router) -> None:
            router.api_operation(
                [verb],
                path,
                auth=Bearer(needs),
                response=declared,
                operation_id=view.__name__,
                summary=view.__name__.replace("_", " ").capitalize(),
                tags=[view.__module__.split(".")[1]],
                openapi_extra={**(extra or {}), "x-needs": needs},
            )(guarded)
            known.update(parameters(guarded._ninja_operation))  # type: ignore[attr-defined]  # noqa: SLF001

        guarded.needs = needs  # type: ignore[attr-defined]
        JOINING.append(join)
        return guarded

    return declare


def joined() -> Router:
    """A router of all endpoints that have been declared."""
    router = Router()
    for join in JOINING:
        join(router)
    return router


def parameters(operation: Any) -> Iterator[str]:
    """The names that the query of this operation may hold."""
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return (name for model in models for name in model.__ninja_flatten_map__)


def refuse_unknown(request: HttpRequest, known: set[str]) -> None:
    """A misspelt filter must not answer with everything."""
    unknown = sorted(set(request.GET) - known)
    if unknown:
        faults = [Fault("There is no such parameter.", parameter=name) for name in unknown]
        raise ProblemError(422, f"{', '.join(unknown)}: there is no such parameter.", faults)


def rendered(returned: Returned) -> HttpResponse:
    if isinstance(returned, HttpResponse):
        return returned
    answer = returned if isinstance(returned, Answer) else Answer(returned)
    if answer.body is None:
        return HttpResponse(status=answer.status, headers=dict(answer.headers))
    content = answer.body.model_dump_json()
    return HttpResponse(content, "application/json", answer.status, headers=dict(answer.headers))
