"""Retention over the API: what holds, and what each run deleted."""

from datetime import datetime

from pydantic import BaseModel, Field

from rapport.people.endpoint import Limit, endpoint
from rapport.people.tokens import ApiRequest
from rapport.privacy.retain import rules
from rapport.privacy.retain_rule import RetainRun


class RetentionRuleOut(BaseModel):
    """One kind of data that may go when it is old."""

    kind: str
    label: str
    days: int
    active: bool


class RetentionRunOut(BaseModel):
    """What one run deleted."""

    id: int
    kind: str
    days: int
    before: datetime
    began_at: datetime
    ended_at: datetime | None = Field(description="Null while it goes on.")
    deleted: dict[str, int] = Field(description="How many rows of which table.")
    held: int = Field(description="How many stay because the law holds them.")
    seconds: float
    by: int | None


class RetentionRulesOut(BaseModel):
    items: list[RetentionRuleOut]


class RetentionRunsOut(BaseModel):
    items: list[RetentionRunOut]
    next: int | None = Field(description="Hand it back as `before` to go on; null at the end.")


@endpoint("GET", "/retention/rules", needs="privacy.view_retention", answers={200: RetentionRulesOut})
def list_retention_rules(request: ApiRequest) -> RetentionRulesOut:  # noqa: ARG001
    """Everything that can be let go by its age, and after how many days it is."""
    return RetentionRulesOut(
        items=[
            RetentionRuleOut(kind=one.of.kind, label=str(one.of.label), days=one.days, active=one.active)
            for one in rules()
        ]
    )


@endpoint("GET", "/retention/runs", needs="privacy.view_retention", answers={200: RetentionRunsOut})
def list_retention_runs(request: ApiRequest, limit: Limit = 50, before: int = 0) -> RetentionRunsOut:
    """What was deleted, the newest first."""
    rows = RetainRun.objects.visible_to(request.user).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before > 0 else rows)[: limit + 1])
    items = [
        RetentionRunOut(
            id=one.pk,
            kind=one.kind,
            days=one.days,
            before=one.before,
            began_at=one.began_at,
            ended_at=one.ended_at,
            deleted=one.deleted,
            held=one.held,
            seconds=one.seconds,
            by=one.by_id,
        )
        for one in found[:limit]
    ]
    return RetentionRunsOut(items=items, next=items[-1].id if len(found) > limit else None)
