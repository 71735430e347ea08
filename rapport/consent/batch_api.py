"""Many consents at once over the API, as another system hands its register over."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils import timezone
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import from_json, to_json

from rapport.consent.api import NewConsent
from rapport.consent.ledger import Said
from rapport.consent.out_of_sight import out_of_sight
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word
from rapport.consent.take_words import take_words
from rapport.consent.ways import WAY_OF, Way, key_of
from rapport.people.endpoint import endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

MOST_ROWS = 5_000
BATCH = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "maxItems": MOST_ROWS,
                    "items": {"$ref": "#/components/schemas/NewConsent"},
                }
            }
        },
    }
}
Read = tuple[NewConsent | None, str]


class SaidOut(BaseModel):
    """What became of one row of a batch."""

    status: int = Field(description="201 written down, 200 known before, 422 refused.")
    why: str = ""


@endpoint(
    "POST",
    "/consents/batch",
    needs="consent.add_consent",
    answers={200: list[SaidOut]},
    problems=(413,),
    extra=BATCH,
)
def add_consents(request: ApiRequest) -> HttpResponse:
    """Write down up to 5,000 words; each row has its own answer, in their order, and a bad row stops no other.

    What is known is not said again, and a word never overrules one that was said later; a yes without `at` overrules
    nothing. Nobody is asked to confirm: a yes to a purpose that has to be confirmed is taken when it is `proven` and has
    its moment.
    """
    rows = rows_of(request.body)
    read = [read_row(row) for row in rows]
    purposes = {one.code: one for one in Purpose.objects.visible_to(request.user).in_use() if one.may_be_refused}
    asked = {(way, key) for row, _why in read if row and (way := way_of(row)) and (key := key_of(row.address, way))}
    closed = out_of_sight(asked, request.user)
    refused = {place: why or wrong(row, purposes, closed) for place, (row, why) in enumerate(read)}
    words = {
        place: word_of(row, purposes)
        for place, (row, _why) in enumerate(read)
        if row is not None and not refused[place]
    }
    new = dict(zip(words, take_words(list(words.values()), by=request.user, at=timezone.now()), strict=True))
    answers = [
        SaidOut(status=422, why=why) if why else SaidOut(status=201 if new[place] else 200)
        for place, why in refused.items()
    ]
    return HttpResponse(to_json(answers), "application/json")


def rows_of(body: bytes) -> list[object]:
    try:
        rows = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise ProblemError(400, f"This is no JSON: {error}") from error
    if not isinstance(rows, list):
        raise ProblemError(422, "Send a list of consents.", [Fault("Send a list.")])
    if len(rows) > MOST_ROWS:
        raise ProblemError(413, f"No more than {MOST_ROWS} consents at once; these are {len(rows)}.")
    return rows


def read_row(row: object) -> Read:
    try:
        return NewConsent.model_validate(row), ""
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        return None, f"{where}: {first['msg']}" if where else first["msg"]


def way_of(row: NewConsent) -> Way | None:
    return WAY_OF.get(row.channel.value)


def wrong(row: NewConsent | None, purposes: Mapping[str, Purpose], closed: set[tuple[str, str]]) -> str:
    """Why a row can't be taken; empty when it can."""
    if row is None:
        return ""
    purpose, way = purposes.get(row.purpose), way_of(row)
    if purpose is None:
        return "purpose: There is no such purpose that people can say yes or no to."
    key = key_of(row.address, way) if way else None
    if key is None or (way, key) in closed:
        return "address: There is no such address for this channel that you may write about."
    return unsaid(row, purpose)


def unsaid(row: NewConsent, purpose: Purpose) -> str:
    """Why its word can't be taken."""
    if row.said in {Said.STRUCK, Said.ASKED}:
        return "said: Only granted, denied or withdrawn can be told."
    if row.at and row.at > timezone.now():
        return "at: That moment is still to come."
    if row.said is Said.GRANTED and purpose.confirmed and not (row.proven and row.at):
        return "proven: This purpose has to be confirmed: tell that the yes is proven, and since when."
    return ""


def word_of(row: NewConsent, purposes: Mapping[str, Purpose]) -> Word:
    return Word(
        purposes[row.purpose],
        row.address,
        row.said,
        channel=row.channel.value,
        source=row.source,
        evidence=row.evidence,
        guardian=row.guardian,
        at=row.at,
        until=row.until,
        proven=row.proven,
    )
