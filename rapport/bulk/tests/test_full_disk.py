"""A bulk change that meets a full disk says so, stands still, and goes on by itself."""

import pytest
from django.db import OperationalError, connection

from rapport.bulk.models import BulkRun, State
from rapport.bulk.tests.test_bulk import PORTO, people, tag  # noqa: F401 a fixture
from rapport.customers.models import Customer

pytestmark = [pytest.mark.django_db, pytest.mark.req("T6")]
# What PostgreSQL raises when there is no room left for a row.
FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE UPDATE ON customers_customer EXECUTE FUNCTION full_disk()
"""


def test_it_says_that_the_disk_is_full_and_goes_on_once_there_is_room(people, ana, signed_in, run_jobs):  # noqa: F811
    run_jobs()
    going = tag(PORTO, ana, "vip")
    with connection.cursor() as cursor:
        cursor.execute(FULL)
    with pytest.raises(OperationalError, match="could not extend file"):
        run_jobs()
    page = signed_in(ana).get(f"/bulk/{going.pk}/").content.decode()
    assert "The disk of the database is full. It goes on by itself once there is room." in page
    assert "It broke off" not in page
    assert not Customer.objects.exclude(tags=[]).exists()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full_disk ON customers_customer")
    run_jobs()
    done = BulkRun.objects.get(pk=going.pk)
    assert (done.state, done.changed, done.trouble) == (State.DONE, 5, "")
