"""Changes over the API: what was changed lately, and taking one back."""

from datetime import datetime
from typing import Literal

from django.http import Http404, QueryDict
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.changes.recent import BY_AGE, Line, lines_of
from rapport.changes.recent import recent as read_recent
from rapport.customers.api import the_customer
from rapport.customers.discard import discard
from rapport.journal.change import Change, Deed
from rapport.journal.take_back import take_back
from rapport.journal.ways_back import UndoError
from rapport.people.endpoint import After, Answer, Given, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.keyset import Cursor
from rapport.ui.problem import ProblemError


class ChangeOut(BaseModel):
    """One thing that somebody did."""

    id: int
    deed: Deed
    words: str
    by: str | None
    at: datetime
    until: datetime = Field(description="Up to when it can be taken back.")
    customer_ids: list[int]
    undone_at: datetime | None
    undone_by: str | None

    @classmethod
    def of(cls, line: Line) -> "ChangeOut":
        one = line.change
        return cls(
            id=one.pk,
            deed=Deed(one.deed),
            words=str(line.words),
            by=one.by.email if one.by else None,
            at=one.at,
            until=one.until,
            customer_ids=[customer.pk for customer in line.customers],
            undone_at=one.undone_at,
            undone_by=one.undone_by.email if one.undone_by else None,
        )


class ChangesOut(BaseModel):
    items: list[ChangeOut]
    next: str | None = Field(description="Hand it back as `after` to go on; null at the end.")


class Decided(Given):
    """For what somebody changed since: whether the old value comes back or the new one stays, by the clash's `key`."""

    choices: dict[Word, Literal["back", "stays"]] = Field(default_factory=dict)


@endpoint("GET", "/changes", needs="changes.view_change", answers={200: ChangesOut})
def list_changes(request: ApiRequest, after: After = "") -> ChangesOut:
    """What one did oneself and, as a manager, what the team did; the newest first."""
    place = QueryDict(mutable=True)
    place["after"] = after
    found = read_recent(request.user, Cursor.of(place, BY_AGE) if after else None, at=timezone.now())
    following = found.page.last.text if found.page.older and found.page.last else None
    return ChangesOut(items=[ChangeOut.of(one) for one in found.lines], next=following)


@endpoint(
    "POST", "/changes/{int:change_id}/undo", needs="changes.undo_change", answers={200: ChangeOut}, problems=(404, 409)
)
def undo_change(request: ApiRequest, change_id: int, decided: Decided) -> ChangeOut:
    """Take it back. 409 when somebody changed it since: `clashes` says what, to be decided in `choices`."""
    change = Change.objects.visible_to(request.user).filter(pk=change_id).first()
    if change is None:
        raise Http404
    try:
        take_back(change, by=request.user, at=timezone.now(), choices=decided.choices)
    except UndoError as problem:
        clashes = [
            {"key": one.key, "label": str(one.label), "now": one.now, "back": one.back} for one in problem.clashes
        ]
        raise ProblemError(409, f"{problem.code}.", more={"clashes": clashes} if clashes else {}) from problem
    fresh = Change.objects.visible_to(request.user).select_related("by", "undone_by").get(pk=change_id)
    (line,) = lines_of([fresh], reader=request.user, at=timezone.now())
    return ChangeOut.of(line)


@endpoint(
    "DELETE",
    "/customers/{int:customer_id}",
    needs="customers.delete_customer",
    answers={204: None},
    problems=(404,),
)
def delete_customer(request: ApiRequest, customer_id: int) -> Answer:
    """Put the customer into the trash, for thirty days; POST /changes/{id}/undo brings them back."""
    customer = the_customer(customer_id, request)
    discard([customer.pk], by=request.user, at=timezone.now())
    return Answer(None, 204)
