"""Keep a part of a plan as it is now, and take one out: people of the buying centre, aims, goals, risks."""

from datetime import datetime

from django.db import transaction

from rapport.accounts.about_plan import tell
from rapport.accounts.models import Aim, Goal, Risk, Stakeholder
from rapport.journal.rows import Written, changed, image
from rapport.people.models import User

Part = Stakeholder | Aim | Goal | Risk
KINDS = {Stakeholder: "stakeholder", Aim: "aim", Goal: "goal", Risk: "risk"}


@transaction.atomic
def keep_part(part: Part, *, by: User | None, at: datetime) -> None:
    """Write it, new or changed; its constraints were checked."""
    before = image(part) if part.pk else None
    part.save()
    tell(part.plan, [changed(part, before)], KINDS[type(part)], by=by, at=at)


@transaction.atomic
def drop_part(part: Part, *, by: User | None, at: datetime) -> None:
    """It is no part any more; the history keeps it."""
    gone = Written(type(part), part.pk, image(part), None)
    plan = part.plan
    part.delete()
    tell(plan, [gone], f"{KINDS[type(part)]} out", by=by, at=at)
