"""Bulk changes over the API: start one, watch it, stop it, let it go on, take it back."""

from datetime import datetime
from typing import Annotated

from django.http import Http404, QueryDict
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.bulk import start as starting
from rapport.bulk.action import Action, Said
from rapport.bulk.models import BulkRun, State
from rapport.bulk.records import RECORDS
from rapport.bulk.start import BulkError, Selection
from rapport.bulk.take_back import start_taking_back
from rapport.lib.ids import LARGEST
from rapport.people.endpoint import Answer, Given, Word, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

MOST_IDS, SHOWN = 5_000, 200
Id = Annotated[int, Field(ge=1, le=LARGEST)]


class NewBulk(Given):
    """What shall be done to which records: ``ids``, or all that the list shows under ``query``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"records": "customers", "action": "tag", "query": "city=Porto", "said": {"tags": "vip"}},
                {"records": "customers", "action": "delete", "ids": [12, 13]},
                {"records": "tasks", "action": "assign", "query": "state=open&assignee=3", "said": {"assignee": "4"}},
            ]
        }
    )

    records: Word = Field(description="Which list: customers, tasks, orders, interactions or trash.")
    action: Word = Field(
        description="Of customers: field, tag, untag, assign, task, merge, export or delete. Of tasks: done, reopen, assign, "
        "due, export or delete. Of orders: tag or task (of their customers) or export; of interactions also assign. "
        "In the trash: restore."
    )
    ids: Annotated[list[Id], Field(max_length=MOST_IDS)] | None = None
    query: Annotated[str, Field(max_length=8_000, pattern=r"^[^\x00]*$")] | None = Field(
        default=None, description="What the address of the list says behind the question mark; empty means all of it."
    )
    said: dict[Word, Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]] = Field(
        default_factory=dict, description="What the form of the action asks for, by the names of its fields."
    )

    def selection(self) -> Selection:
        if (self.ids is None) == (self.query is None):
            fault = Fault("Send either ids or query.", "#/query")
            raise ProblemError(422, "Send either ids or query.", [fault])
        return Selection(tuple(self.ids or ()), self.query or "", whole=self.query is not None)


class BulkOut(BaseModel):
    """A bulk change, as far as it got."""

    id: int
    records: str
    action: str
    state: State
    total: int
    done: float = Field(description="From 0 to 1.")
    changed: int
    same: int = Field(description="They were so already.")
    refused: int
    back: int = Field(description="Taken back.")
    left: int = Field(description="Not taken back, for somebody changed them since.")
    trouble: str
    created_at: datetime

    @classmethod
    def of(cls, one: BulkRun) -> "BulkOut":
        return cls(
            id=one.pk,
            records=one.records,
            action=one.action,
            state=State(one.state),
            total=one.total,
            done=one.percent / 100,
            changed=one.changed,
            same=one.same,
            refused=one.refused,
            back=one.back,
            left=one.left,
            trouble=one.trouble,
            created_at=one.created_at,
        )


class RefusalOut(BaseModel):
    id: int
    reason: str
    undoing: bool = Field(description="It was refused when the run was taken back.")


class RefusalsOut(BaseModel):
    items: list[RefusalOut]


@endpoint("POST", "/bulk", needs="bulk.run_bulk", answers={201: BulkOut}, problems=(413,))
def start_bulk(request: ApiRequest, bulk: NewBulk) -> Answer:
    """Freeze which records are meant and do it in the background."""
    records = RECORDS.get(bulk.records)
    action = records.action(bulk.action, request.user) if records else None
    if records is None or action is None or not request.auth.allows(action.needs):
        raise ProblemError(422, "There is no such action on this list.", [Fault("No such action.", "#/action")])
    said = read(action, bulk.said, request.user)
    try:
        run = starting.start(records, action, bulk.selection(), said, by=request.user, at=timezone.now())
    except BulkError as problem:
        raise ProblemError(422, problem.code, [Fault(problem.code, "#/query")]) from problem
    return Answer(BulkOut.of(run), 201, {"Location": f"{request.path}/{run.pk}"})


def read(action: Action, said: dict[str, str], user: User) -> Said:
    """What was said, as the form of the action reads it."""
    given = QueryDict(mutable=True)
    given.update(said)
    form = action.form(user, given)
    if not form.is_valid():
        faults = [Fault(str(words[0]), f"#/said/{name}") for name, words in form.errors.items()]
        raise ProblemError(422, faults[0].detail, faults)
    return action.read(form)


def the_run(bulk_id: int, request: ApiRequest) -> BulkRun:
    found = BulkRun.objects.visible_to(request.user).filter(pk=bulk_id).first()
    if found is None:
        raise Http404
    return found


@endpoint("GET", "/bulk/{int:bulk_id}", needs="bulk.run_bulk", answers={200: BulkOut}, problems=(404,))
def read_bulk(request: ApiRequest, bulk_id: int) -> BulkOut:
    """How far it got."""
    return BulkOut.of(the_run(bulk_id, request))


@endpoint("GET", "/bulk/{int:bulk_id}/refusals", needs="bulk.run_bulk", answers={200: RefusalsOut}, problems=(404,))
def list_bulk_refusals(request: ApiRequest, bulk_id: int) -> RefusalsOut:
    """The first of those that stayed as they were, and why."""
    rows = the_run(bulk_id, request).refusals.order_by("pk")[:SHOWN]
    return RefusalsOut(items=[RefusalOut(id=one.subject, reason=one.reason, undoing=one.undoing) for one in rows])


@endpoint("POST", "/bulk/{int:bulk_id}/stop", needs="bulk.run_bulk", answers={200: BulkOut}, problems=(404,))
def stop_bulk(request: ApiRequest, bulk_id: int) -> BulkOut:
    """Stop it after the piece that is being done; harmless when it does not run."""
    starting.stop(the_run(bulk_id, request), at=timezone.now())
    return BulkOut.of(the_run(bulk_id, request))


@endpoint("POST", "/bulk/{int:bulk_id}/resume", needs="bulk.run_bulk", answers={200: BulkOut}, problems=(404,))
def resume_bulk(request: ApiRequest, bulk_id: int) -> BulkOut:
    """Let it go on where it stopped; harmless when it is done."""
    starting.go_on(the_run(bulk_id, request), by=request.user, at=timezone.now())
    return BulkOut.of(the_run(bulk_id, request))


@endpoint("POST", "/bulk/{int:bulk_id}/undo", needs="bulk.run_bulk", answers={200: BulkOut}, problems=(404, 409))
def undo_bulk(request: ApiRequest, bulk_id: int) -> BulkOut:
    """Take all of it back, but for what somebody changed since."""
    if not start_taking_back(the_run(bulk_id, request), by=request.user, at=timezone.now()):
        raise ProblemError(409, "There is nothing to take back, or it is still running.")
    return BulkOut.of(the_run(bulk_id, request))
