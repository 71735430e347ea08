"""Writers are never waited for: what becomes visible out of order is sealed when it does, and nothing is missed."""

import threading

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from rapport.audit.models import Entry, Gap, Watched
from rapport.audit.seal import seal
from rapport.audit.verify import verify
from rapport.journal.models import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("G5")]
FACT = "INSERT INTO journal_event (kind, subject_ids, at, details) VALUES (%s, '{}', now(), '{}') RETURNING id"


def other():
    """A second connection to the same database."""
    told = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{name: told[name] for name in names if told.get(name)})


def write(link, kind):
    return link.execute(FACT, [kind]).fetchone()[0]


def sealed():
    seal(at=timezone.now())
    return list(facts().order_by("id").values_list("kind", flat=True))


def facts():
    return Entry.objects.filter(watched=Watched.objects.get(label="journal.Event").pk)


def test_a_row_that_a_long_transaction_wrote_first_is_sealed_when_it_is_committed():
    with other() as slow, other() as quick:
        early = write(slow, "early")
        late = write(quick, "late")
        quick.commit()
        assert early < late
        for _turn in range(5):
            assert sealed() == ["late"]
        assert Gap.objects.filter(watched__label="journal.Event").count() == 1
        slow.commit()
        assert sealed() == ["late", "early"]
    while Gap.objects.exists():
        seal(at=timezone.now())
    assert sealed() == ["late", "early"]
    assert verify(at=timezone.now()).is_whole


def test_a_transaction_that_had_only_taken_its_number_is_waited_for_too():
    """It has written nothing yet and so has no transaction id; its row comes with the number from before."""
    with other() as slow, other() as quick:
        (number,) = slow.execute("SELECT nextval(pg_get_serial_sequence('journal_event', 'id'))").fetchone()
        write(quick, "late")
        quick.commit()
        for _turn in range(4):
            assert sealed() == ["late"]
        slow.execute(
            "INSERT INTO journal_event (id, kind, subject_ids, at, details) VALUES (%s, 'early', '{}', now(), '{}')",
            [number],
        )
        slow.commit()
        assert sealed() == ["late", "early"]


def test_a_number_that_was_rolled_back_is_waited_for_no_longer_than_needed():
    with other() as gone, other() as quick:
        write(gone, "gone")
        write(quick, "late")
        quick.commit()
        gone.rollback()
        assert sealed() == ["late"]
        for _turn in range(3):
            seal(at=timezone.now())
        assert not Gap.objects.exists()


def test_sealing_waits_for_nobody_and_nobody_waits_for_it():
    with other() as holder, other() as writer:
        holder.execute("LOCK TABLE journal_event IN ROW EXCLUSIVE MODE")
        write(writer, "one")
        writer.commit()
        assert sealed() == ["one"]
        holder.execute("SELECT pg_advisory_xact_lock(7277690)")
        write(writer, "two")
        writer.commit()
        # Somebody else seals or forgets: this time nothing is done.
        assert sealed() == ["one"]
        holder.rollback()
        assert sealed() == ["one", "two"]


def test_many_writers_at_once_lose_nothing_while_it_is_sealed_all_the_time():
    def work(number):
        with other() as link:
            for turn in range(40):
                write(link, f"{number}-{turn}")
                write(link, f"{number}-{turn}-b")
                if turn % 7 == number % 7:
                    link.rollback()
                else:
                    link.commit()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        seal(at=timezone.now())
    seal(at=timezone.now())
    while Gap.objects.exists():
        seal(at=timezone.now())
    assert set(facts().values_list("row", flat=True)) == set(Event.objects.values_list("pk", flat=True))
    assert verify(at=timezone.now()).is_whole
