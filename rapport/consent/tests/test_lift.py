"""The end of a suppression stands in the audit chain, in whatever order suppressions end."""

import pytest
from django.db import connection
from django.utils import timezone

from rapport.audit.seal import seal
from rapport.audit.verify import verify
from rapport.consent.lift import lift
from rapport.consent.models import Lift
from rapport.consent.object import object_to

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]


def sealed(label="consent.Lift"):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.row FROM audit_entry e JOIN audit_watched w ON w.id = e.watched WHERE w.label = %s ORDER BY 1",
            [label],
        )
        return [row for (row,) in cursor.fetchall()]


def test_what_ended_an_older_suppression_later_is_sealed_too_and_its_change_is_found(ana):
    now = timezone.now()
    older, newer = (object_to(f"{name}@x.example", evidence="letter", by=ana, at=now) for name in ("a", "b"))
    lift(newer, "said so", by=ana, at=now)
    seal(at=now)
    lift(older, "said so, too", by=ana, at=now)
    seal(at=now)
    assert sealed() == sorted(Lift.objects.values_list("pk", flat=True))
    assert verify(at=now).is_whole
    Lift.objects.filter(suppression=older).update(reason="never said")
    assert not verify(at=now).is_whole
