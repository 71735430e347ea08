"""The data dictionary over the API."""

from django.http import Http404
from pydantic import BaseModel, Field

from rapport.consent.purpose import Basis
from rapport.fields.sensitivity import Level
from rapport.people.endpoint import Given, Line, endpoint
from rapport.people.role import Role
from rapport.people.tokens import ApiRequest
from rapport.privacy.dictionary_describe import describe
from rapport.privacy.dictionary_read import Kept, dictionary, kept_line, table_of, who_sees
from rapport.privacy.dictionary_read import Line as Told


class KeptColumnOut(BaseModel):
    """One column, a field of one's own (`extra.key`), or a kind of identifier (`value.email`)."""

    column: str
    label: str
    level: str = Field(description="public, internal, personal, sensitive, special; empty where nobody said it yet.")
    personal: bool
    purpose: str
    basis: str
    keeps: str
    source: str
    seen_by: list[str] = Field(description="Keys of the roles that meet it in the browser.")
    complete: bool

    @classmethod
    def of(cls, one: Told, roles: list[Role]) -> "KeptColumnOut":
        return cls(
            column=one.column,
            label=one.label,
            level=one.level,
            personal=one.is_personal,
            purpose=str(one.purpose),
            basis=one.basis,
            keeps=str(one.keeps),
            source=str(one.source),
            seen_by=[role.key for role in who_sees(one, roles)],
            complete=one.is_complete,
        )


class KeptTableOut(BaseModel):
    """One table of the database."""

    table: str
    title: str
    about: list[str] = Field(description="Whom its rows lead to: customers, colleagues, both or nobody.")
    history: str = Field(description="The table that keeps earlier states of its rows; empty for none.")
    columns: int
    personal: int
    incomplete: int

    @classmethod
    def of(cls, kept: Kept) -> "KeptTableOut":
        return cls(
            table=kept.table,
            title=kept.title,
            about=list(kept.about),
            history=kept.history,
            columns=len(kept.lines),
            personal=kept.personal,
            incomplete=kept.incomplete,
        )


class KeptTablesOut(BaseModel):
    items: list[KeptTableOut]


class KeptColumnsOut(BaseModel):
    items: list[KeptColumnOut]


class DescribedIn(Given):
    """What is said of a column; what is left out stays, and an empty text is what Rapport says by itself."""

    purpose: Line | None = None
    basis: Basis | None = None
    keeps: Line | None = None
    level: Level | None = None
    source: Line | None = None


@endpoint("GET", "/data-dictionary", needs="privacy.view_dictionary", answers={200: KeptTablesOut})
def list_kept_tables(request: ApiRequest) -> KeptTablesOut:  # noqa: ARG001
    """Every table, and how much of it is described."""
    return KeptTablesOut(items=[KeptTableOut.of(one) for one in dictionary()])


@endpoint(
    "GET",
    "/data-dictionary/{slug:table}",
    needs="privacy.view_dictionary",
    answers={200: KeptColumnsOut},
    problems=(404,),
)
def list_kept_columns(request: ApiRequest, table: str) -> KeptColumnsOut:
    """The columns of one table."""
    kept = table_of(table)
    if kept is None:
        raise Http404
    roles = list(Role.objects.visible_to(request.user).in_order())
    return KeptColumnsOut(items=[KeptColumnOut.of(one, roles) for one in kept.lines])


@endpoint(
    "PATCH",
    "/data-dictionary/{slug:table}/{str:column}",
    needs="privacy.change_dictionary",
    answers={200: KeptColumnOut},
    problems=(404,),
)
def describe_kept_column(request: ApiRequest, table: str, column: str, change: DescribedIn) -> KeptColumnOut:
    """Say what a column is kept for, how long and how sensitive it is."""
    found = kept_line(table, column)
    if found is None:
        raise Http404
    given = {name: str(value) for name, value in change.model_dump(exclude_none=True).items()}
    roles = list(Role.objects.visible_to(request.user).in_order())
    return KeptColumnOut.of(describe(found, given), roles)
