"""Sequences as pages show them: how many are where, who answered, why others ended."""

from collections import Counter
from collections.abc import Sequence as Several
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from rapport.letters.told import REASONS
from rapport.people.models import User
from rapport.sequences.models import Course, Sequence, Step

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """A sequence with what its reader may see of it."""

    sequence: Sequence
    running: int
    answered: int
    ended: int


def sequences_of(reader: User) -> list[Line]:
    found = list(Sequence.objects.visible_to(reader).order_by("-retired_at", "name", "pk"))
    seen = Course.objects.visible_to(reader).filter(sequence__in=found).order_by()
    counted = Counter(
        {(one["sequence"], one["end"]): one["n"] for one in seen.values("sequence", "end").annotate(n=Count("pk"))}
    )
    return [
        Line(
            one,
            counted[one.pk, ""],
            counted[one.pk, Course.End.ANSWERED] + counted[one.pk, Course.End.MEETING],
            sum(number for (pk, end), number in counted.items() if pk == one.pk and end),
        )
        for one in found
    ]


@dataclass(frozen=True)
class Standing:
    """Somebody in a sequence: before which step, or why not any more."""

    course: Course
    step: Step | None
    why: str


def standings(courses: QuerySet[Course]) -> list[Standing]:
    found = list(courses.select_related("sequence", "member__customer", "by")[:SHOWN])
    steps = {
        (one.sequence_id, one.place): one
        for one in Step.objects.filter(sequence__in={one.sequence_id for one in found}).select_related("template")
    }
    return [Standing(one, steps.get((one.sequence_id, one.place)), said_of(one)) for one in found]


def said_of(course: Course) -> str:
    """Why it ended, in words."""
    return str(REASONS.get(course.said, course.said))


def sequence_page(sequence: Sequence, reader: User) -> dict[str, Any]:
    seen = Course.objects.visible_to(reader).filter(sequence=sequence)
    ends = Counter(dict(seen.exclude(end="").order_by().values_list("end").annotate(n=Count("pk"))))
    return {
        "sequence": sequence,
        "steps": sequence.steps.select_related("template").order_by("place"),
        "running": standings(seen.running().order_by("due_at", "pk")),
        "over": standings(seen.exclude(ended_at=None).order_by("-ended_at", "-pk")),
        "ends": [(end.label, ends[end]) for end in Course.End if ends[end]],
    }


def courses_with(member_ids: Several[int], *, reader: User) -> QuerySet[Course]:
    return Course.objects.visible_to(reader).filter(member__in=member_ids)


def known_with(member_ids: Several[int], *, reader: User) -> list[QuerySet[Any]]:
    """What a customer's page shows: those that run or ran, and those that can be started."""
    return [courses_with(member_ids, reader=reader), Sequence.objects.visible_to(reader).current()]


def with_customer(member_ids: Several[int], *, reader: User) -> dict[str, Any]:
    """What runs and what ran lately with a customer, and which can be started."""
    found = courses_with(member_ids, reader=reader).order_by("-ended_at", "-started_at", "-pk")
    offered = Sequence.objects.visible_to(reader).current() if reader.allows("letters.write_letter") else ()
    told = {"lines": standings(found)[:6], "offered": list(offered)}
    return told if any(told.values()) else {}
