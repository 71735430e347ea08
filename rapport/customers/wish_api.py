"""Preferences over the API: what holds and what held, one more, one taken back."""

from datetime import date, datetime

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.api import Value, the_customer
from rapport.customers.models import Customer, Member
from rapport.customers.preference import Preference, Topic
from rapport.customers.wish import Said, WishError, wish, withdraw
from rapport.customers.wishes import current, said_of
from rapport.people.endpoint import Answer, Given, Line, endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class PreferenceOut(BaseModel):
    """One word of a customer. `holds` tells whether it is the one that counts now."""

    id: int
    topic: Topic
    value: str
    holds: bool
    withdrawn: bool
    evidence: str
    source: str
    by: str | None
    said_at: datetime
    until: date | None

    @classmethod
    def of(cls, one: Preference, *, holds: bool) -> "PreferenceOut":
        return cls(
            id=one.pk,
            topic=Topic(one.topic),
            value=one.value,
            holds=holds,
            withdrawn=one.withdrawn,
            evidence=one.evidence,
            source=one.source,
            by=one.by.email if one.by else None,
            said_at=one.said_at,
            until=one.until,
        )


class PreferencesOut(BaseModel):
    items: list[PreferenceOut]


class NewPreference(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"topic": "time", "value": "mon-fri 10:00-12:00"}]})

    topic: Topic
    value: Value = Field(
        description="A channel's name, a time as mon-fri 10:00-12:00 Europe/Lisbon, a language, words."
    )
    evidence: Line | None = Field(default=None, description="Who said it, and where.")
    until: date | None = None


def said(request: ApiRequest, customer: Customer) -> list[Preference]:
    members = Member.objects.visible_to(request.user).filter(customer=customer)
    return said_of(list(members.values_list("pk", flat=True)))


@endpoint(
    "GET",
    "/customers/{int:customer_id}/preferences",
    needs="customers.view_customer",
    answers={200: PreferencesOut},
    problems=(404,),
)
def list_preferences(request: ApiRequest, customer_id: int) -> PreferencesOut:
    """Every word of this customer, the newest first."""
    words = said(request, the_customer(customer_id, request))
    held = {one.pk for one in current(words, at=timezone.now())}
    return PreferencesOut(items=[PreferenceOut.of(one, holds=one.pk in held) for one in words])


@endpoint(
    "POST",
    "/customers/{int:customer_id}/preferences",
    needs="customers.change_customer",
    answers={201: PreferenceOut},
    problems=(404, 413),
)
def add_preference(request: ApiRequest, customer_id: int, preference: NewPreference) -> Answer:
    """Keep what they wish; it replaces what was said on the same matter before."""
    customer = the_customer(customer_id, request)
    told = Said(preference.topic, preference.value, preference.evidence or "", preference.until)
    try:
        kept = wish(customer, told, by=request.user, at=timezone.now())
    except WishError as problem:
        raise ProblemError(422, f"value: {problem}", [Fault(str(problem), "#/value")]) from problem
    return Answer(PreferenceOut.of(kept, holds=True), 201)


@endpoint(
    "DELETE",
    "/customers/{int:customer_id}/preferences/{int:preference_id}",
    needs="customers.change_customer",
    answers={204: None},
    problems=(404,),
)
def withdraw_preference(request: ApiRequest, customer_id: int, preference_id: int) -> Answer:
    """Say that a wish no longer holds; the word itself is kept."""
    customer = the_customer(customer_id, request)
    old = next((one for one in said(request, customer) if one.pk == preference_id), None)
    if old is None:
        raise Http404
    withdraw(customer, old, by=request.user, at=timezone.now())
    return Answer(None, 204)
