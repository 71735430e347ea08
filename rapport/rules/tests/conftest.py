"""Mails that arrive, and rules that are on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.rules.declare import Wish, declare
from rapport.rules.models import Rule
from rapport.rules.switch import switch_on
from rapport.timeline.receive import receive

EMAIL_IN = {"channel": "email", "direction": "inbound"}


@pytest.fixture
def writes(db):
    """Customers write, all in one batch and thus in one event; they belong to a team."""

    def mails(*keys, subject="Hello", team="", at=None, number="1"):
        now = at or timezone.now()
        inbounds = [
            Inbound(
                "mail",
                f"{key} {subject} {number} {now.isoformat()}",
                now,
                Channel.EMAIL,
                Direction.INBOUND,
                "mail",
                (Party((Clue("email", f"{key}@x.example"),)),),
                subject=subject,
            )
            for key in keys
        ]
        made = [Customer.objects.get(pk=one.customer_id) for one in receive(inbounds, by=None, at=now)]
        if team:
            made = [edit(one, {"team": team}, by=None, at=now) for one in made]
        return made if len(made) > 1 else made[0]

    return mails


@pytest.fixture
def rule(boss):
    """A rule that is on since a moment ago."""

    def made(then="tag", said=None, *, when="interaction", asks=None, conditions="", **more):
        now = timezone.now() - timedelta(seconds=5)
        asks = EMAIL_IN if asks is None and when == "interaction" else asks or {}
        wish = Wish(
            "Mark those who write", when, asks, conditions, then, said or {"tags": ["wrote"]}, more.get("most", 200)
        )
        rule = declare(wish, by=more.get("by", boss), at=now)
        if more.get("on", True):
            switch_on(rule, "tested", by=rule.owner, at=now)
        return Rule.objects.get(pk=rule.pk)

    return made
