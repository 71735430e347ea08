"""Rules over the API: which there are, and what each did to whom."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from pydantic import BaseModel, Field

from rapport.people.endpoint import Limit, endpoint
from rapport.people.tokens import ApiRequest
from rapport.rules.models import Act, Rule
from rapport.rules.switch import NEEDS
from rapport.rules.words import sentence


class RuleOut(BaseModel):
    """One rule."""

    id: int
    name: str
    sentence: str = Field(description="When, if and then, in the language of the token's user.")
    owner: str = Field(description="The e-mail address of whose eyes it acts with.")
    on_since: datetime | None = Field(description="Null while it is off.")
    most_an_hour: int
    version: int


class RulesOut(BaseModel):
    items: list[RuleOut] = Field(description="In the order in which they act.")


class ActOut(BaseModel):
    """What a rule did to one customer because of one event."""

    id: int
    customer_id: int
    outcome: str = Field(description="done, same (was so already), refused, undone, or kept (not taken back).")
    reason: str
    fact: str
    subject: int = Field(description="Of what the event tells: the customer, interaction, order, task or message.")
    run: int
    at: datetime


class ActsOut(BaseModel):
    items: list[ActOut]
    next: int | None = Field(description="Hand it back as `before` to go on; null at the end.")


@endpoint("GET", "/rules", needs=NEEDS, answers={200: RulesOut})
def list_rules(request: ApiRequest) -> RulesOut:
    """The rules that one may change, off or on."""
    found = Rule.objects.visible_to(request.user).exclude(version=None).in_order()
    return RulesOut(
        items=[
            RuleOut(
                id=one.pk,
                name=one.name,
                sentence=sentence(one.version, request.user),
                owner=one.owner.email,
                on_since=one.on_since,
                most_an_hour=one.most_an_hour,
                version=one.version.number,
            )
            for one in found
            if one.version
        ]
    )


@endpoint("GET", "/rules/{int:rule_id}/log", needs=NEEDS, answers={200: ActsOut}, problems=(404,))
def list_acts(request: ApiRequest, rule_id: int, limit: Limit = 50, before: int = 0) -> ActsOut:
    """What the rule did, the newest first, to customers that one may see."""
    rule = get_object_or_404(Rule.objects.visible_to(request.user), pk=rule_id)
    rows = Act.objects.visible_to(request.user).filter(run__rule=rule).select_related("event").order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before > 0 else rows)[: limit + 1])
    items = [
        ActOut(
            id=one.pk,
            customer_id=one.customer_id,
            outcome=one.outcome,
            reason=one.reason,
            fact=one.event.kind,
            subject=one.subject,
            run=one.run_id,
            at=one.at,
        )
        for one in found[:limit]
    ]
    return ActsOut(items=items, next=items[-1].id if len(found) > limit else None)
