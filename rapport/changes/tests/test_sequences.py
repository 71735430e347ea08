"""Whatever is done in whatever order: taken back, newest first, everything is as it was before."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.models import Task
from rapport.bulk.models import BulkRun
from rapport.bulk.records import RECORDS
from rapport.bulk.run import run
from rapport.bulk.start import BulkError, Selection, start
from rapport.bulk.take_back import take_run_back
from rapport.changes.tests.world import as_it_is, put
from rapport.customers.discard import discard
from rapport.customers.edit import edit
from rapport.customers.identify import identify, unidentify
from rapport.customers.models import Customer, Identifier, Relationship
from rapport.customers.relate import relate
from rapport.identity.merge import MergeError, merge
from rapport.journal.change import Change, Deed
from rapport.journal.take_back import take_back
from rapport.lib.identifiers import normalise
from rapport.people.models import User
from rapport.people.roles import BuiltIn

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CUSTOMERS = RECORDS["customers"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["edit", "merge", "delete", "tag", "field", "identify", "unidentify", "relate", "task", "done"]
        ),
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from(["Porto", "Faro", ""]),
    ),
    min_size=1,
    max_size=7,
)


def bulk(name, said, by, at):
    try:
        run(start(CUSTOMERS, CUSTOMERS.action(name, by), Selection(query="", whole=True), said, by=by, at=at).pk)
    except BulkError:
        return


def step(what, one, other, word, by, at):  # noqa: C901, PLR0912 - one line each
    living = list(Customer.objects.living().order_by("pk"))
    if not living:
        return
    first, second = living[one % len(living)], living[other % len(living)]
    if what == "edit":
        edit(first, {"city": word, "tags": [word] if word else []}, by=by, at=at)
    elif what == "merge":
        try:
            with transaction.atomic():
                merge(first, second, by=by, at=at, choices={"city": second})
        except MergeError:
            return
    elif what == "delete":
        discard([first.pk], by=by, at=at)
    elif what == "tag":
        bulk("tag", {"tags": [word or "none"]}, by, at)
    elif what == "field":
        bulk("field", {"claims": {"region": word}}, by, at)
    elif what == "identify":
        identify(first, normalise("email", f"{word or 'x'}{one}@x.example"), by=by, at=at)
    elif what == "unidentify":
        held = Identifier.objects.filter(member__customer=first).order_by("pk").first()
        if held:
            unidentify(held, by=by, at=at)
    elif what == "relate" and first != second:
        relate(first, second, Relationship.Kind.KNOWS, role=word, by=by, at=at)
    elif what == "task":
        add_task(f"Call {word}", assignee=by, by=by, at=at, customer=first)
    elif what == "done":
        task = Task.objects.open().order_by("pk").first()
        if task:
            finish_task(task, by=by, at=at)


@pytest.mark.django_db
@pytest.mark.req("T6")
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_everything_that_was_done_is_taken_back_newest_first_to_exactly_what_was(steps):
    with transaction.atomic():
        by, _new = User.objects.get_or_create(
            email="bea@rapport.example", defaults={"name": "Bea", "role_id": BuiltIn.ADMINISTRATOR}
        )
        for number, name in enumerate(["Marta", "Marta O.", "Rui", "Nora"]):
            put(name, ("email", f"{number}@x.example"), city="Lisboa" if number else "")
        before = as_it_is()
        for number, (what, one, other, word) in enumerate(steps):
            step(what, one, other, word, by, NOW + timedelta(minutes=number))
        for change in Change.objects.exclude(deed=Deed.PARTED).order_by("-pk"):
            take_back(change, by=by, at=NOW + timedelta(days=1))
            for going in BulkRun.objects.filter(state="undoing"):
                assert take_run_back(going.pk, by=by).left == 0
        assert as_it_is() == before
        transaction.set_rollback(True)
