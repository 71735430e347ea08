"""Declare a sequence, and change it: who is in it goes on with the steps as they are now."""

from collections.abc import Sequence as Several
from datetime import datetime

from django.db import transaction

from rapport.people.models import User
from rapport.sequences.models import Sequence, Step


@transaction.atomic
def declare(sequence: Sequence, steps: Several[Step], *, by: User, at: datetime) -> Sequence:
    sequence.by, sequence.changed_at = by, at
    sequence.save()
    sequence.steps.all().delete()
    for one in steps:
        one.sequence = sequence
    Step.objects.bulk_create(steps)
    return sequence


def retire(sequence: Sequence, *, at: datetime) -> None:
    """Nobody is started any more; who is in it goes on."""
    Sequence.objects.filter(pk=sequence.pk, retired_at=None).update(retired_at=at)
