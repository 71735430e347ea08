"""Two rules that colleagues of the demo company switched on weeks ago; what happened since is acted upon as in life."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from rapport.people.models import User
from rapport.rules.declare import Wish, declare
from rapport.rules.models import Rule
from rapport.rules.switch import switch_on

SINCE = timedelta(days=20)


def lay_down_rules(staff: Mapping[str, User], at: datetime) -> Iterator[Rule]:
    then, rui = at - SINCE, staff["Rui"]
    mark = Wish(
        name="Mark complaints",
        when="interaction",
        asks={"channel": "email", "direction": "inbound", "words": "complaint"},
        conditions="",
        then="tag",
        said={"tags": ["complaint"]},
    )
    keep = Wish(
        name="Orders of companies without an owner",
        when="order",
        asks={},
        conditions="kind=company&owner=nobody",
        then="task",
        said={"title": "Ordered, and nobody looks after them: call", "user": rui.pk, "told": str(rui), "days": 2},
        most_an_hour=50,
    )
    for wish, by, why in (
        (mark, staff["Clara"], "Tested on the past: it finds what we would have marked by hand."),
        (keep, staff["Mia"], "Too many orders fell between two stools."),
    ):
        rule = declare(wish, by=by, at=then - timedelta(days=1))
        switch_on(rule, why, by=by, at=then)
        yield rule
