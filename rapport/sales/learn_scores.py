"""Learn from how deals ended, and keep what was learned as plain numbers."""

from datetime import datetime

from django.db import transaction

from rapport.sales.lesson import Lesson
from rapport.sales.score import learn
from rapport.sales.traits import ended_deals

KEPT = 60


@transaction.atomic
def learn_scores(*, at: datetime) -> Lesson:
    """The new lesson; of the old ones the newest are kept."""
    learned = learn(ended_deals())
    verdict, weights = learned.verdict, learned.weights
    lesson = Lesson.objects.create(
        at=at,
        number=learned.number,
        won=learned.won,
        since=learned.since,
        until=learned.until,
        auc=verdict.auc if verdict else None,
        low=verdict.low if verdict else None,
        high=verdict.high if verdict else None,
        baseline=verdict.baseline if verdict else None,
        calibration=[list(one) for one in verdict.calibration] if verdict else [],
        usable=learned.usable,
        start=weights.start if weights else 0,
        weights=dict(weights.of) if weights else {},
        usual=dict(learned.usual),
        common={name: list(values) for name, values in learned.common.items()},
    )
    old = Lesson.objects.newest_first().values_list("pk", flat=True)[KEPT:]
    Lesson.objects.filter(pk__in=list(old)).delete()
    return lesson
