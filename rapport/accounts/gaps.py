"""Read what is missing in a plan: who was not spoken with, whom nobody knows, what is overdue. And how well it stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.accounts.models import Goal, Plan, Risk, Stakeholder
from rapport.accounts.warmth import LATELY, SOON, Warmth, last_contacts
from rapport.agenda.models import Task
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SOFT, HARD = "warn", "bad"
HEALTH: "Mapping[str, StrOrPromise]" = {
    "good": gettext_lazy("in hand"),
    SOFT: gettext_lazy("needs attention"),
    HARD: gettext_lazy("at risk"),
}


@dataclass(frozen=True)
class Gap:
    """Something missing, in a sentence; ``customer`` is whom to speak with, ``task`` what could be done about it."""

    words: str
    shade: str = SOFT
    customer: int | None = None
    task: str = ""


@dataclass(frozen=True)
class Health:
    gaps: Sequence[Gap]

    @property
    def shade(self) -> str:
        if any(one.shade == HARD for one in self.gaps):
            return HARD
        return SOFT if self.gaps else "good"

    @property
    def words(self) -> "StrOrPromise":
        return HEALTH[self.shade]

    @property
    def reasons(self) -> str:
        return " ".join(one.words for one in self.gaps)


def health_of(plans: Iterable[Plan], *, reader: User, at: datetime) -> dict[int, Health]:
    """By plan, in a fixed number of queries however many they are."""
    found = list(plans)
    ids = [one.pk for one in found]
    people: dict[int, list[Stakeholder]] = defaultdict(list)
    seen = Stakeholder.objects.visible_to(reader).filter(plan__in=ids).select_related("member__customer")
    for one in seen.order_by("-influence", "pk"):
        people[one.plan_id].append(one)
    warmth = last_contacts([one.member.customer_id for rows in people.values() for one in rows], at=at)
    late = overdue(ids, at=at)
    steps = with_steps(found, reader=reader)
    return {
        plan.pk: Health(
            [
                *of_people(people[plan.pk], warmth),
                *late[plan.pk],
                *([] if plan.pk in steps or plan.closed_at else [no_step()]),
            ]
        )
        for plan in found
    }


def no_step() -> Gap:
    return Gap(_("Nothing is planned next."), task=_("Say what happens next"))


def of_people(people: Sequence[Stakeholder], warmth: Mapping[int, Warmth]) -> list[Gap]:
    found: list[Gap] = []
    deciders = [one for one in people if one.role == Stakeholder.Role.DECIDES]
    if not deciders:
        found.append(Gap(_("Nobody is known who decides."), HARD, task=_("Find out who decides")))
    for one in people:
        gap = silent(one, warmth[one.member.customer_id])
        if gap:
            found.append(gap)
    if people and not any(one.role == Stakeholder.Role.CHAMPION or one.attitude > 0 for one in people):
        found.append(Gap(_("Nobody there speaks for us."), task=_("Find somebody who speaks for us")))
    return found


def silent(one: Stakeholder, warmth: Warmth) -> Gap | None:
    """Whom nobody has spoken with for long, among those who count."""
    decides = one.role == Stakeholder.Role.DECIDES
    counts = decides or one.influence == Stakeholder.Influence.MUCH
    against = one.attitude < 0 and one.influence > Stakeholder.Influence.LITTLE
    patience = SOON if against and not decides else LATELY
    if not (counts or against) or (warmth.last and warmth.last >= warmth.at - patience):
        return None
    told = {"name": one.member.customer.name, "part": one.get_role_display()}
    task = _("Talk to %(name)s") % told
    if warmth.days is None:
        words = _("Nobody has ever spoken with %(name)s (%(part)s).") % told
    else:
        words = ngettext(
            "Nobody has spoken with %(name)s (%(part)s) for %(days)s day.",
            "Nobody has spoken with %(name)s (%(part)s) for %(days)s days.",
            warmth.days,
        ) % {**told, "days": warmth.days}
    return Gap(words, HARD if decides else SOFT, one.member.customer_id, task)


def overdue(plan_ids: Sequence[int], *, at: datetime) -> dict[int, list[Gap]]:
    """Counter-measures that are late, heavy risks that nobody sees to, goals whose day has passed."""
    today, found = at.date(), defaultdict[int, list[Gap]](list)
    for risk in Risk.objects.filter(plan__in=plan_ids, closed_at=None).order_by("-likelihood", "-impact", "pk"):
        if risk.due and risk.due < today:
            words = _("The counter-measure is late: %(risk)s.") % {"risk": risk.words}
            found[risk.plan_id].append(Gap(words, HARD if risk.weight >= Risk.HIGH else SOFT, task=risk.measure))
        elif risk.weight >= Risk.HIGH and not risk.owner_id:
            words = _("Nobody sees to this risk: %(risk)s.") % {"risk": risk.words}
            found[risk.plan_id].append(Gap(words, task=risk.measure or risk.words))
    for goal in Goal.objects.filter(plan__in=plan_ids, state=Goal.State.OPEN, until__lt=today).order_by("until", "pk"):
        words = _("The day of a goal has passed: %(goal)s.") % {"goal": goal.words}
        found[goal.plan_id].append(Gap(words))
    return found


def with_steps(plans: Sequence[Plan], *, reader: User) -> set[int]:
    """Those for whose customer, or for somebody of the buying centre, something is to be done."""
    ids = [one.pk for one in plans]
    whose: dict[int, set[int]] = defaultdict(set)
    for rows in (
        Plan.objects.filter(pk__in=ids).values_list("pk", "member__customer__members"),
        Stakeholder.objects.filter(plan__in=ids).values_list("plan", "member__customer__members"),
    ):
        for plan, member in rows:
            whose[member].add(plan)
    tasks = Task.objects.visible_to(reader).open().filter(member__in=whose).values_list("member", flat=True)
    return {plan for member in tasks for plan in whose[member or 0]}
