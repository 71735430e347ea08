"""The API: its address, the endpoints of the rooms, and how every refusal is told."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Swagger
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from pydantic_core import from_json

from rapport.accounts import api as accounts
from rapport.accounts import parts_api as account_parts
from rapport.agenda import api as agenda
from rapport.bookings import api as bookings
from rapport.bulk import api as bulk
from rapport.calendars import api as calendars
from rapport.calendars import outside_api as outside_calendars
from rapport.calendars import own_api as own_calendars
from rapport.catalogue import api as catalogue
from rapport.catalogue import prices_api as prices
from rapport.changes import api as changes
from rapport.consent import api as consent
from rapport.consent import batch_api as consents
from rapport.customers import api as customers
from rapport.customers import household_api as households
from rapport.customers import tie_api as ties
from rapport.customers import wish_api as wishes
from rapport.customers.reach import MovedError
from rapport.fields import api as fields
from rapport.handovers import api as handovers
from rapport.identity import api as identity
from rapport.insight import api as kpis
from rapport.lib.disk import is_full
from rapport.lists import api as lists
from rapport.mail import api as mail
from rapport.market import api as market
from rapport.notices import api as notices
from rapport.oversight import territory_api as territories
from rapport.people import api as people
from rapport.people.access import OPEN, open_to_all
from rapport.people.description import Description
from rapport.people.endpoint import MovedOut, joined
from rapport.people.tokens import as_headers
from rapport.privacy import dictionary_api as dictionary
from rapport.privacy import incident_api as incidents
from rapport.privacy import obligation_api as obligations
from rapport.privacy import register_api as activities
from rapport.privacy import request_api as requests
from rapport.privacy import retain_api as retention
from rapport.profile import past_api as past
from rapport.quotes import api as quotes
from rapport.rules import api as rules
from rapport.sales import api as sales
from rapport.sales import competitors_api as competitors
from rapport.sales import deals_api as deals
from rapport.sales import forecast_api as forecasts
from rapport.sales import fulfil_api as fulfilment
from rapport.sales import leads_api as leads
from rapport.sales import lines_api as deal_lines
from rapport.search import api as search
from rapport.sequences import api as sequences
from rapport.telephony import api as telephony
from rapport.timeline import api as timeline
from rapport.trail import api as trail
from rapport.ui.problem import Fault, ProblemError
from rapport.visits import api as visits
from rapport.webhooks import api as webhooks

ROOMS = (
    customers,
    ties,
    households,
    wishes,
    fields,
    identity,
    timeline,
    consent,
    consents,
    sales,
    deals,
    forecasts,
    deal_lines,
    competitors,
    accounts,
    account_parts,
    market,
    fulfilment,
    quotes,
    handovers,
    catalogue,
    prices,
    kpis,
    leads,
    search,
    webhooks,
    calendars,
    outside_calendars,
    own_calendars,
    visits,
    bookings,
    sequences,
    telephony,
    mail,
    lists,
    agenda,
    notices,
    past,
    bulk,
    changes,
    rules,
    trail,
    requests,
    people,
    territories,
    dictionary,
    activities,
    retention,
    obligations,
    incidents,
)
DESCRIPTION = "One record per customer, one timeline. See docs/guide/api.md for a walk through it."
# Swagger's page writes styles into its elements; it comes from this server like everything else.
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def documented(view: View) -> View:
    """Openly readable, and allowed the styles that Swagger writes into its page."""

    @open_to_all
    def answered(request: HttpRequest, **path: Any) -> HttpResponse:
        response = view(request, **path)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return answered


class StrictParser(Parser):
    """JSON as the standard has it: no NaN, and no deeper than a reasonable nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        return from_json(request.body, allow_inf_nan=False)


class Api(NinjaAPI):
    """Answers in problem details whatever goes wrong, also before an endpoint is reached."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = [pattern for pattern in super()._get_urls() if isinstance(pattern, URLPattern)]
        needs: dict[str | None, str] = {
            operation.view_func.__name__: operation.view_func.needs  # type: ignore[attr-defined]
            for bound in self._get_bound_routers()
            for view in bound.path_operations.values()
            for operation in view.operations
        }
        for pattern in patterns:
            pattern.callback = told(pattern.callback, needs.get(pattern.name, OPEN))
        return list(patterns)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Description:
        return Description(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)


def told(view: View, needs: str) -> View:
    """Each answer with what is left of the quota; a wrong method as a problem."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            return as_problem(error).as_response()
        if response.status_code == 405:  # noqa: PLR2004
            allowed = response.headers["Allow"]
            problem = ProblemError(405, f"Here only {allowed} can be asked.", headers={"Allow": allowed})
            return problem.as_response()
        quota = getattr(request, "quota", None)
        for name, value in as_headers(quota).items() if quota else ():
            response.headers.setdefault(name, value)
        return response

    answered.needs, answered.csrf_exempt = needs, True  # type: ignore[attr-defined]
    return answered


api = Api(
    title="Rapport",
    version="1",
    description=DESCRIPTION,
    parser=StrictParser(),
    urls_namespace="api",
    docs=Swagger(),
    docs_decorator=documented,
)
api.add_router("", joined())


def as_problem(error: Exception) -> ProblemError:
    """What a client is told when ``error`` stopped its request."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, ValidationError):
        return invalid(error.errors)
    if isinstance(error, HttpError) and not isinstance(error, AuthenticationError):
        return ProblemError(error.status_code, str(error))
    if is_full(error):
        return FULL
    for kind, problem in PROBLEMS.items():
        if isinstance(error, kind):
            return problem
    log.error("an endpoint failed", exc_info=error)
    return ProblemError(500, "Something went wrong here; it has been written down.")


PROBLEMS = {
    AuthenticationError: ProblemError(
        401,
        "Send a valid token: Authorization: Bearer <token>.",
        headers={"WWW-Authenticate": 'Bearer realm="Rapport"'},
    ),
    Http404: ProblemError(404, "There is no such record, or it is not yours to see."),
    RequestDataTooBig: ProblemError(413, "The body is too large."),
    SuspiciousOperation: ProblemError(400, "The request makes no sense."),
    OperationalError: ProblemError(503, "The database is busy or away; try again.", headers={"Retry-After": "2"}),
}
FULL = ProblemError(503, "The disk is full; nothing of this was kept.", headers={"Retry-After": "60"})


def invalid(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    faults = [fault(error) for error in errors]
    first = faults[0]
    where = first.parameter or first.pointer.removeprefix("#").strip("/").replace("/", ".")
    return ProblemError(422, f"{where}: {first.detail}" if where else first.detail, faults)


def fault(error: Mapping[str, Any]) -> Fault:
    source, *place = error["loc"]
    if source == "body":
        return Fault(error["msg"], pointer="/".join(["#", *map(str, place[1:])]))
    return Fault(error["msg"], parameter=str(place[-1]) if place else str(source))


def refuse(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return as_problem(error if isinstance(error, Exception) else error()).as_response()


def lead_on(request: HttpRequest, moved: Exception | type[Exception]) -> HttpResponse:
    """The old id of a merged customer leads to the survivor for ever."""
    old, new = getattr(moved, "customer_id", 0), getattr(moved, "survivor_id", 0)
    location = request.get_full_path().replace(f"/customers/{old}", f"/customers/{new}", 1)
    body = MovedOut(customer_id=new, location=location)
    return HttpResponsePermanentRedirect(
        location, content=body.model_dump_json(), content_type="application/json", preserve_request=True
    )


for refusal in (Exception, Http404, HttpError, ValidationError):
    api.add_exception_handler(refusal, refuse)
api.add_exception_handler(MovedError, lead_on)


@csrf_exempt
@open_to_all
def nothing_here(request: HttpRequest) -> HttpResponse:
    return ProblemError(404, f"There is nothing at {request.path}.").as_response()


urlpatterns = [path("v1/", api.urls), re_path("", nothing_here)]
