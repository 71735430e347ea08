"""Whatever people do here can be taken back: exactly, once, for thirty days, and never over what somebody wrote since."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.drop_task import drop_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.models import Task
from rapport.changes.tests.world import as_it_is, put
from rapport.customers.discard import discard
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier, Relationship
from rapport.customers.relate import amend, relate, unrelate
from rapport.customers.wish import Said, wish
from rapport.customers.wishes import Topic
from rapport.identity.merge import merge
from rapport.identity.unmerge import unmerge
from rapport.journal.change import Change, Deed
from rapport.journal.forget import forget_changes
from rapport.journal.take_back import take_back
from rapport.journal.ways_back import UndoError
from rapport.undo import WAYS_BACK

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def last():
    return Change.objects.latest("pk")


def test_every_deed_has_a_way_back():
    assert set(WAYS_BACK) == set(Deed)


@pytest.mark.req("T6")
def test_an_edit_is_taken_back_to_what_the_sources_say(ana):
    marta = put("Marta", city="Porto", street="R. A 1")
    before = as_it_is()
    edit(marta, {"city": "Lisboa", "street": ""}, by=ana, at=NOW)
    take_back(last(), by=ana, at=LATER)
    assert as_it_is() == before


def test_an_edit_over_an_earlier_edit_is_taken_back_to_the_earlier_one(ana, boss):
    marta = put("Marta", city="Porto")
    edit(marta, {"city": "Faro"}, by=boss, at=NOW)
    before = as_it_is()
    edit(marta, {"city": "Lisboa"}, by=ana, at=LATER)
    take_back(last(), by=ana, at=LATER)
    assert as_it_is() == before


@pytest.mark.req("T6")
def test_what_somebody_wrote_since_is_asked_for_field_by_field(ana, boss):
    marta = put("Marta", city="Porto", street="R. A 1", owner=ana.email)
    edit(marta, {"city": "Lisboa", "street": "R. B 2"}, by=ana, at=NOW)
    change = last()
    edit(marta, {"city": "Braga"}, by=boss, at=LATER)
    with pytest.raises(UndoError) as refused:
        take_back(change, by=ana, at=LATER)
    (clash,) = refused.value.clashes
    assert (clash.key, clash.now, clash.back) == ("city", "Braga", "Porto")
    marta.refresh_from_db()
    assert (marta.city, marta.street) == ("Braga", "R. B 2"), "nothing was taken back before it was decided"
    take_back(change, by=ana, at=LATER, choices={"city": "stays"})
    marta.refresh_from_db()
    assert (marta.city, marta.street) == ("Braga", "R. A 1")


def test_whoever_decides_for_the_old_value_gets_it(ana, boss):
    marta = put("Marta", city="Porto", owner=ana.email)
    edit(marta, {"city": "Lisboa"}, by=ana, at=NOW)
    change = last()
    edit(marta, {"city": "Braga"}, by=boss, at=LATER)
    take_back(change, by=ana, at=LATER, choices={"city": "back"})
    assert Customer.objects.get(pk=marta.pk).city == "Porto"


def test_a_change_is_taken_back_once_and_only_for_thirty_days(ana):
    marta = put("Marta", city="Porto")
    edit(marta, {"city": "Lisboa"}, by=ana, at=NOW)
    first = last()
    with pytest.raises(UndoError, match="too late"):
        take_back(first, by=ana, at=NOW + timedelta(days=30))
    take_back(first, by=ana, at=LATER)
    with pytest.raises(UndoError, match="undone already"):
        take_back(first, by=ana, at=LATER)
    forget_changes(at=NOW + timedelta(days=31))
    assert not Change.objects.exists()


def test_whoever_gave_a_record_away_may_take_it_back_but_learns_nothing_of_it(ana, nils, boss):
    marta = put("Marta", city="Porto", owner=ana.email)
    edit(marta, {"owner": nils.email}, by=ana, at=NOW)
    given = last()
    take_back(given, by=ana, at=LATER)
    assert Customer.objects.visible_to(ana).filter(pk=marta.pk).exists()
    edit(marta, {"owner": nils.email, "city": "Faro"}, by=ana, at=LATER)
    given = last()
    edit(marta, {"city": "Secret"}, by=nils, at=LATER + timedelta(hours=1))
    with pytest.raises(UndoError, match="out of sight") as refused:
        take_back(given, by=ana, at=LATER + timedelta(hours=2))
    assert not refused.value.clashes


def test_merges_and_their_taking_back_are_taken_back(ana):
    one, other = put("Marta", ("email", "m@x.example"), city="Porto"), put("M. Oliveira", city="Faro")
    before = as_it_is()
    done = merge(one, other, by=ana, at=NOW, choices={"city": other})
    merged = as_it_is()
    take_back(last(), by=ana, at=LATER)
    assert as_it_is() == before
    take_back(last(), by=ana, at=LATER)
    assert as_it_is() == merged
    unmerge(done, by=ana, at=LATER)
    assert as_it_is() == before


def test_relationships_and_preferences_come_back_as_they_were(ana):
    marta, firm = put("Marta"), put("Aurora")
    before = as_it_is()
    wish(marta, Said(Topic.OTHER, "No calls before ten"), by=ana, at=NOW)
    take_back(last(), by=ana, at=LATER)
    assert as_it_is() == before
    tie, _fresh = relate(marta, firm, Relationship.Kind.KNOWS, role="friend", by=ana, at=NOW)
    with_tie = as_it_is()
    amend(tie, role="best friend", since=None, until=NOW.date(), by=ana, at=LATER)
    take_back(last(), by=ana, at=LATER)
    assert as_it_is() == with_tie
    unrelate(Relationship.objects.get(), by=ana, at=LATER)
    take_back(last(), by=ana, at=LATER)
    assert as_it_is() == with_tie


def test_what_comes_back_but_is_somebody_elses_by_now_is_refused(ana, signed_in):
    marta, rui = put("Marta", ("email", "m@x.example")), put("Rui")
    client = signed_in(ana)
    own = Identifier.objects.get(key="m@x.example")
    client.post(f"/customers/{marta.pk}/identifiers/{own.pk}/drop/")
    change = last()
    client.post(f"/customers/{rui.pk}/identifiers/", {"way-kind": "email", "way-value": "m@x.example"})
    answer = client.post(f"/changes/{change.pk}/undo/")
    assert answer.status_code == 422
    assert "somebody else" in answer.content.decode()
    assert Identifier.objects.get(key="m@x.example").member.customer_id == rui.pk


def test_tasks_done_and_deleted_come_back(ana):
    task = add_task("Call", assignee=ana, by=ana, at=NOW, customer=put("Marta"))
    finish_task(task, by=ana, at=LATER)
    take_back(last(), by=ana, at=LATER)
    assert Task.objects.get().done_at is None
    drop_task(Task.objects.get(), by=ana, at=LATER)
    assert not Task.objects.exists()
    take_back(last(), by=ana, at=LATER)
    assert Task.objects.get().title == "Call"


@pytest.mark.req("T6")
def test_the_page_shows_ones_own_and_managers_their_teams(signed_in, ana, mia, nils, boss):
    edit(put("Marta", owner=ana.email), {"city": "Faro"}, by=ana, at=timezone.now())
    edit(put("Nora", owner=nils.email), {"city": "Oslo"}, by=nils, at=timezone.now())
    assert "Faro" in signed_in(ana).get("/changes/").content.decode()
    assert "Oslo" not in signed_in(ana).get("/changes/?whose=all").content.decode()
    everybody = signed_in(mia).get("/changes/?whose=all").content.decode()
    assert "Faro" in everybody
    assert "Oslo" not in everybody
    assert "Oslo" in signed_in(boss).get("/changes/?whose=all").content.decode()


def test_a_manager_takes_back_what_an_agent_did_and_a_stranger_does_not(signed_in, ana, mia, nils, rita):
    marta = put("Marta", owner=ana.email, city="Porto")
    edit(marta, {"city": "Faro"}, by=ana, at=timezone.now())
    change = last()
    assert signed_in(nils).post(f"/changes/{change.pk}/undo/").status_code == 404
    assert signed_in(rita).post(f"/changes/{change.pk}/undo/").status_code == 403
    assert signed_in(mia).post(f"/changes/{change.pk}/undo/").status_code == 302
    change.refresh_from_db()
    assert change.undone_by == mia
    assert Customer.objects.get(pk=marta.pk).city == "Porto"


def test_an_edit_of_somebody_in_the_trash_waits_for_the_restore(ana, mia):
    marta = put("Marta", owner=ana.email, city="Porto")
    edit(marta, {"city": "Faro"}, by=ana, at=NOW)
    change = last()
    discard([marta.pk], by=mia, at=LATER)
    with pytest.raises(UndoError, match="in the trash"):
        take_back(change, by=ana, at=LATER)


def test_the_page_costs_the_same_for_few_changes_and_many(signed_in, ana, django_assert_max_num_queries):
    client = signed_in(ana)
    marta = put("Marta", owner=ana.email)
    edit(marta, {"city": "Faro"}, by=ana, at=timezone.now())
    client.get("/changes/")
    with django_assert_max_num_queries(60) as few:
        client.get("/changes/")
    for number in range(8):
        edit(put(f"Marta {number}", owner=ana.email), {"city": "Faro"}, by=ana, at=timezone.now())
    with django_assert_max_num_queries(60) as many:
        client.get("/changes/")
    assert len(many) == len(few)
