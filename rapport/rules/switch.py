"""Switch a rule on or off with a reason; one that runs away, or whose owner may no longer act, is stopped."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.notices.models import Kind
from rapport.notices.tell import Told, tell
from rapport.people.models import User
from rapport.rules.models import Rule, Switch
from rapport.rules.then import BY_RULE, Then

NEEDS = "rules.change_rule"


@transaction.atomic
def switch_on(rule: Rule, reason: str, *, by: User, at: datetime) -> None:
    """From now on; what became true before is not touched."""
    if Rule.objects.filter(pk=rule.pk, on_since=None).exclude(version=None).update(on_since=at):
        Switch.objects.create(rule=rule, on=True, reason=reason, by=by, at=at)


@transaction.atomic
def switch_off(rule: Rule, reason: str, *, by: User | None, at: datetime) -> bool:
    """Whether it was on."""
    off = Rule.objects.filter(pk=rule.pk).exclude(on_since=None).update(on_since=None)
    if off:
        Switch.objects.create(rule=rule, on=False, reason=reason[:400], by=by, at=at)
    return bool(off)


def may_act(rule: Rule, then: Then) -> str:
    """Empty, or why its owner may no longer do what it does."""
    if not rule.owner.is_active:
        return _("Its owner no longer works here.")
    if not rule.owner.allows(NEEDS) or not rule.owner.allows(then.needs):
        return _("Its owner may no longer do this.")
    return ""


def stop(rule: Rule, trouble: str, *, at: datetime) -> None:
    """Switch it off and tell its owner."""
    if not switch_off(rule, trouble, by=None, at=at):
        return
    event = record(Fact.RULES_STOPPED, [rule.pk], by=None, at=at, **{BY_RULE: rule.pk})
    with override(rule.owner.language):
        words = _("Your rule “%(name)s” was stopped. %(why)s") % {"name": rule.name, "why": trouble}
    link = reverse("rules:rule", args=[rule.pk])
    tell(event, [Told(rule.owner_id, Kind.RULE, at, words=words[:400], link=link)], at=at)
