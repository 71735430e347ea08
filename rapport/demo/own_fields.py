"""What the firm wants to know of its business customers besides: its machines there, and the plan that looks after them."""

from datetime import datetime, timedelta
from random import Random

from rapport.customers.golden import Value
from rapport.demo.spin import luck
from rapport.demo.world import Account
from rapport.fields.declare import Wish, declare
from rapport.fields.models import About, CustomField, Type


def declare_fields() -> list[CustomField]:
    return [
        declare(Type.NUMBER, Wish("Machines", About.COMPANY, "How many of ours stand there")),
        declare(Type.CHOICE, Wish("Service plan", About.COMPANY), ("Full care", "Basic", "None")),
        declare(Type.DATE, Wish("Plan ends", About.COMPANY)),
        declare(Type.FORMULA, Wish("Days left in the plan", About.COMPANY, formula="days_until(plan_ends)")),
    ]


def known_of(one: Account, now: datetime) -> dict[str, Value]:
    """What the firm's own books say; told apart from the rest of the story, which stays the same."""
    rng = Random(f"fields {one.number}")  # noqa: S311
    said: dict[str, Value] = {"x:machines": max(1, round(one.size * 5 + rng.random() * 3))}
    if luck(rng, 0.7):
        said["x:service_plan"] = rng.choice(("full_care", "full_care", "basic", "none"))
    if said.get("x:service_plan") in {"full_care", "basic"}:
        said["x:plan_ends"] = (now + timedelta(days=rng.randrange(-20, 700))).date().isoformat()
    return said
