"""A job that the database left alone is tried again; one that is wrong is not."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from procrastinate.jobs import Job
from psycopg.errors import ProgramLimitExceeded

from rapport.installation.worker import LONGEST_SECONDS, TRIES, Again

FULL = ProgramLimitExceeded('could not extend file "base/5/1": File too large')


def job(attempts):
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="t", attempts=attempts)


def pause(exception, attempts=0):
    decision = Again().get_retry_decision(exception=exception, job=job(attempts))
    return decision and round((decision.retry_at - datetime.now(UTC)).total_seconds())


@pytest.mark.req("T6")
@pytest.mark.parametrize("passing", [OperationalError("gone"), InterfaceError("closed"), FULL])
def test_what_passes_is_tried_again_after_growing_pauses_for_a_day(passing):
    assert [pause(passing, attempts) for attempts in (0, 1, 5, 6, TRIES - 1)] == [
        1,
        2,
        32,
        LONGEST_SECONDS,
        LONGEST_SECONDS,
    ]
    assert pause(passing, TRIES) is None


@pytest.mark.parametrize("lasting", [DataError("no date"), IntegrityError("twice"), ValueError("wrong")])
def test_what_is_wrong_is_not_tried_again(lasting):
    assert pause(lasting) is None
