"""Judge whether something may go to somebody now, and say why not: in a fixed number of queries, however many."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from rapport.consent.circle import Circle, circle_of
from rapport.consent.ledger import Consent, Said
from rapport.consent.marks import CHILD
from rapport.consent.models import Decision, Suppression
from rapport.consent.policy import Kind, PolicyRule
from rapport.consent.purpose import Purpose
from rapport.consent.situate import About, about, conditions, rules_now
from rapport.consent.standing import (
    NOTHING,
    Question,
    Standing,
    in_words,
    objections,
    standing,
    weightiest,
)
from rapport.consent.ways import WAY_OF, key_of
from rapport.consent.weigh import Situation, weigh
from rapport.timeline.models import ChannelChoice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Intent:
    """What is to go where: to an address, by a channel, for a purpose, to whom. A colleague is nobody's customer."""

    address: str
    channel: str = ChannelChoice.EMAIL.value
    purpose: Purpose | None = None
    member_id: int | None = None

    @property
    def proof(self) -> tuple[str, str] | None:
        way = WAY_OF[self.channel].value
        key = key_of(self.address, way)
        return (way, key) if key is not None else None

    @property
    def advertising(self) -> bool:
        return self.purpose is not None and self.purpose.advertising


SENTENCES: "dict[str, StrOrPromise]" = {
    "address": gettext_lazy("%(address)s is no address that can be written to."),
    "retired": gettext_lazy("Nothing is sent for “%(purpose)s” any more."),
    "unknown": gettext_lazy("%(address)s: nobody has agreed to “%(purpose)s”."),
    "guardian": gettext_lazy(
        "%(address)s: a child, and no parent or guardian has agreed to “%(purpose)s” in its name."
    ),
    "expired": gettext_lazy("%(address)s: the yes to “%(purpose)s” of %(day)s has run out."),
    "denied": gettext_lazy("%(address)s: said no to “%(purpose)s” on %(day)s (%(source)s)."),
    Kind.FREQUENCY: gettext_lazy(
        "%(address)s: no more than %(most)s messages in %(days)s days, and so many have left."
    ),
    Kind.QUIET: gettext_lazy("%(address)s: quiet hours where they live, until %(until)s."),
    Kind.CONDITION: gettext_lazy("%(address)s: nothing of this kind leaves while this holds of them: %(condition)s."),
    "withdrawn": gettext_lazy("%(address)s: took “%(purpose)s” back on %(day)s (%(source)s)."),
}


@dataclass(frozen=True)
class Verdict:
    """Whether something may go to an address now. `reason` is one word, as it is kept; none: it may."""

    address: str
    reason: str = ""
    suppression: Suppression | None = None
    consent: Consent | None = None
    purpose: Purpose | None = None
    rule: PolicyRule | None = None
    until: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it may go later, if nothing else happens."""
        return self.until is not None

    @property
    def allowed(self) -> bool:
        return not self.reason

    @property
    def words(self) -> str:
        """In a sentence, as it is told."""
        if self.suppression:
            return in_words(self.suppression)
        if self.rule is None and self.reason in Kind.values:
            return ""
        sentence = SENTENCES.get(self.reason, "")
        told = {
            "address": self.address,
            "purpose": self.purpose,
            **said_of(self.consent),
            **ruled(self.rule, self.until),
        }
        return str(sentence) % told


def said_of(consent: Consent | None) -> dict[str, str]:
    if consent is None:
        return {}
    return {"day": date_format(localtime(consent.at), "DATE_FORMAT"), "source": consent.source}


def ruled(rule: PolicyRule | None, until: datetime | None) -> dict[str, object]:
    if rule is None:
        return {}
    return {
        "most": rule.most,
        "days": rule.days,
        "condition": rule.condition_words,
        "until": date_format(localtime(until), "DATETIME_FORMAT") if until else "",
    }


def judge(intents: Sequence[Intent], *, at: datetime, rules: Sequence[PolicyRule] | None = None) -> list[Verdict]:
    """One verdict for each of ``intents``, in their order; ``rules`` are those in force, where they were read already."""
    proofs = [one.proof for one in intents]
    asked = {proof for proof in proofs if proof}
    circle = circle_of(asked, {one.member_id for one in intents if one.member_id})
    known, people = objections(asked, circle)
    questions = {
        place: Question(one.purpose.pk, one.channel, proof[1])
        for place, (one, proof) in enumerate(zip(intents, proofs, strict=True))
        if proof and one.purpose and one.purpose.may_be_refused
    }
    holds = standing(questions.values(), at=at) if questions else {}
    rules, bound = policy_for(intents, circle, rules, at=at)
    children = children_of(circle, (holds.get(one, NOTHING) for one in questions.values()))
    verdicts = []
    for place, (one, proof) in enumerate(zip(intents, proofs, strict=True)):
        if proof is None:
            verdicts.append(Verdict(one.address, "address"))
            continue
        stands = [*known[proof], *people.get(circle.customers.get(one.member_id or 0, 0), ())]
        said = holds.get(questions[place], NOTHING) if place in questions else NOTHING
        found = verdict(one, stands, said)
        if found.allowed and lacks_guardian(one, said) and whose(one, circle, proof) & children:
            found = replace(found, reason="guardian", consent=said.consent)
        them = bound.get(one.member_id or 0)
        verdicts.append(by_policy(found, one, rules, them, at=at) if found.allowed and them else found)
    return verdicts


def lacks_guardian(intent: Intent, said: Standing) -> bool:
    """Whether it rests on a yes that nobody gave in the name of a child."""
    asks = intent.purpose is not None and intent.purpose.asks
    return asks and said.consent is not None and not said.consent.guardian


def children_of(circle: Circle, said: Iterable[Standing]) -> Set[int]:
    """The customers among them who are children; not read where nothing rests on their own yes."""
    if not any(one.granted and one.consent and not one.consent.guardian for one in said):
        return set()
    return conditions(circle.customers, circle.homes, {CHILD}).keys()


def whose(intent: Intent, circle: Circle, proof: tuple[str, str]) -> Set[int]:
    """Whom it is for; where that is not said, everybody who has the address."""
    customer = circle.customers.get(intent.member_id or 0)
    return {customer} if customer else circle.holders.get(proof, frozenset())


def policy_for(
    intents: Sequence[Intent], circle: Circle, known: Sequence[PolicyRule] | None, *, at: datetime
) -> tuple[Sequence[PolicyRule], Mapping[int, About]]:
    """The rules in force, and whom they are asked about; a colleague stands under none."""
    members = {one.member_id for one in intents if one.member_id and one.purpose}
    rules = known if known is not None else rules_now() if members else []
    return rules, about(members, rules, circle, at=at) if rules else {}


def by_policy(found: Verdict, intent: Intent, rules: Sequence[PolicyRule], them: About, *, at: datetime) -> Verdict:
    if intent.purpose is None:
        return found
    there = at.astimezone(them.zone)
    ruling = weigh(rules, Situation(intent.purpose, intent.channel, there, them.left, them.conditions))
    if ruling.rule is None:
        return found
    return replace(found, reason=ruling.rule.kind, rule=ruling.rule, until=ruling.until)


def verdict(intent: Intent, found: Sequence[Suppression], said: Standing) -> Verdict:
    stands = weightiest(found, advertising=intent.advertising)
    if stands:
        return Verdict(intent.address, stands.cause, suppression=stands, purpose=intent.purpose)
    purpose = intent.purpose
    if purpose is None:
        return Verdict(intent.address)
    if purpose.retired_at:
        return Verdict(intent.address, "retired", purpose=purpose)
    refused = said.state in {Said.DENIED, Said.WITHDRAWN} or (purpose.asks and not said.granted)
    return Verdict(intent.address, said.state if refused else "", consent=said.consent, purpose=purpose)


def verdicts(
    addresses: Iterable[str],
    purpose: Purpose | None = None,
    *,
    member_id: int | None = None,
    channel: str = ChannelChoice.EMAIL.value,
    at: datetime,
) -> Mapping[str, Verdict]:
    """What stands against a message to each of ``addresses`` at this moment."""
    asked = [Intent(one, channel, purpose, member_id) for one in dict.fromkeys(addresses)]
    return {one.address: one for one in judge(asked, at=at)}


def told(decision: Decision) -> str:
    """Why it could not go, in the reader's language."""
    purpose = decision.message.purpose
    again = Verdict(
        decision.address,
        decision.reason,
        decision.suppression,
        decision.consent,
        purpose,
        decision.rule,
        decision.until,
    )
    return again.words or decision.said
