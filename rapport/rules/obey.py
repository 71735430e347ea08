"""Do what the rules say because of an event: set by set, each once, within what a rule may do in an hour."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.installation.in_history import in_history
from rapport.journal.change import Deed
from rapport.journal.keep import keep
from rapport.journal.models import Event
from rapport.rules.fitting import fitting
from rapport.rules.models import Act, Rule, Run
from rapport.rules.switch import may_act, stop
from rapport.rules.then import BY_RULE, THENS, Batch, Outcome, Then
from rapport.rules.when import Spell, of_fact

BATCH = 2_000
HOUR = timedelta(hours=1)
# So many customers a change names at most.
FEW = 20


def obey(event: Event, *, now: datetime) -> int:
    """How many runs did something. What a rule did itself no rule heeds: one step, and no circles."""
    if BY_RULE in event.details:
        return 0
    standing = Rule.objects.filter(on_since__lte=event.at, version__when__in=of_fact(event.kind))
    rules = list(standing.in_order().values_list("pk", "owner__language"))
    ran = 0
    for part, ids in enumerate(event.batches(of=BATCH)) if rules else ():
        for pk, language in rules:
            with override(language):
                ran += one_part(pk, event, part, ids, at=now)
    return ran


@transaction.atomic
def one_part(rule_id: int, event: Event, part: int, ids: list[int], *, at: datetime) -> bool:
    """A part of the event with all that follows from it; False when nothing did. The rule's row makes runs wait."""
    rule = Rule.objects.select_for_update(of=("self",)).select_related("owner", "version").get(pk=rule_id)
    if rule.version is None or rule.on_since is None or Run.objects.filter(rule=rule, event=event, part=part).exists():
        return False
    then = THENS[rule.version.then]
    if trouble := may_act(rule, then):
        stop(rule, trouble, at=at)
        return False
    rule.version.rule = rule
    found = fitting(rule.version, ids, Spell(event.at, event.at))
    for pk in Act.objects.filter(rule=rule, event=event, customer__in=found).values_list("customer", flat=True):
        del found[pk]
    if not found:
        return False
    run = Run.objects.create(rule=rule, version=rule.version, event=event, part=part, at=at)
    room = room_of(rule, then, at=at)
    ids = sorted(found)
    outcome = done(then, Batch(run, ids[:room], rule.version.said, at), rule) if room else Outcome()
    outcome.refused.update(dict.fromkeys(ids[room:], _("More than the rule may do in an hour.")))
    write(run, outcome, found)
    keep_run(run, then, outcome)
    if len(ids) > room:
        stop(rule, too_much(rule, then), at=at)
    return True


def room_of(rule: Rule, then: Then, *, at: datetime) -> int:
    """How many customers it may still act on within this hour."""
    lately = Run.objects.filter(rule=rule, at__gt=at - HOUR).aggregate(done=Sum("done"))["done"] or 0
    return max(0, min(rule.most_an_hour, then.most or rule.most_an_hour) - lately)


def too_much(rule: Rule, then: Then) -> str:
    most = min(rule.most_an_hour, then.most or rule.most_an_hour)
    return _("It would have acted on more than %(number)d customers within an hour.") % {"number": most}


def done(then: Then, batch: Batch, rule: Rule) -> Outcome:
    """What people find in the history names the rule, and leads to the reason."""
    link = reverse("rules:why_run", args=[batch.run.pk])
    with in_history(because=rule.name, link=link):
        return then.do(batch)


def write(run: Run, outcome: Outcome, found: dict[int, int]) -> None:
    acted = set(outcome.done)
    run.done, run.refused = len(acted), len(outcome.refused)
    run.same, run.back = len(found) - run.done - run.refused, dict(outcome.back)
    run.save(update_fields=["done", "refused", "same", "back"])

    def became(pk: int) -> str:
        if pk in outcome.refused:
            return Act.Outcome.REFUSED
        return Act.Outcome.DONE if pk in acted else Act.Outcome.SAME

    Act.objects.bulk_create(
        Act(
            run=run,
            rule_id=run.rule_id,
            event_id=run.event_id,
            customer_id=pk,
            subject=subject,
            outcome=became(pk),
            reason=str(outcome.refused.get(pk, ""))[:400],
            at=run.at,
        )
        for pk, subject in found.items()
    )


def keep_run(run: Run, then: Then, outcome: Outcome) -> None:
    """The owner of the rule may take the run back as one thing, as if they had done it themselves."""
    if not run.done:
        return
    about = outcome.done if run.done <= FEW else []
    back, said = {"run": run.pk}, run.version.said
    keep(
        Deed.RULE,
        about,
        by=run.rule.owner,
        at=run.at,
        back=back,
        rule=run.rule.name,
        then=then.name,
        said=said,
        number=run.done,
    )


def obey_event(event_id: int) -> None:
    obey(Event.objects.get(pk=event_id), now=timezone.now())
