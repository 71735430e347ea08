"""What the firm wants to know of its business customers besides, and where it stands on their page."""

from datetime import datetime, timedelta
from random import Random

from rapport.customers.golden import Value
from rapport.customers.models import Kind
from rapport.demo.spin import luck
from rapport.demo.world import Account
from rapport.fields.declare import Wish, declare
from rapport.fields.models import About, CustomField, Type
from rapport.people.models import User
from rapport.people.roles import BuiltIn
from rapport.profile.laid_out import panel_of
from rapport.profile.lay_out import lay_out
from rapport.profile.models import Layout
from rapport.profile.place import Places

CARE = "Machines and care"


def declare_fields() -> list[CustomField]:
    return [
        declare(Type.NUMBER, Wish("Machines", About.COMPANY, "How many of ours stand there", group=CARE)),
        declare(Type.CHOICE, Wish("Service plan", About.COMPANY, group=CARE), ("Full care", "Basic", "None")),
        declare(Type.DATE, Wish("Plan ends", About.COMPANY, group=CARE)),
        declare(
            Type.FORMULA, Wish("Days left in the plan", About.COMPANY, formula="days_until(plan_ends)", group=CARE)
        ),
    ]


def lay_out_pages(*, by: User, at: datetime) -> list[Layout]:
    """Those who answer the phone have the machines beside the timeline, and what they never ask for out of sight."""
    care = panel_of(CARE).name
    places = Places(("more", "relatives", "wishes", "habits"), (care, "tasks", "meetings", "conditions"), ("sources",))
    at = at.replace(hour=9, minute=40, second=0, microsecond=0)
    return [lay_out(BuiltIn.AGENT, [Kind.COMPANY], places, by=by, at=at)]


def known_of(one: Account, now: datetime) -> dict[str, Value]:
    """What the firm's own books say; told apart from the rest of the story, which stays the same."""
    rng = Random(f"fields {one.number}")  # noqa: S311
    said: dict[str, Value] = {"x:machines": max(1, round(one.size * 5 + rng.random() * 3))}
    if luck(rng, 0.7):
        said["x:service_plan"] = rng.choice(("full_care", "full_care", "basic", "none"))
    if said.get("x:service_plan") in {"full_care", "basic"}:
        said["x:plan_ends"] = (now + timedelta(days=rng.randrange(-20, 700))).date().isoformat()
    return said
