"""Retention: what is old really goes, what the law holds stays, and every run says what it did."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.consent.marks import HOLD, mark
from rapport.consent.tests.peer import customer_at
from rapport.drafts.models import Draft
from rapport.files.keep import Content, keep
from rapport.files.models import File
from rapport.mail.models import Attachment, Mail, Thread
from rapport.people.models import ApiToken
from rapport.privacy import retain
from rapport.privacy.models import RetainRule, RetainRun
from rapport.privacy.retain import preview, rule_of, run_all, run_rule, set_rule
from rapport.privacy.retain_declared import RETAINABLE
from rapport.sales.order import Order
from rapport.timeline.models import Interaction, Participation, Receipt, Tally
from rapport.timeline.receive import receive
from rapport.web.models import Browser, Site, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
NOW = timezone.now()


@pytest.fixture
def site():
    return Site.objects.create(name="Shop", origins=["https://shop.example"], tracking=True)


def visit(site, days, member=None):
    at = timezone.now() - timedelta(days=days)
    browser = Browser.objects.create(visitor=f"v{Browser.objects.count()}", last_at=at, member=member)
    return Visit.objects.create(browser=browser, site=site, began_at=at, last_at=at, member=member)


def test_what_is_older_goes_and_what_is_younger_stays(site):
    visit(site, 91)
    kept = visit(site, 89)
    run = run_rule(rule_of("visits"), by=None, at=timezone.now())
    assert list(Visit.objects.all()) == [kept]
    assert (run.deleted, run.ended_at is not None) == ({"web.Visit": 1}, True)


def test_the_period_is_said_in_the_browser_and_holds(signed_in, boss, site):
    visit(site, 91)
    client, path = signed_in(boss), "/govern/retention/visits/"
    assert client.post(path, {"days": "0", "active": "on"}).status_code == 422
    assert client.post(path, {"days": "400", "active": "on"}).status_code == 302
    assert preview(rule_of("visits"), at=timezone.now()).count == 0
    client.post(path, {"days": "30", "active": "on"})
    page = client.get(path).content.decode()
    assert "400" in page, "its history"
    told = preview(rule_of("visits"), at=timezone.now())
    assert (told.count, len(told.sample)) == (1, 1)
    client.post(f"{path}now/")
    assert not Visit.objects.exists()
    assert "web.Visit 1" in client.get("/govern/retention/").content.decode()


def test_what_the_law_holds_stays_and_is_counted(site, ana):
    ann, bob = customer_at("ann@x.example"), customer_at("bob@x.example")
    held = visit(site, 500, ann.members.get())
    visit(site, 500, bob.members.get())
    mark(ann, HOLD, "Court", by=ana, at=timezone.now())
    told = preview(rule_of("visits"), at=timezone.now())
    assert (told.count, told.held) == (1, 1)
    run = run_rule(rule_of("visits"), by=None, at=timezone.now())
    assert list(Visit.objects.all()) == [held]
    assert (run.total, run.held) == (1, 1)


def test_a_run_goes_on_where_it_stopped(site, monkeypatch):
    monkeypatch.setattr(retain, "BATCH", 2)
    for _each in range(5):
        visit(site, 100)
    rule, now = rule_of("visits"), timezone.now()
    begun = run_rule(rule, by=None, at=now, spell=1e-9)
    assert begun.ended_at is None
    assert 0 < Visit.objects.count() < 5
    ended = run_rule(rule, by=None, at=now)
    assert (ended.pk, ended.total, Visit.objects.count()) == (begun.pk, 5, 0)


def stranger(days):
    at = timezone.now() - timedelta(days=days)
    party = Party((Clue("external", f"x{days}", namespace="fax"),))
    arrival = Inbound("fax", f"f{days}", at, Channel.EMAIL, Direction.INBOUND, "mail", (party,), subject="Who?")
    receive([arrival], by=None, at=at)
    one = Interaction.objects.get(receipt__external_id=f"f{days}")
    Interaction.objects.filter(pk=one.pk).update(unassigned=True, received_at=at)
    return one


def test_what_nobody_gave_to_a_customer_goes_with_all_that_hangs_on_it():
    old, young = stranger(400), stranger(10)
    run = run_rule(rule_of("unassigned"), by=None, at=timezone.now())
    assert list(Interaction.objects.values_list("pk", flat=True)) == [young.pk]
    assert not Receipt.objects.filter(interaction_id=old.pk).exists()
    assert not Participation.objects.filter(interaction_id=old.pk).exists()
    assert run.deleted["timeline.Interaction"] == 1


def test_files_that_came_with_waiting_mail_leave_the_disk_unless_somebody_else_has_them(settings, tmp_path):
    settings.FILES = tmp_path
    old, young = stranger(400), stranger(10)
    alone, shared = keep([Content(name, "application/pdf", name.encode()) for name in ("a.pdf", "b.pdf")], at=NOW)
    for one, files in ((old, (alone, shared)), (young, (shared,))):
        thread = Thread.objects.create(first_at=NOW, last_at=NOW)
        mail = Mail.objects.create(interaction=one, sender="who@x.example", at=NOW, thread=thread)
        for place, file in enumerate(files):
            Attachment.objects.create(
                mail=mail, position=place, file=file, name=file.name, media_type="application/pdf"
            )
    run = run_rule(rule_of("unassigned"), by=None, at=NOW)
    assert (alone.path.exists(), shared.path.exists()) == (False, True)
    assert list(File.objects.values_list("pk", flat=True)) == [shared.pk]
    assert (run.deleted["files.File"], run.deleted["mail.Attachment"]) == (1, 2)


def said(customer, days, channel=Channel.CHAT):
    at = NOW - timedelta(days=days)
    party = Party((Clue("email", customer),))
    one = Inbound(
        "chat", f"{customer} {days} {channel}", at, channel, Direction.INBOUND, "chat", (party,), text="Hello"
    )
    return receive([one], by=None, at=at)[0].interaction_id


def test_what_was_said_on_a_channel_goes_by_its_age_and_tallies_follow():
    customer = customer_at("ada@x.example")
    old, young = said("ada@x.example", 4_000), said("ada@x.example", 3_000)
    mail = said("ada@x.example", 4_000, Channel.EMAIL)
    run = run_rule(rule_of("talk chat"), by=None, at=NOW)
    left = set(Interaction.objects.values_list("pk", flat=True))
    assert (old in left, young in left, mail in left) == (False, True, True)
    assert run.deleted["timeline.Interaction"] == 1
    tally = Tally.objects.get(member__customer=customer, channel="chat")
    assert (tally.count, tally.last_interaction_id) == (1, young)


def test_what_the_law_holds_or_an_order_refers_to_stays_whatever_its_age():
    held, free = customer_at("ada@x.example"), customer_at("bodo@x.example")
    mark(held, HOLD, "A dispute", by=None, at=NOW)
    kept, ordered = said("ada@x.example", 4_000), said("bodo@x.example", 4_000)
    member = free.members.get()
    Order.objects.create(source="s", external_id="1", member=member, interaction_id=ordered, ordered_at=NOW, total=1)
    run = run_rule(rule_of("talk chat"), by=None, at=NOW)
    assert (run.total, run.held) == (0, 1)
    assert {kept, ordered} <= set(Interaction.objects.values_list("pk", flat=True))


def test_at_night_only_what_is_on_deletes(boss):
    long_ago = timezone.now() - timedelta(days=50)
    Draft.objects.create(user=boss, key="note:1", sealed=b"x", at=long_ago)
    run_all(at=timezone.now(), spell=60)
    assert Draft.objects.exists()
    set_rule(rule_of("drafts"), 40, active=True)
    run_all(at=timezone.now(), spell=60)
    assert not Draft.objects.exists()
    assert RetainRun.objects.get(kind="drafts").deleted == {"drafts.Draft": 1}


def test_a_rule_is_no_laxer_than_rapport_itself(signed_in, boss):
    assert signed_in(boss).post("/govern/retention/drafts/", {"days": "61"}).status_code == 422
    assert signed_in(boss).get("/govern/retention/no-such/").status_code == 404
    assert not RetainRule.objects.exists()


@pytest.mark.parametrize("one", RETAINABLE, ids=lambda one: one.kind)
def test_every_kind_can_be_looked_at_and_let_go(one):
    """Each question is one that the database understands, and what it keeps has an age."""
    rule = rule_of(one.kind)
    assert preview(rule, at=timezone.now()).count == 0
    assert run_rule(rule, by=None, at=timezone.now()).total == 0
    assert one.least <= one.days <= one.most
    found = one.old(timezone.now())
    assert isinstance(found, models.QuerySet)
    assert found.model in apps.get_models()


def test_managers_see_what_goes_and_only_administrators_decide(signed_in, mia, ana):
    assert signed_in(mia).get("/govern/retention/").status_code == 200
    assert signed_in(mia).post("/govern/retention/visits/", {"days": "30"}).status_code == 403
    assert signed_in(ana).get("/govern/retention/").status_code == 403


def test_over_the_api_the_runs_are_told(site, mia):
    visit(site, 100)
    run_rule(rule_of("visits"), by=None, at=timezone.now())
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(mia, 'walk', [])}"})
    [run] = client.get("/api/v1/retention/runs").json()["items"]
    assert (run["kind"], run["deleted"]) == ("visits", {"web.Visit": 1})
    held = {one["kind"]: one for one in client.get("/api/v1/retention/rules").json()["items"]}
    assert (held["visits"]["days"], held["visits"]["active"], held["drafts"]["active"]) == (90, True, False)
