"""The chain of sealed rows: what is untouched is whole, and whatever was done to the past is found and named."""

from contextlib import contextmanager
from datetime import timedelta

import pgtrigger
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapport.audit.examine import as_finding
from rapport.audit.forget import forget, let_go
from rapport.audit.models import Block, Entry, Gap, Reading
from rapport.audit.reads import note
from rapport.audit.seal import seal
from rapport.audit.tables import sealed_tables
from rapport.audit.verify import Kind, verify
from rapport.customers.models import Customer, Identifier, Member
from rapport.journal.change import KEPT, Deed
from rapport.journal.keep import keep
from rapport.journal.models import Event, Fact
from rapport.journal.record import record

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
IdentifierEvent = Identifier.pgh_event_model  # type: ignore[attr-defined]


def happen(by, count=3):
    """Facts, a change and the history of an identifier."""
    now = timezone.now()
    customer = Customer.objects.create(name="Ann Lee", sort_key="a", fold_key="a")
    member = Member.objects.create(customer=customer, home=customer)
    one = Identifier.objects.create(
        member=member, kind="email", value="a@x.example", key="a@x.example", strength="weak"
    )
    for number in range(count):
        record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=now, number=number)
        keep(Deed.EDITED, [customer.pk], by=by, at=now, back={}, names=["Ann"])
        one.value = f"{number}@x.example"
        one.save()
    return customer, one


def sealed(by, count=3):
    made = happen(by, count)
    settle()
    return made


def settle():
    """Until nobody is waited for any more."""
    seal(at=timezone.now())
    while Gap.objects.exists():
        seal(at=timezone.now())


def found():
    verdict = verify(at=timezone.now())
    assert verdict.broken == len(verdict.faults)
    return [(fault.kind, fault.table, fault.row) for fault in verdict.faults]


def run(statement, *values):
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def test_an_untouched_history_is_whole_and_counts_its_rows(boss):
    sealed(boss)
    happen(boss)
    assert seal(at=timezone.now()) > 0
    verdict = verify(at=timezone.now())
    assert verdict.is_whole
    assert verdict.blocks == 2
    assert verdict.rows == Entry.objects.count() >= 18
    assert verdict.head == bytes(Block.objects.get(number=2).hash).hex()


def test_with_nothing_new_nothing_is_done_and_it_is_one_question_more_than_what_is_watched(boss):
    sealed(boss)
    blocks = Block.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert seal(at=timezone.now()) == 0
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 2
    assert Block.objects.count() == blocks


def test_every_kept_history_and_every_ledger_that_says_so_is_sealed():
    labels = set(sealed_tables())
    assert {"journal.Event", "journal.Change", "consent.Consent", "consent.Decision", "audit.Reading"} <= labels
    assert {"customers.CustomerEvent", "people.RoleEvent", "agenda.TaskEvent"} <= labels


def test_a_row_altered_past_the_triggers_is_named(boss):
    _customer, one = sealed(boss)
    row = IdentifierEvent.objects.filter(pgh_obj=one.pk).first()
    run("UPDATE customers_identifierevent SET value = 'else' WHERE pgh_id = %s", row.pk)
    assert found() == [(Kind.ALTERED, "customers.IdentifierEvent", row.pk)]


def test_who_did_it_cannot_be_altered_either(boss, ana):
    sealed(boss)
    event = Event.objects.order_by("pk").last()
    run("UPDATE journal_event SET actor_id = %s WHERE id = %s", ana.pk, event.pk)
    assert found() == [(Kind.ALTERED, "journal.Event", event.pk)]


def test_a_row_removed_is_named(boss):
    sealed(boss)
    event = Event.objects.order_by("pk").first()
    run("DELETE FROM journal_event WHERE id = %s", event.pk)
    assert found() == [(Kind.REMOVED, "journal.Event", event.pk)]


def test_two_rows_that_changed_places_are_both_named(boss):
    _customer, one = sealed(boss)
    first, second = IdentifierEvent.objects.filter(pgh_obj=one.pk).order_by("pk")[:2]
    for old, new in ((first.pk, -1), (second.pk, first.pk), (-1, second.pk)):
        run("UPDATE customers_identifierevent SET pgh_id = %s WHERE pgh_id = %s", new, old)
    table = "customers.IdentifierEvent"
    assert found() == [(Kind.ALTERED, table, first.pk), (Kind.ALTERED, table, second.pk)]


def test_a_row_slipped_into_the_past_is_named(boss):
    sealed(boss)
    first = Event.objects.order_by("pk").first()
    run(
        "INSERT INTO journal_event (id, kind, subject_ids, at, details) VALUES (%s, 'customers changed', '{1}', now(), '{}')",
        first.pk - 1 or -1,
    )
    assert found() == [(Kind.INSERTED, "journal.Event", first.pk - 1 or -1)]


@pytest.mark.parametrize(
    "blow",
    [
        "UPDATE audit_entry SET digest = sha256(digest) WHERE id = 2",
        "UPDATE audit_entry SET actor = 999 WHERE id = 2",
        "UPDATE audit_entry SET at = at - interval '1 day' WHERE id = 2",
        "UPDATE audit_block SET at = at - interval '1 day' WHERE number = 1",
        "UPDATE audit_block SET hash = sha256(hash) WHERE number = 1",
        "UPDATE audit_block SET previous = sha256(previous) WHERE number = 2",
        "DELETE FROM audit_block WHERE number = 1",
        "DELETE FROM audit_block WHERE number = 2",
        "UPDATE audit_block SET last = last - 1 WHERE number = 1",
    ],
)
def test_blocks_and_entries_cannot_be_touched_unseen(boss, blow):
    sealed(boss)
    sealed(boss)
    assert run(blow) == 1
    assert verify(at=timezone.now()).broken > 0


def test_entries_that_changed_places_are_found(boss):
    sealed(boss)
    for old, new in ((2, -1), (3, 2), (-1, 3)):
        run("UPDATE audit_entry SET id = %s WHERE id = %s", new, old)
    assert (Kind.BLOCK, "", 0) in found()


def test_an_entry_taken_away_is_found_twice(boss):
    sealed(boss)
    run("DELETE FROM audit_entry WHERE id = 2")
    kinds = [kind for kind, _table, _row in found()]
    assert kinds == [Kind.INSERTED, Kind.BLOCK]


def test_what_is_forgotten_by_name_counts_as_erased_and_its_value_may_go(boss):
    _customer, one = sealed(boss)
    gone = list(IdentifierEvent.objects.filter(pgh_obj=one.pk).values_list("pk", flat=True))
    assert forget(IdentifierEvent, gone, by=boss, why="erasure 17") == len(gone)
    run("DELETE FROM customers_identifierevent WHERE pgh_id = ANY(%s)", gone[:1])
    run("UPDATE customers_identifierevent SET value = '' WHERE pgh_id = ANY(%s)", gone[1:])
    verdict = verify(at=timezone.now())
    assert verdict.is_whole
    assert verdict.erased == len(gone)
    assert forget(IdentifierEvent, gone, by=boss, why="again") == 0
    fact = Event.objects.get(kind=Fact.ROWS_FORGOTTEN)
    assert fact.subject_ids == gone
    assert fact.details == {"table": "customers.IdentifierEvent", "why": "erasure 17", "rows": len(gone)}
    seal(at=timezone.now())
    assert verify(at=timezone.now()).is_whole


def test_a_salt_that_went_without_a_word_is_broken(boss):
    sealed(boss)
    run("UPDATE audit_entry SET salt = NULL WHERE id = 1")
    assert [kind for kind, _table, _row in found()] == [Kind.SALT]


def test_that_something_was_forgotten_is_sealed_itself(boss):
    _customer, one = sealed(boss)
    gone = IdentifierEvent.objects.filter(pgh_obj=one.pk).first().pk
    forget(IdentifierEvent, [gone], by=boss, why="erasure 17")
    seal(at=timezone.now())
    fact = Event.objects.get(kind=Fact.ROWS_FORGOTTEN)
    run('UPDATE journal_event SET details = details || \'{"why": "nothing"}\' WHERE id = %s', fact.pk)
    assert found() == [(Kind.ALTERED, "journal.Event", fact.pk)]


def test_a_row_blanked_before_it_was_sealed_is_sealed_as_it_was_left(boss):
    _customer, one = happen(boss)
    gone = IdentifierEvent.objects.filter(pgh_obj=one.pk).first().pk
    assert forget(IdentifierEvent, [gone], by=boss, why="erasure 17") == 0
    assert not Event.objects.filter(kind=Fact.ROWS_FORGOTTEN).exists()
    run("UPDATE customers_identifierevent SET value = '' WHERE pgh_id = %s", gone)
    seal(at=timezone.now())
    assert verify(at=timezone.now()).is_whole


def test_a_change_whose_time_was_over_may_go_and_takes_its_salt_along(boss):
    now = timezone.now()
    old = keep(Deed.EDITED, [1], by=boss, at=now - KEPT - timedelta(hours=1), back={})
    new = keep(Deed.EDITED, [1], by=boss, at=now, back={})
    seal(at=now)
    new_pk = new.pk
    old.delete()
    assert verify(at=now).is_whole
    assert let_go(at=now) == 1
    verdict = verify(at=now)
    assert (verdict.is_whole, verdict.erased) == (True, 1)
    new.delete()
    assert found() == [(Kind.REMOVED, "journal.Change", new_pk)]


def test_taking_a_change_back_does_not_break_the_chain(boss):
    kept = keep(Deed.EDITED, [1], by=boss, at=timezone.now(), back={})
    seal(at=timezone.now())
    kept.undone_at = timezone.now()
    kept.save()
    assert verify(at=timezone.now()).is_whole


def test_a_table_that_gets_a_new_column_gets_a_new_shape_and_the_old_rows_stay_whole(boss):
    sealed(boss)
    run("ALTER TABLE customers_identifierevent ADD COLUMN colour text")
    run("UPDATE customers_identifierevent SET colour = 'red'")
    assert verify(at=timezone.now()).is_whole


def test_the_session_may_be_told_anything(boss):
    sealed(boss)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Asia/Tokyo'; SET LOCAL extra_float_digits = 0")
    assert verify(at=timezone.now()).is_whole


def test_reading_is_noted_in_one_row_for_many_and_sealed(boss):
    assert note(boss, Customer, range(1, 251), ["birthday"], place="/customers/") == 3
    assert note(boss, Customer, [1], []) == 0
    seal(at=timezone.now())
    entry = Entry.objects.filter(homes__contains=[250]).get()
    assert entry.actor == boss.pk
    assert Reading.objects.get(pk=entry.row).fields == ["birthday"]


@contextmanager
def undone():
    """What happens within is taken back: each example starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_doctor_says_how_much_there_is_and_where_it_is_broken(boss):
    sealed(boss)
    well = as_finding(verify(at=timezone.now()))
    assert well.says.startswith(f"1 blocks, {Entry.objects.count()} rows, unbroken; its head is ")
    assert not well.advice
    event = Event.objects.order_by("pk").first()
    run("DELETE FROM journal_event WHERE id = %s", event.pk)
    ill = as_finding(verify(at=timezone.now()))
    assert f"broken: block 1: row {event.pk} of journal.Event removed" in ill.says
    assert ill.advice


ACTS = st.sampled_from(["alter", "remove", "swap", "insert", "unsalt", "digest", "drop entry"])

# Each example writes and reads a database; what fails says enough without being made smaller.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(
    max_examples=40, deadline=None, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=st.lists(st.integers(2, 4), min_size=1, max_size=4), act=st.none() | ACTS, pick=st.integers(0, 10**6))
def test_any_history_is_whole_until_any_of_its_past_is_touched(boss, rounds, act, pick):
    """Any number of rounds of writing and sealing, then one blow anywhere, or none."""
    with undone():
        for count in rounds:
            sealed(boss, count)
            assert verify(at=timezone.now()).is_whole
        if act is None:
            return
        blow(act, pick)
        assert not verify(at=timezone.now()).is_whole, act


def blow(act, pick):
    entries = list(Entry.objects.order_by("id"))
    if act == "swap":
        entries = [one for one in entries if label_of(one) == "journal.Event"]
    one = entries[pick % len(entries)]
    table = next(one_ for one_ in sealed_tables().values() if one_.label == label_of(one))
    name, key = table.name, table.key
    if act == "alter":
        column = {"journal_event": "kind", "journal_change": "deed"}.get(name, "pgh_label")
        run(f"UPDATE {name} SET {column} = {column} || '!' WHERE {key} = %s", one.row)  # noqa: S608
    elif act == "remove":
        run(f"DELETE FROM {name} WHERE {key} = %s", one.row)  # noqa: S608
    elif act == "swap":
        twin = next(other for other in entries if other.watched == one.watched and other.id != one.id)
        for old, new in ((one.row, -1), (twin.row, one.row), (-1, twin.row)):
            run(f"UPDATE {name} SET {key} = %s WHERE {key} = %s", new, old)  # noqa: S608
    elif act == "insert":
        run("INSERT INTO journal_event (id, kind, subject_ids, at, details) VALUES (-7, 'x', '{}', now(), '{}')")
    elif act == "unsalt":
        run("UPDATE audit_entry SET salt = NULL WHERE id = %s", one.id)
    elif act == "digest":
        run("UPDATE audit_entry SET digest = sha256('forged') WHERE id = %s", one.id)
    else:
        run("DELETE FROM audit_entry WHERE id = %s", one.id)


def label_of(entry):
    with connection.cursor() as cursor:
        cursor.execute("SELECT label FROM audit_watched WHERE id = %s", [entry.watched])
        return cursor.fetchone()[0]
