"""Hand-overs: begun with what is known, sent when all is said, accepted or sent back by a clock, handed on."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rapport.agenda.models import Task
from rapport.customers.edit import edit
from rapport.handovers.handover import Handover, State, Step
from rapport.handovers.inbox import inbox, pressing_for, waiting
from rapport.handovers.open_handover import open_handover, open_won
from rapport.handovers.plan import Plan
from rapport.handovers.receive_handover import accept_handover, send_back, take_handover
from rapport.handovers.ring import ring
from rapport.handovers.send_handover import drop, fill_handover, send_handover, withdraw
from rapport.handovers.tell import HandoverError
from rapport.handovers.tests.conftest import HOUR, NOW, won
from rapport.journal.change import Change
from rapport.notices.models import Notice
from rapport.people.add_team import add_team
from rapport.people.tests.programs import Program
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db, pytest.mark.req("A4")]


@pytest.fixture
def draft(deal, plan, ana):
    return open_handover(deal.pk, by=ana, at=NOW)


@pytest.fixture
def sent(draft, ana):
    return send(draft, ana)


def send(handover, by, text="A second grinder for free", at=NOW):
    texts = {one.pk: text for one in handover.answers.all() if one.lacks}
    fill_handover(handover.pk, texts, by=by, at=at)
    return send_handover(handover.pk, by=by, at=at)


def now(handover):
    return Handover.objects.get(pk=handover.pk)


def test_it_begins_with_what_is_known_and_asks_the_rest(deal, plan, ana, signed_in):
    client = signed_in(ana)
    page = client.get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert "Hand over to Onboarding" in page
    answer = client.post(reverse("handovers:begin", args=[deal.pk]))
    made = Handover.objects.get()
    assert answer.headers["Location"] == reverse("handovers:fill", args=[made.pk])
    said = {one.name: one.text for one in made.answers.in_order()}
    assert said == {"What was promised": "", "Deadlines": "Install before May", "Risks": ""}
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "Begun with what is known here" in shown
    assert "Install before May" in shown


def test_what_is_not_sold_or_has_no_plan_is_not_handed_over(begun, plan, ana, signed_in):
    with pytest.raises(HandoverError, match="not won yet"):
        open_handover(begun.pk, by=ana, at=NOW)
    assert "Hand over" not in signed_in(ana).get(reverse("sales:deal", args=[begun.pk])).content.decode()
    plan.retired_at = NOW
    plan.save()
    with pytest.raises(HandoverError, match="No plan"):
        open_handover(won(begun, ana).pk, by=ana, at=NOW)


def test_it_is_sent_only_when_all_is_said_and_what_was_written_is_kept(draft, ana, signed_in):
    client, path = signed_in(ana), reverse("handovers:fill", args=[draft.pk])
    first, days, risks = draft.answers.in_order()
    posted = {f"point-{first.pk}": "", f"point-{days.pk}": "By May", f"point-{risks.pk}": "", "send": "1"}
    answer = client.post(path, posted)
    assert answer.status_code == 422
    assert "Still to be said: What was promised" in answer.content.decode()
    days.refresh_from_db()
    assert days.text == "By May"
    answer = client.post(path, posted | {f"point-{first.pk}": "Two trainings"})
    assert answer.headers["Location"] == reverse("handovers:handover", args=[draft.pk])
    made = now(draft)
    assert made.state == State.SENT
    assert made.due_at - made.sent_at == 8 * HOUR


def test_two_who_write_at_once_lose_nothing(draft, ana, boss, signed_in):
    client, path = signed_in(ana), reverse("handovers:fill", args=[draft.pk])
    first, days, risks = draft.answers.in_order()
    was = client.get(path).context["form"].now
    fill_handover(draft.pk, {first.pk: "Two trainings"}, by=boss, at=NOW)
    mine = {f"point-{first.pk}": "Three", f"point-{days.pk}": days.text, f"point-{risks.pk}": "", "was": was}
    answer = client.post(path, mine)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "It says now: Two trainings" in shown
    assert ">\nThree<" in shown
    first.refresh_from_db()
    assert first.text == "Two trainings"
    again = client.post(path, mine | {"was": answer.context["form"].data["was"]})
    assert again.status_code == 302
    first.refresh_from_db()
    assert first.text == "Three"


def test_the_team_finds_it_takes_it_and_accepts_it(sent, marta, ana, olga, otto, signed_in):
    client = signed_in(olga)
    assert "Coffee corner" in client.get(reverse("handovers:inbox")).content.decode()
    assert waiting(olga) == waiting(otto) == 1
    assert waiting(ana) == 0
    client.post(reverse("handovers:take", args=[sent.pk]))
    assert now(sent).taken_by == olga
    assert waiting(otto) == 0
    answer = client.post(reverse("handovers:accept", args=[sent.pk]), follow=True)
    assert "Accepted" in answer.content.decode()
    made = now(sent)
    assert (made.state, made.taken_by) == (State.ACCEPTED, olga)
    task = Task.objects.get()
    assert (task.title, task.assignee) == ("Introduce yourself (Coffee corner)", olga)
    assert task.due_at - made.answered_at == timedelta(days=2)
    kinds = list(Interaction.objects.order_by("pk").values_list("kind", "direction"))
    assert kinds[1:] == [("handover sent", "internal"), ("handover accepted", "internal")]
    page = signed_in(ana).get(reverse("customer", args=[marta.pk])).content.decode()
    assert "Onboarding accepted the hand-over: Coffee corner" in page
    assert reverse("handovers:handover", args=[sent.pk]) in page


def test_who_is_quicker_has_it_and_the_other_is_told(sent, olga, otto):
    take_handover(sent.pk, seen=None, by=olga, at=NOW)
    with pytest.raises(HandoverError, match="Olga was quicker"):
        take_handover(sent.pk, seen=None, by=otto, at=NOW)
    assert take_handover(sent.pk, seen=olga.pk, by=otto, at=NOW).taken_by == otto


def test_sent_back_it_says_why_and_is_completed_and_sent_again(sent, ana, olga, signed_in):
    client, path = signed_in(olga), reverse("handovers:send_back", args=[sent.pk])
    assert client.post(path, {"reason": " "}).status_code == 422
    client.post(path, {"reason": "Who lets us in?"})
    back = now(sent)
    assert (back.state, back.returns, back.due_at) == (State.RETURNED, 1, None)
    line = pressing_for(ana, at=NOW)[0]
    assert line.back == "Who lets us in?"
    assert "Who lets us in?" in signed_in(ana).get(reverse("home:day")).content.decode()
    again = send(back, ana, at=NOW + HOUR)
    assert (again.state, again.first_sent_at, again.sent_at) == (State.SENT, NOW, NOW + HOUR)
    assert again.due_at == NOW + 9 * HOUR
    kinds = list(again.steps.order_by("at", "pk").values_list("kind", flat=True))
    assert kinds == ["opened", "sent", "returned", "sent"]


def test_what_was_accepted_too_early_can_still_be_sent_back_until_it_went_on(sent, olga):
    accept_handover(sent.pk, by=olga, at=NOW)
    send_back(sent.pk, "The address is wrong", by=olga, at=NOW)
    assert now(sent).state == State.RETURNED


def test_whoever_has_it_hands_it_on_with_all_that_was_said_before(sent, deal, olga, signed_in):
    accept_handover(sent.pk, by=olga, at=NOW)
    client = signed_in(olga)
    assert "Hand over to Service" in client.get(reverse("handovers:handover", args=[sent.pk])).content.decode()
    client.post(reverse("handovers:go_on", args=[sent.pk]))
    further = Handover.objects.get(station__name="Service")
    assert further.sender == olga
    shown = client.get(reverse("handovers:fill", args=[further.pk])).content.decode()
    assert "A second grinder for free" in shown
    with pytest.raises(HandoverError, match="went on"):
        send_back(sent.pk, "Late", by=olga, at=NOW)
    with pytest.raises(HandoverError, match="already"):
        open_handover(deal.pk, by=olga, at=NOW)


def test_when_the_time_runs_out_it_is_told_once_and_stands_at_home(sent, ana, olga, run_jobs, signed_in):
    assert ring(at=NOW + 7 * HOUR) == 0
    late = NOW + 9 * HOUR
    assert (ring(at=late), ring(at=late)) == (1, 0)
    assert sent.steps.filter(kind=Step.Kind.LATE).count() == 1
    assert [one.clock.look for one in pressing_for(olga, at=late)] == ["bad"]
    assert inbox(olga, whose="", at=late).lines[0].clock.words == "overdue by 60 minutes"
    run_jobs()
    words = set(Notice.objects.filter(user__in=[ana, olga], kind="handover").values_list("words", flat=True))
    assert words == {"The answer to a hand-over is overdue: Coffee corner → Onboarding"}


def test_each_is_told_what_concerns_them(sent, ana, olga, otto, run_jobs, signed_in):
    run_jobs()
    told = Notice.objects.filter(kind="handover")
    assert set(told.values_list("user", flat=True)) == {olga.pk, otto.pk}
    assert signed_in(olga).get(reverse("notices:list")).content.decode().count("Handed over to your team") >= 1
    send_back(sent.pk, "Who?", by=olga, at=NOW)
    run_jobs()
    mine = told.get(user=ana)
    assert mine.words == "Your hand-over came back: Coffee corner → Onboarding"


def test_it_begins_by_itself_where_the_plan_says_so_and_once(begun, plan, ana, run_jobs):
    won(begun, ana)
    run_jobs()
    assert not Handover.objects.exists()
    plan.by_itself = True
    plan.save()
    open_won([begun.pk], at=NOW)
    open_won([begun.pk], at=NOW)
    made = Handover.objects.get()
    assert (made.state, made.sender) == (State.DRAFT, ana)
    run_jobs()
    assert Notice.objects.get(kind="handover").user == ana


def test_what_was_won_long_ago_and_is_brought_in_now_does_not_begin_by_itself(begun, plan, ana):
    plan.by_itself = True
    plan.save()
    won(begun, ana, at=NOW - timedelta(days=30))
    assert open_won([begun.pk], at=NOW) == []


def test_taken_back_it_can_be_changed_and_given_up_it_can_begin_anew(sent, deal, ana, olga, signed_in):
    withdraw(sent.pk, by=ana, at=NOW)
    assert waiting(olga) == 0
    drop(sent.pk, by=ana, at=NOW)
    assert open_handover(deal.pk, by=ana, at=NOW).pk != sent.pk


def test_taking_it_can_be_undone(sent, olga, signed_in):
    client = signed_in(olga)
    client.post(reverse("handovers:take", args=[sent.pk]))
    change = Change.objects.filter(deed="handover", by=olga).get()
    client.post(reverse("changes:undo", args=[change.pk]))
    assert (now(sent).state, now(sent).taken_by) == (State.SENT, None)
    assert not sent.steps.filter(kind=Step.Kind.TAKEN).exists()


def test_beginning_it_can_be_undone(deal, plan, ana, signed_in):
    client = signed_in(ana)
    client.post(reverse("handovers:begin", args=[deal.pk]))
    change = Change.objects.get(deed="handover")
    client.post(reverse("changes:undo", args=[change.pk]))
    assert not Handover.objects.exists()


def test_only_the_receiving_team_answers(sent, ana, signed_in):
    client = signed_in(ana)
    page = client.get(reverse("handovers:handover", args=[sent.pk])).content.decode()
    assert reverse("handovers:accept", args=[sent.pk]) not in page
    assert "Withdraw" in page
    with pytest.raises(HandoverError, match="to the team Onboarding"):
        accept_handover(sent.pk, by=ana, at=NOW)
    client.post(reverse("handovers:accept", args=[sent.pk]))
    assert now(sent).state == State.SENT


def test_the_receiving_team_sees_it_though_the_customer_is_another_teams(draft, marta, ana, olga, signed_in):
    add_team("Iberia")
    edit(marta, {"team": "Iberia"}, by=None, at=NOW)
    client, path = signed_in(olga), reverse("handovers:handover", args=[draft.pk])
    assert client.get(path).status_code == 404
    send(draft, ana)
    shown = client.get(path).content.decode()
    assert "A second grinder for free" in shown
    assert "Marta" not in shown
    assert client.get(reverse("sales:deal", args=[draft.deal_id])).status_code == 404


def test_pages_cost_the_same_for_one_or_ten(plan, deal, marta, pipeline, ana, olga, signed_in):
    send(open_handover(deal.pk, by=ana, at=NOW), ana)
    client, path = signed_in(olga), reverse("handovers:inbox")
    few = cost(client, path)
    for number in range(9):
        new = NewDeal(f"Deal {number}", pipeline.stages.order_by("place")[0], ana, next_step="Call")
        more = won(open_deal(new, customer=marta, by=ana, at=NOW), ana)
        send(open_handover(more.pk, by=ana, at=NOW), ana)
    assert cost(client, path) == few


def cost(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_over_the_api(deal, plan, ana, olga):
    seller, receiver = Program(ana), Program(olga)
    told = seller.read("/handover-plans").json()["items"][0]
    assert [one["name"] for one in told["stations"]] == ["Onboarding", "Service"]
    assert seller.send("/handovers", {"deal_id": 0}).status_code == 422
    made = seller.send("/handovers", {"deal_id": deal.pk})
    assert made.status_code == 201
    draft = made.json()
    assert (draft["state"], draft["station"], draft["points"][1]["text"]) == (
        "draft",
        "Onboarding",
        "Install before May",
    )
    assert seller.send("/handovers", {"deal_id": deal.pk}).status_code == 409
    path = f"/handovers/{draft['id']}"
    refused = seller.send(f"{path}/send", {})
    assert (refused.status_code, refused.json()["detail"]) == (409, "Still to be said: What was promised")
    assert receiver.send(f"{path}/accept", {}).status_code == 409
    wrong = {"points": [{"id": 0, "text": "x"}]}
    assert seller.send(f"{path}/points", wrong, "PATCH").status_code == 422
    right = {"points": [{"id": draft["points"][0]["id"], "text": "A grinder"}]}
    said = seller.send(f"{path}/points", right, "PATCH").json()
    assert said["points"][0]["text"] == "A grinder"
    assert seller.send(f"{path}/send", {}).json()["state"] == "sent"
    assert receiver.send(f"{path}/take", {}).json()["taken_by_id"] == olga.pk
    assert receiver.send(f"{path}/return", {"reason": " "}).status_code == 422
    back = receiver.send(f"{path}/return", {"reason": "Which floor?"}).json()
    assert (back["state"], back["returns"], back["steps"][0]["said"]) == ("returned", 1, "Which floor?")
    assert seller.send(f"{path}/send", {}).json()["state"] == "sent"
    assert receiver.send(f"{path}/accept", {}).json()["state"] == "accepted"
    assert [one["id"] for one in seller.read("/handovers", state="accepted").json()["items"]] == [draft["id"]]
    assert seller.read("/handovers", overdue="true").json()["items"] == []


def test_plans_are_shaped_in_the_browser(boss, ana, pipeline, signed_in):
    client = signed_in(boss)
    assert signed_in(ana).get(reverse("handovers:plans")).status_code == 403
    assert "Begin with a common plan" in client.get(reverse("handovers:inbox")).content.decode()
    client.post(reverse("handovers:add_plan"), {"name": "All", "pipeline": "", "by_itself": "on"})
    assert client.post(reverse("handovers:add_plan"), {"name": "Again", "pipeline": ""}).status_code == 422
    made = Plan.objects.get()
    assert made.by_itself
    first, second = made.stations.order_by("place")
    client.post(reverse("handovers:put_station", args=[second.pk]), {"way": "up"})
    assert made.stations.order_by("place").first() == second
    client.post(reverse("handovers:add_point", args=[first.pk]), {"name": "Parking", "required": "on", "known": ""})
    point = first.points.get(name="Parking")
    assert client.post(reverse("handovers:add_point", args=[first.pk]), {"name": "parking"}).status_code == 422
    client.post(reverse("handovers:put_point", args=[point.pk]), {"way": "up"})
    assert [one.name for one in first.points.current()][-2:] == ["Parking", "Risks"]
    client.post(reverse("handovers:retire_point", args=[point.pk]))
    path = reverse("handovers:point", args=[point.pk])
    assert path not in client.get(reverse("handovers:plans")).content.decode()
    client.post(reverse("handovers:retire_plan", args=[made.pk]))
    assert not Plan.objects.current().exists()
