"""The audit trail over the API."""

from dataclasses import replace
from datetime import date, datetime

from django.http import QueryDict
from ninja import Query
from pydantic import BaseModel, Field

from rapport.lib.ids import LARGEST
from rapport.people.endpoint import After, Limit, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.trail.export import as_object
from rapport.trail.tell import tell
from rapport.trail.wanted import BY_AGE, Wanted, look
from rapport.ui.keyset import Cursor


class FieldChangeOut(BaseModel):
    field: str
    old: str
    new: str


class TrailEntryOut(BaseModel):
    """One thing that happened; a value that the token's owner may not see is covered."""

    id: int = Field(description="Its place in the sealed chain.")
    at: datetime
    who: str
    who_id: int | None
    kind: str
    what: str
    which: str
    room: str
    customer_ids: list[int]
    fields: list[FieldChangeOut]
    page: str
    address: str
    token: str
    job: str = Field(description="What did it by itself, when no request did.")
    command: str
    why: str
    gone: str = Field(description="Why nothing more can be told, say because it was erased.")


class TrailOut(BaseModel):
    items: list[TrailEntryOut]
    next: str | None = Field(description="Hand it back as `after` to go on; null at the end.")


class TrailChoice(BaseModel):
    """Which part of the trail."""

    who: str = Field(default="", max_length=20, description="A user's id, or `rapport` for what nobody did by hand.")
    customer: int = Field(default=0, ge=0, le=LARGEST, description="About whom.")
    kind: str = Field(
        default="", max_length=40, description="added, changed, deleted, fact, reading, or a fact's name."
    )
    room: Word = Field(default="", description="The part of Rapport, such as customers or consent.")
    since: date | None = None
    until: date | None = Field(default=None, description="The last day.")
    after: After = ""
    limit: Limit = 50

    @property
    def wanted(self) -> Wanted:
        asked = {"who": self.who, "customer": str(self.customer), "kind": self.kind, "room": self.room}
        return replace(Wanted.of(asked), since=self.since, until=self.until, chatter=True)


@endpoint("GET", "/audit", needs="audit.view_trail", answers={200: TrailOut})
def list_trail(request: ApiRequest, choice: Query[TrailChoice]) -> TrailOut:
    """Who did what, when, from where and why, old and new; the newest first, seconds after it was committed."""
    place = QueryDict(mutable=True)
    place["after"] = choice.after
    found = look(choice.wanted, request.user, Cursor.of(place, BY_AGE) if choice.after else None, choice.limit)
    lines = tell(found.entries, reader=request.user)
    following = Cursor(found.entries[-1].at, found.entries[-1].pk).text if found.more else None
    return TrailOut(items=[TrailEntryOut(**as_object(line)) for line in lines], next=following)
