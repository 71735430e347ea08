"""Whoever lay in the trash for its time is erased for good: not a day early, not while the law holds them, nowhere left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.consent.models import Extent, Suppression
from rapport.consent.object import object_to
from rapport.consent.tests.peer import customer_at
from rapport.customers.bring_back import bring_back
from rapport.customers.discard import discard
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier, Kind
from rapport.customers.trash import Trashed
from rapport.identity.merge import merge
from rapport.lists.drop_view import drop_view
from rapport.lists.models import View
from rapport.privacy import empty_trash
from rapport.privacy.erased_list import list_path
from rapport.privacy.hold import hold, release
from rapport.privacy.models import Emptying, RetainRun
from rapport.privacy.request import Asks, Outcome
from rapport.privacy.request_steps import Asked, close, receive
from rapport.privacy.retain import preview, rule_of, run_all, run_rule
from rapport.privacy.tests.everywhere import DIALLED, OTHERS, VALUES, WORD, put
from rapport.privacy.tests.test_erase import contents, dumped, found, places
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive as hear

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
NOW = timezone.now()


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"


def person(address, name, by, **fields):
    return edit(customer_at(address), {"name": name, **fields}, by=by, at=NOW)


def trashed(one, by, days):
    at = NOW - timedelta(days=days)
    discard([one.pk], by=by, at=at)
    return one


def emptied(at=NOW):
    return run_rule(rule_of("trash"), by=None, at=at)


def is_erased(one):
    one.refresh_from_db()
    return one.name == f"erased {one.pk}" and not Identifier.objects.filter(member__customer=one).exists()


def test_at_night_whoever_lay_there_for_thirty_days_is_erased_and_nobody_earlier(boss):
    old, young = (person(f"{name}@x.example", name.title() + " Silva", boss) for name in ("ada", "bea"))
    trashed(old, boss, 31)
    trashed(young, boss, 29.9)
    assert preview(rule_of("trash"), at=NOW).count == 1
    run_all(at=NOW, spell=60)
    assert (is_erased(old), is_erased(young)) == (True, False)
    assert bring_back([old.pk, young.pk], by=boss, at=NOW) == [young.pk]
    run = RetainRun.objects.get(kind="trash")
    assert run.ended_at is not None
    assert (run.deleted["customers.customer"], run.deleted["customers.trashed"]) == (1, 1)
    assert not Trashed.objects.there().exists()
    assert Customer.objects.get(pk=young.pk).name == "Bea Silva"


def test_whatever_can_be_restored_is_not_due_and_whatever_is_due_can_not_be_restored(boss):
    """To the microsecond, whichever side asks."""
    one = person("ada@x.example", "Ada Silva", boss)
    discard([one.pk], by=boss, at=NOW)
    over = NOW + timedelta(days=30)
    for moment in (over - timedelta(microseconds=1), over, over + timedelta(microseconds=1)):
        due = rule_of("trash").of.old(rule_of("trash").before(moment)).exists()
        restorable = Trashed.objects.there().filter(at__gt=moment - timedelta(days=30)).exists()
        assert not (due and restorable)
    emptied(over)
    assert not is_erased(one)
    emptied(over + timedelta(microseconds=1))
    assert is_erased(one)


def test_the_law_the_open_request_and_a_longer_period_keep_them(boss, signed_in):
    held, asking, free = (person(f"{name}@x.example", f"{name.title()} Silva", boss) for name in ("ada", "bea", "cid"))
    standing = hold(held, "A dispute", (NOW + timedelta(days=90)).date(), by=boss, at=NOW)
    request = receive(
        Asked(Asks.ACCESS, "Bea", "bea@x.example", "email", NOW, "", asking), assignee=None, by=boss, at=NOW
    )
    for one in (held, asking, free):
        trashed(one, boss, 40)
    client = signed_in(boss)
    assert client.post("/govern/retention/trash/", {"days": "29", "active": "on"}).status_code == 422
    client.post("/govern/retention/trash/", {"days": "60", "active": "on"})
    assert emptied().total == 0
    client.post("/govern/retention/trash/", {"days": "30", "active": "on"})
    run = emptied()
    assert [is_erased(one) for one in (held, asking, free)] == [False, False, True]
    assert run.held == 1
    release(standing, "settled", by=boss, at=NOW)
    close(request, Outcome.REFUSED, ground="Art. 12", proof="letter", by=boss, at=NOW)
    emptied()
    assert [is_erased(one) for one in (held, asking)] == [True, True]


def test_a_record_that_was_merged_in_goes_with_it_and_its_hold_keeps_both(boss):
    ada, twin = person("ada@x.example", "Ada Silva", boss), person("a.silva@y.example", "A. Silva", boss)
    merge(ada, twin, by=boss, at=NOW - timedelta(days=50))
    standing = hold(twin, "A dispute", (NOW + timedelta(days=90)).date(), by=boss, at=NOW)
    trashed(ada, boss, 40)
    assert emptied().held == 1
    assert not is_erased(ada)
    release(standing, "settled", by=boss, at=NOW)
    emptied()
    assert is_erased(ada)
    assert is_erased(twin)


def test_they_may_be_written_to_when_they_come_again_unless_they_had_objected(boss):
    calm, annoyed = person("calm@x.example", "Cal Mello", boss), person("annoyed@x.example", "Ann Oyed", boss)
    object_to("annoyed@x.example", way="email", extent=Extent.EVERYTHING, by=boss, at=NOW, evidence="telephone")
    for one in (calm, annoyed):
        trashed(one, boss, 31)
    emptied()
    kept = Suppression.objects.get()
    assert (kept.extent, "annoyed" in kept.key + kept.value) == (Extent.EVERYTHING, False)
    # A restored backup is what somebody wanted back: only who asked to be erased is erased again.
    assert not list_path().exists()


def test_words_of_others_lose_the_persons_name_and_keep_that_of_a_firm(boss):
    ann, firm = person("ann@x.example", "Ann Zwerg", boss), person("nora@firm.example", "Nordic Trade", boss)
    Customer.objects.filter(pk=firm.pk).update(kind=Kind.COMPANY)
    other = customer_at("bodo@x.example")
    text = "Ann Zwerg moved to Nordic Trade, write to ann@x.example or nora@firm.example"
    party = Party((Clue("email", "bodo@x.example"),))
    hear([Inbound("chat", "1", NOW, Channel.CHAT, Direction.INBOUND, "chat", (party,), text=text)], by=None, at=NOW)
    for one in (ann, firm):
        trashed(one, boss, 31)
    emptied()
    said = Interaction.objects.get(participations__member__customer=other, source="chat").text
    assert said == "[erased] moved to Nordic Trade, write to [erased] or [erased]"
    assert is_erased(firm)


def test_a_run_that_is_killed_goes_on_and_counts_once(boss, monkeypatch):
    monkeypatch.setattr(empty_trash, "BATCH", 2)
    people = [trashed(person(f"p{n}@x.example", f"Pia Number{n}", boss), boss, 31 + n) for n in range(5)]
    steps, real = [], empty_trash.carry_through

    def killed(*given, **named):
        steps.append(1)
        if len(steps) == 2:
            raise KeyboardInterrupt
        real(*given, **named)

    monkeypatch.setattr(empty_trash, "carry_through", killed)
    with pytest.raises(KeyboardInterrupt):
        emptied()
    assert [len(one.customer_ids) for one in Emptying.objects.filter(ended_at=None)] == [2]
    run = emptied()
    assert all(is_erased(one) for one in people)
    assert (RetainRun.objects.count(), run.deleted["customers.customer"]) == (1, 5)
    assert not Emptying.objects.exclude(sealed=b"").exists()


def test_one_spell_ends_between_two_batches(boss, monkeypatch):
    monkeypatch.setattr(empty_trash, "BATCH", 1)
    for n in range(3):
        trashed(person(f"p{n}@x.example", f"Pia Number{n}", boss), boss, 31)
    assert not run_all(at=NOW, spell=1e-9)
    run = run_rule(rule_of("trash"), by=None, at=NOW, spell=1e-9)
    assert run.ended_at is None
    assert Trashed.objects.there().count() == 2


def test_whoever_does_not_wait_for_the_night_orders_it_and_reads_the_report(boss, signed_in, run_jobs, mia):
    one = trashed(person("ada@x.example", "Ada Silva", boss), boss, 31)
    run_jobs()
    client = signed_in(boss)
    assert "erased as if they had asked" in client.get("/govern/retention/trash/").content.decode()
    assert signed_in(mia).post("/govern/retention/trash/now/").status_code == 403
    assert client.post("/govern/retention/trash/now/").status_code == 302
    assert not is_erased(one)
    run_jobs()
    assert is_erased(one)
    assert RetainRun.objects.get(kind="trash").by == boss
    page = client.get("/govern/retention/").content.decode()
    assert "customers.customer 1" in page
    assert "Ada Silva" not in page


def test_views_that_were_deleted_go_when_nobody_can_bring_them_back(boss):
    old, young = (View.objects.create(listing="customers", name=name, owner=boss, state="") for name in "ab")
    drop_view(old, by=boss, at=NOW - timedelta(days=31))
    drop_view(young, by=boss, at=NOW - timedelta(days=29))
    run_all(at=NOW, spell=60)
    assert list(View.objects.all()) == [young]


@pytest.mark.django_db(transaction=True)
def test_nothing_of_them_is_left_anywhere(boss, mia, signed_in, run_jobs, tmp_path):
    """Put through every door, deleted, forgotten by everybody, and thirty days later nowhere: neither in a dump nor in a file."""
    customer, other = put(boss, mia, signed_in(boss), run_jobs)
    before = dumped() + "".join(data.decode("latin-1") for _name, data in contents(tmp_path))
    assert set(VALUES) - set(found(VALUES, before)) == {WORD["draft"]}
    counted = Interaction.objects.count()
    discard([customer.pk], by=boss, at=NOW - timedelta(days=31))
    run_jobs()
    run = emptied(timezone.now())
    run_jobs()
    after = dumped()
    assert {one: places(one, after) for one in found([*VALUES, DIALLED], after)} == {}
    held = {name: found(VALUES, data.decode("latin-1")) for name, data in contents(tmp_path)}
    assert {name: some for name, some in held.items() if some} == {}
    assert (run.unreached, Interaction.objects.count()) == (0, counted)
    assert Customer.objects.get(pk=other.pk).name == OTHERS
