"""Two bulk runs at once on the same records wait for each other and never lock up."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from rapport.bulk import start as starting
from rapport.bulk.models import State
from rapport.bulk.records import RECORDS
from rapport.bulk.run import run
from rapport.bulk.start import Selection, start
from rapport.changes.tests.world import put
from rapport.customers.models import Customer


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("T6")
def test_two_runs_over_the_same_records_both_end(boss, monkeypatch):
    monkeypatch.setattr(starting, "PIECE", 7)
    for number in range(40):
        put(f"Marta {number}", city="Porto")
    customers = RECORDS["customers"]

    def begin(name, said):
        action = customers.action(name, boss)
        return start(customers, action, Selection(whole=True), said, by=boss, at=timezone.now()).pk

    def going(pk):
        try:
            return run(pk)
        finally:
            connection.close()

    runs = [
        begin("tag", {"tags": ["vip"]}),
        begin("field", {"claims": {"region": "Norte"}}),
        begin("tag", {"tags": ["x"]}),
    ]
    with ThreadPoolExecutor(3) as people:
        done = [told.result(timeout=120) for told in [people.submit(going, pk) for pk in runs]]
    assert [one.state for one in done] == [State.DONE] * 3
    assert [one.changed for one in done] == [40] * 3
    assert set(Customer.objects.values_list("region", flat=True)) == {"Norte"}
    assert all(one.tags == ["vip", "x"] for one in Customer.objects.all())
