"""A rule does one step because of what became true: once, within bounds, with its owner's eyes, and it can be taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.models import Task
from rapport.changes.recent import recent
from rapport.channels.inbound import Clue, Party
from rapport.consent.models import Message
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.customers.preference import Topic
from rapport.customers.wish import Said, wish
from rapport.fields.declare import Wish as FieldWish
from rapport.fields.declare import declare as declare_field
from rapport.journal.change import Change, Deed
from rapport.journal.models import Event, Fact
from rapport.journal.record import record
from rapport.journal.take_back import take_back as undo_change
from rapport.journal.ways_back import UndoError
from rapport.notices.models import Kind, Notice
from rapport.people.models import ApiToken
from rapport.rules.declare import Wish, change, move
from rapport.rules.models import Act, Rule, Run
from rapport.rules.obey import obey
from rapport.rules.rehearse import rehearse
from rapport.rules.switch import switch_off
from rapport.rules.take_back import take_back
from rapport.sales.record_orders import LineIn, OrderIn, record_orders

DONE, SAME, REFUSED = Act.Outcome.DONE, Act.Outcome.SAME, Act.Outcome.REFUSED


def tags_of(customer):
    return Customer.objects.get(pk=customer.pk).tags


def owned_by(user):
    return {"claims": {"owner": user.email}, "told": str(user), "user": user.pk}


@pytest.mark.req("T3")
def test_an_email_from_somebody_without_an_owner_is_assigned(rule, writes, ana, run_jobs):
    rule("assign", owned_by(ana), conditions="owner=nobody")
    marta = writes("marta")
    run_jobs()
    assert Customer.objects.get(pk=marta.pk).owner == ana
    act = Act.objects.get()
    assert (act.customer_id, act.outcome, act.event.kind) == (marta.pk, DONE, Fact.INTERACTIONS_RECEIVED)


@pytest.mark.req("T3")
def test_who_does_not_fulfil_the_conditions_is_left_alone(rule, writes, run_jobs):
    rule(conditions="kind=company")
    marta = writes("marta")
    run_jobs()
    assert (tags_of(marta), Act.objects.count(), Run.objects.count()) == ([], 0, 0)


@pytest.mark.req("T3")
@pytest.mark.parametrize(
    ("asks", "fits"), [({"words": "urgent"}, True), ({"words": "price"}, False), ({"channel": "phone"}, False)]
)
def test_a_rule_heeds_channel_direction_and_words(rule, writes, run_jobs, asks, fits):
    rule(asks=asks)
    marta = writes("marta", subject="Urgent: the machine stands still")
    run_jobs()
    assert tags_of(marta) == (["wrote"] if fits else [])


def test_running_twice_does_nothing_twice(rule, writes, run_jobs, boss):
    rule("task", {"title": "Call back", "user": boss.pk, "told": "Bea", "days": 1})
    writes("marta")
    run_jobs()
    for event in Event.objects.all():
        assert obey(event, now=timezone.now()) == 0
    assert (Task.objects.count(), Act.objects.count(), Run.objects.count()) == (1, 1, 1)


def test_what_a_rule_does_triggers_no_rule_not_even_in_a_circle(rule, writes, run_jobs):
    rule("tag", {"tags": ["a"]}, when="changed")
    rule("untag", {"tags": ["a"]}, when="changed")
    rule("tag", {"tags": ["b"]}, when="changed")
    marta = writes("marta")
    run_jobs()
    edit(marta, {"city": "Lisboa"}, by=None, at=timezone.now())
    run_jobs()
    assert tags_of(marta) == ["b"]
    assert Run.objects.count() == 3
    caused = Event.objects.filter(details__has_key="rule")
    assert caused.count() == 3
    assert [obey(one, now=timezone.now()) for one in caused] == [0, 0, 0]


def test_several_that_fit_act_in_their_order(rule, writes, run_jobs, boss, ana):
    first = rule("assign", owned_by(boss), conditions="owner=nobody")
    second = rule("assign", owned_by(ana), conditions="owner=nobody")
    move(second, up=True)
    marta = writes("marta")
    run_jobs()
    assert Customer.objects.get(pk=marta.pk).owner == ana
    assert set(Act.objects.values_list("rule", flat=True)) == {second.pk}
    assert first.pk


@pytest.mark.req("T3")
def test_a_rule_acts_with_the_eyes_of_its_owner(rule, writes, run_jobs, mia, iberia, nordics):
    rule(by=mia)
    ours, theirs = writes("marta", team="Iberia"), writes("nils", team="Nordics")
    run_jobs()
    writes("marta", "nils", subject="Again")
    run_jobs()
    assert (tags_of(ours), tags_of(theirs)) == (["wrote"], [])


def test_what_became_true_before_a_rule_was_on_is_not_touched(rule, writes, run_jobs):
    marta = writes("marta", at=timezone.now() - timedelta(minutes=1))
    rule()
    run_jobs()
    assert tags_of(marta) == []


def test_history_that_somebody_brings_in_is_no_news(rule, writes, run_jobs):
    rule()
    marta = writes("marta", at=timezone.now() - timedelta(days=400))
    Event.objects.update(at=timezone.now())
    run_jobs()
    assert tags_of(marta) == []


@pytest.mark.req("T3")
def test_a_rule_that_runs_away_stops_itself_and_tells_its_owner(rule, writes, run_jobs, boss):
    made = rule(most=2)
    writes("a", "b", "c", "d")
    run_jobs()
    made.refresh_from_db()
    assert made.on_since is None
    assert sorted(Act.objects.values_list("outcome", flat=True)) == [DONE, DONE, REFUSED, REFUSED]
    assert "more than 2" in made.switches.latest("pk").reason
    notice = Notice.objects.get(user=boss, kind=Kind.RULE)
    assert made.name in notice.words
    assert notice.link == reverse("rules:rule", args=[made.pk])


def test_the_bound_counts_what_was_done_within_the_hour(rule, writes, run_jobs):
    made = rule(most=2)
    for key in ("a", "b", "c"):
        writes(key)
        run_jobs()
    made.refresh_from_db()
    assert (Act.objects.filter(outcome=DONE).count(), made.on_since) == (2, None)


def test_a_rule_of_somebody_who_left_stops(rule, writes, run_jobs, mia):
    made = rule(by=mia)
    mia.is_active = False
    mia.save()
    marta = writes("marta")
    run_jobs()
    made.refresh_from_db()
    assert (tags_of(marta), made.on_since) == ([], None)


WAYS = {
    "tag": {"tags": ["wrote"]},
    "untag": {"tags": ["old"]},
    "field": {"claims": {"city": "Porto"}, "told": "city: Porto", "chosen": "city", "value": "Porto"},
}


@pytest.mark.req("T3")
@pytest.mark.parametrize("then", WAYS)
def test_what_a_run_changed_is_taken_back_exactly(rule, writes, run_jobs, boss, then):
    marta = writes("marta", at=timezone.now() - timedelta(minutes=5))
    edit(marta, {"tags": ["old"], "city": "Lisboa"}, by=boss, at=timezone.now() - timedelta(minutes=4))
    run_jobs()
    rule(then, WAYS[then])
    writes("marta", subject="Again")
    run_jobs()
    marta.refresh_from_db()
    assert (marta.tags, marta.city) != (["old"], "Lisboa")
    assert take_back(Run.objects.get(), by=boss, at=timezone.now()) == 1
    marta.refresh_from_db()
    assert (marta.tags, marta.city) == (["old"], "Lisboa")
    assert Act.objects.get().outcome == Act.Outcome.UNDONE
    run_jobs()
    assert Run.objects.count() == 1
    with pytest.raises(UndoError, match="undone already"):
        take_back(Run.objects.get(), by=boss, at=timezone.now())


def test_a_run_stands_under_the_changes_and_is_taken_back_there_or_on_its_own_page(rule, writes, run_jobs, boss, ana):
    rule()
    marta, rui = writes("marta", "rui")
    run_jobs()
    kept = Change.objects.get(deed=Deed.RULE)
    (line,) = recent(boss, None, at=timezone.now()).lines
    assert str(line.words).endswith("(2 customers)")
    assert {one.pk for one in line.customers} == {marta.pk, rui.pk}
    undo_change(kept, by=boss, at=timezone.now())
    assert (tags_of(marta), tags_of(rui)) == ([], [])
    assert (Run.objects.get().undone_by, Change.objects.get(pk=kept.pk).undone_by) == (boss, boss)
    writes("marta", subject="Again")
    run_jobs()
    take_back(Run.objects.latest("pk"), by=boss, at=timezone.now())
    later = Change.objects.filter(deed=Deed.RULE).latest("pk")
    assert later.undone_by == boss
    with pytest.raises(UndoError, match="undone already"):
        undo_change(later, by=boss, at=timezone.now())
    assert not recent(ana, None, at=timezone.now()).lines


def test_what_somebody_changed_since_stays_and_says_so(rule, writes, run_jobs, boss):
    rule()
    marta, rui = writes("marta", "rui")
    run_jobs()
    edit(marta, {"tags": ["wrote", "vip"]}, by=boss, at=timezone.now())
    assert take_back(Run.objects.get(), by=boss, at=timezone.now()) == 1
    assert (tags_of(marta), tags_of(rui)) == (["vip", "wrote"], [])
    assert Act.objects.get(customer=marta).reason == "Somebody has changed it since."


def test_a_task_is_taken_back_unless_it_was_worked_on(rule, writes, run_jobs, boss):
    rule("task", {"title": "Call back", "user": boss.pk, "told": "Bea", "days": 1})
    marta, _rui = writes("marta", "rui")
    run_jobs()
    finish_task(Task.objects.get(member__customer=marta), by=boss, at=timezone.now())
    assert take_back(Run.objects.get(), by=boss, at=timezone.now()) == 1
    assert Task.objects.get().member.customer == marta


def test_a_run_is_taken_back_within_thirty_days(rule, writes, run_jobs, boss):
    rule()
    writes("marta")
    run_jobs()
    with pytest.raises(UndoError, match="too late"):
        take_back(Run.objects.get(), by=boss, at=timezone.now() + timedelta(days=31))


@pytest.mark.req("T3")
def test_the_owner_of_the_customer_is_notified_in_the_words_of_the_rule(rule, writes, run_jobs, ana, boss):
    marta = writes("marta", team="Iberia")
    edit(marta, {"owner": ana.email}, by=None, at=timezone.now())
    run_jobs()
    rule("notify", {"user": None, "told": "owner", "words": "Please look"})
    writes("marta", "nobodys", subject="Again")
    run_jobs()
    notice = Notice.objects.get(user=ana, kind=Kind.RULE)
    assert (notice.words, notice.member.customer_id) == ("Please look", marta.pk)
    assert dict(Act.objects.values_list("outcome", "reason"))[REFUSED] == "Nobody looks after this customer."
    take_back(Run.objects.get(), by=boss, at=timezone.now())
    assert not Notice.objects.filter(kind=Kind.RULE).exists()


def test_nobody_is_told_of_a_customer_that_they_may_not_see(rule, writes, run_jobs, nils, iberia):
    writes("marta", team="Iberia")
    run_jobs()
    rule("notify", {"user": nils.pk, "told": "Nils", "words": "Please look"})
    writes("marta", subject="Again")
    run_jobs()
    assert not Notice.objects.filter(user=nils).exists()
    assert Act.objects.get().reason == "Nils Berg may not see this customer."


@pytest.mark.parametrize("when", ["created", "changed", "order", "task", "preference", "bounced"])
def test_every_moment_is_heard(rule, writes, run_jobs, boss, when):
    marta = None if when == "created" else writes("marta")
    run_jobs()
    rule(when=when)
    now = timezone.now()
    if when == "created":
        marta = writes("marta")
    elif when == "changed":
        edit(marta, {"city": "Lisboa"}, by=boss, at=now)
    elif when == "order":
        record_orders([ordered(now)], by=None, at=now)
    elif when == "task":
        finish_task(add_task("Call", assignee=boss, by=boss, at=now, customer=marta), by=boss, at=now)
    elif when == "preference":
        wish(marta, Said(Topic.OTHER, "No calls before ten"), by=boss, at=now)
    else:
        came_back(marta, now)
    run_jobs()
    assert tags_of(marta) == ["wrote"]


def ordered(now):
    line = LineIn("1", "Beans", Decimal(1), None, Decimal(12))
    return OrderIn("shop", "1", now, Party((Clue("email", "marta@x.example"),)), (line,))


def came_back(customer, now):
    message = Message.objects.create(
        key="1",
        member=customer.members.get(),
        to=["marta@x.example"],
        message_id="1@x",
        subject="S",
        text="T",
        due_at=now,
        state="returned",
    )
    record(Fact.MESSAGES_STOPPED, [message.pk], by=None, at=now)


def test_another_change_is_no_preference_and_a_new_task_not_a_done_one(rule, writes, run_jobs, boss):
    marta = writes("marta")
    run_jobs()
    rule(when="preference")
    rule(when="task")
    edit(marta, {"city": "Lisboa"}, by=boss, at=timezone.now())
    add_task("Call", assignee=boss, by=boss, at=timezone.now(), customer=marta)
    run_jobs()
    assert tags_of(marta) == []


@pytest.mark.req("T3")
def test_a_test_on_the_past_counts_and_changes_nothing(rule, writes, run_jobs, boss):
    marta, rui = writes("marta", "rui", at=timezone.now() - timedelta(days=2))
    writes("old", at=timezone.now() - timedelta(days=40))
    edit(rui, {"tags": ["wrote"]}, by=boss, at=timezone.now())
    run_jobs()
    before = list(Customer.objects.order_by("pk").values())
    told = rehearse(rule(on=False).version, at=timezone.now())
    assert (told.fitted, told.changes, told.same) == (2, 1, 1)
    assert {(one.customer.pk, one.same) for one in told.sample} == {(marta.pk, False), (rui.pk, True)}
    assert list(Customer.objects.order_by("pk").values()) == before
    assert not Act.objects.exists()


def test_the_test_on_the_past_foretells_what_the_rule_would_have_done(rule, writes, run_jobs):
    made = rule(asks={"words": "price"})
    writes("a", "b", "c", subject="What is the price?")
    writes("d", "e")
    run_jobs()
    assert rehearse(made.version, at=timezone.now()).fitted == Act.objects.filter(outcome=DONE).count() == 3


def test_an_event_of_many_costs_as_few_questions_as_one_of_few(rule, writes, db):
    rule()
    writes("a")
    with CaptureQueriesContext(connection) as few:
        obey(newest(), now=timezone.now())
    writes(*(f"many{number}" for number in range(30)))
    with CaptureQueriesContext(connection) as many:
        obey(newest(), now=timezone.now())
    assert len(many) == len(few)
    assert Act.objects.filter(outcome=DONE).count() == 31


def newest():
    return Event.objects.filter(kind=Fact.INTERACTIONS_RECEIVED).latest("pk")


def test_versions_are_kept_and_a_rename_makes_none(rule, boss):
    made = rule(on=False)
    now = timezone.now()
    same = Wish(
        "Another name", "interaction", {"channel": "email", "direction": "inbound"}, "", "tag", {"tags": ["wrote"]}
    )
    change(made, same, by=boss, at=now)
    assert made.versions.count() == 1
    change(made, Wish("Another name", "created", {}, "", "tag", {"tags": ["new"]}), by=boss, at=now)
    assert [(one.number, one.when) for one in made.versions.order_by("number")] == [(1, "interaction"), (2, "created")]


def test_managers_change_their_teams_rules_and_others_are_not_found(signed_in, mia, nils, rule, boss):
    made = rule(on=False)
    assert signed_in(mia).get(reverse("rules:rule", args=[made.pk])).status_code == 404
    assert signed_in(nils).get(reverse("rules:list")).status_code == 403
    mine = rule(by=mia, on=False)
    assert signed_in(mia).get(reverse("rules:rule", args=[mine.pk])).status_code == 200
    assert signed_in(boss).get(reverse("rules:rule", args=[mine.pk])).status_code == 200


@pytest.mark.req("T3")
def test_a_rule_is_declared_tested_and_switched_on_in_the_browser(signed_in, boss, ana, writes, run_jobs):
    writes("marta")
    run_jobs()
    client = signed_in(boss)
    form = client.get(reverse("rules:new"), {"when": "interaction", "then": "assign"})
    assert b'name="channel"' in form.content
    sent = {
        "name": "Ana's mail",
        "when": "interaction",
        "channel": "email",
        "direction": "inbound",
        "c0.field": "owner",
        "c0.operator": "",
        "c0.value": "nobody",
        "then": "assign",
        "user": str(ana.pk),
        "most_an_hour": "50",
    }
    page = client.post(reverse("rules:new"), sent, follow=True)
    rule = Rule.objects.get()
    assert (
        "When an e-mail arrives, and of the customer owner is nobody, then assign it to Ana Klein."
        in page.content.decode()
    )
    past = client.get(reverse("rules:past", args=[rule.pk])).content.decode()
    assert "1 customer would have fitted" in past
    refused = client.post(reverse("rules:switch", args=[rule.pk]), {"to": "on", "reason": ""})
    assert refused.status_code == 422
    client.post(reverse("rules:switch", args=[rule.pk]), {"to": "on", "reason": "tested"})
    rui = writes("rui")
    run_jobs()
    assert Customer.objects.get(pk=rui.pk).owner == ana
    run = Run.objects.get()
    client.post(reverse("rules:undo", args=[run.pk]))
    assert Customer.objects.get(pk=rui.pk).owner is None


@pytest.mark.parametrize("then", ["assign", "tag", "untag", "field", "task", "notify"])
def test_a_step_without_what_it_needs_is_refused_and_nothing_typed_is_lost(signed_in, boss, then):
    sent = {"name": "Half a rule", "when": "created", "then": then, "most_an_hour": "5"}
    page = signed_in(boss).post(reverse("rules:new"), sent)
    assert page.status_code == 422
    assert b'value="Half a rule"' in page.content
    assert not Rule.objects.exists()


@pytest.mark.req("T3")
def test_the_customer_page_says_why_it_happened(signed_in, rule, writes, run_jobs, ana, boss):
    made = rule()
    marta = writes("marta")
    run_jobs()
    page = signed_in(ana).get(reverse("customer", args=[marta.pk]), {"all": "yes"}).content.decode()
    assert "by the rule “Mark those who write”, because an e-mail arrives" in page
    act = Act.objects.get()
    why = signed_in(ana).get(reverse("rules:why", args=[act.pk]))
    assert "When an e-mail arrives, then add the tag wrote." in why.content.decode()
    assert reverse("rules:rule", args=[made.pk]) not in why.content.decode()
    history = signed_in(boss).get(reverse("profile:panel", args=[marta.pk, "history"])).content.decode()
    assert "by the rule “Mark those who write”" in history


def test_why_is_not_told_of_customers_of_others(signed_in, rule, writes, run_jobs, nils, iberia):
    rule()
    writes("marta", team="Iberia")
    run_jobs()
    act = Act.objects.get()
    assert signed_in(nils).get(reverse("rules:why", args=[act.pk])).status_code == 404
    assert signed_in(nils).get(reverse("rules:why_run", args=[act.run_id])).status_code == 404


@pytest.mark.req("K10")
def test_rules_and_their_log_are_read_over_the_api(client, rule, writes, run_jobs, boss, mia):
    made = rule()
    marta = writes("marta")
    run_jobs()
    headers = {"Authorization": f"Bearer {ApiToken.issue(boss, 'rules', [])}"}
    (told,) = client.get("/api/v1/rules", headers=headers).json()["items"]
    assert told["sentence"] == "When an e-mail arrives, then add the tag wrote."
    log = client.get(f"/api/v1/rules/{made.pk}/log", headers=headers).json()
    assert [(one["customer_id"], one["outcome"]) for one in log["items"]] == [(marta.pk, "done")]
    others = {"Authorization": f"Bearer {ApiToken.issue(mia, 'rules', [])}"}
    assert client.get(f"/api/v1/rules/{made.pk}/log", headers=others).status_code == 404


def test_a_rule_that_is_off_does_nothing(rule, writes, run_jobs, boss):
    made = rule()
    assert switch_off(made, "enough", by=boss, at=timezone.now())
    marta = writes("marta")
    run_jobs()
    assert tags_of(marta) == []


def test_an_own_field_is_set(signed_in, boss, writes, run_jobs):
    field = declare_field("number", FieldWish("Stars", "all"))
    sent = {
        "name": "Stars",
        "when": "created",
        "then": "field",
        "chosen": field.name,
        field.name: "3",
        "most_an_hour": "5",
    }
    client = signed_in(boss)
    assert client.post(reverse("rules:new"), sent).status_code == 302
    client.post(reverse("rules:switch", args=[Rule.objects.get().pk]), {"to": "on", "reason": "tested"})
    marta = writes("marta")
    run_jobs()
    assert Customer.objects.get(pk=marta.pk).extra[field.key] == 3
