"""What changed a row stands with that row: the job or command, and what was told within stands with nothing else."""

import pghistory
import pytest
from django.db import connection
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from rapport.audit.seal import seal
from rapport.audit.verify import verify
from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.installation.in_history import in_history, job_in_history

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]


@pytest.fixture
def ada():
    return customer_at("ada@x.example")


def changed(one, city):
    edit(one, {"city": city}, by=None, at=timezone.now())


def told(one):
    """What stands with each kept row, in their order."""
    rows = Customer.pgh_event_model.objects.filter(pgh_obj=one).select_related("pgh_context").order_by("pgh_id")
    return [(row.pgh_context.metadata if row.pgh_context else None) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_a_job_is_named_with_the_rows_that_it_changed(ada):
    job_in_history("imports.go_on", changed)(ada, "Faro")
    changed(ada, "Beja")
    assert told(ada)[-2:] == [{"job": "imports.go_on"}, None]


def test_what_one_rule_did_is_not_told_of_what_another_did(ada):
    with in_history(job="rules.obey"):
        changed(ada, "Faro")
        with in_history(because="First"):
            changed(ada, "Beja")
        with in_history(because="Second"):
            changed(ada, "Lagos")
        changed(ada, "Porto")
    job = {"job": "rules.obey"}
    assert told(ada)[-4:] == [job, {**job, "because": "First"}, {**job, "because": "Second"}, job]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_leaves_nothing_behind(ada):
    def fails():
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        job_in_history("x", fails)()
    with pghistory.context(user=1), in_history(job="y"):
        pass
    changed(ada, "Faro")
    assert told(ada)[-1] is None


def test_statements_of_every_kind_run_within(ada):
    """Composed ones, such as those that seal the trail, and ones with a percent sign and no values."""
    changed(ada, "Faro")
    with in_history(job="x"):
        seal(at=timezone.now())
        assert verify(at=timezone.now()).is_whole
        with connection.cursor() as cursor:
            cursor.execute("UPDATE customers_customer SET city = 'Beja' WHERE city LIKE 'Fa%'")
            assert cursor.rowcount == 1
            cursor.execute("UPDATE customers_customer SET city = %s WHERE city LIKE 'Be%%'", ["Lagos"])
            cursor.execute("SELECT city FROM customers_customer WHERE city LIKE 'La%'")
            assert cursor.fetchall() == [("Lagos",)]
            cursor.execute(SQL("UPDATE {} SET city = '100%'").format(Identifier("customers_customer")))
    ada.refresh_from_db()
    assert ada.city == "100%"
    assert told(ada)[-1] == {"job": "x"}
