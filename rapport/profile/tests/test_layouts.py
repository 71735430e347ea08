"""The customer page as an administrator laid it out for a role, and as each user folds it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.fields.declare import Wish, declare, retire
from rapport.identity.register import register
from rapport.people.role import Role
from rapport.people.roles import BuiltIn
from rapport.profile.lay_out import lay_out
from rapport.profile.models import Fold, Layout
from rapport.profile.place import Places

pytestmark = [pytest.mark.django_db, pytest.mark.req("T3")]
NOW = timezone.now()
BOARD = "/layouts/agent/person/"


def put(name, kind=Kind.PERSON):
    (done,) = register([RecordIn("crm", name, kind, claims({"name": name, "city": "Porto"}))], by=None, at=NOW)
    return Customer.objects.get(pk=done.customer_id)


def page_of(client, customer, part=""):
    response = client.get(f"/customers/{customer.pk}/{part}")
    assert response.status_code == 200
    return response.content.decode()


def columns(page):
    """The cards of the left and of the right column, from above."""
    left = page[page.index("customer-who") :]
    right = page[page.index("customer-now") : page.index("customer-who")]
    return [re.findall(r'<section class="card[^"]*" id="panel-([^"]+)"', part) for part in (left, right)]


def board_of(client, url=BOARD, sent=None):
    response = client.post(url, sent) if sent else client.get(url)
    assert response.status_code == 200
    page = response.content.decode()
    return {
        name: re.findall(rf'type="hidden" name="{name}" value="([^"]+)"', page) for name in ("who", "now", "hidden")
    }


def test_an_administrator_arranges_the_page_of_people_for_agents_and_nobody_elses_changes(ana, rita, boss, signed_in):
    marta, aurora = put("Marta"), put("Aurora", Kind.COMPANY)
    before, firm = columns(page_of(signed_in(rita), marta)), columns(page_of(signed_in(ana), aurora))
    response = signed_in(boss).post(
        BOARD, {"who": ["history", "worth"], "now": ["sources"], "hidden": ["habits"]}, follow=True
    )
    assert "Every Agent sees it so" in response.content.decode()
    assert "<b>Agent</b></td>" in response.content.decode()
    left, right = columns(page_of(signed_in(ana), marta))
    # What the form did not name stands where the standard has it.
    assert left == ["more", "relatives", "wishes", "consents", "history", "changes", "privacy", "worth"]
    assert right == [
        *(
            "messages",
            "meetings",
            "tasks",
            "leads",
            "deals",
            "plans",
            "quotes",
            "handovers",
            "agreements",
            "sequences",
            "reminders",
            "conditions",
        ),
        *("rules", "sources"),
    ]
    assert columns(page_of(signed_in(rita), marta)) == before
    assert columns(page_of(signed_in(ana), aurora)) == firm


def test_the_same_layout_is_saved_for_other_kinds_and_taken_back_for_all_of_them_by_undo(ana, boss, signed_in):
    marta, aurora = put("Marta"), put("Aurora", Kind.COMPANY)
    admin, client = signed_in(boss), signed_in(ana)
    before = columns(page_of(client, marta))
    admin.post(BOARD, {"now": ["relatives"], "kinds": ["company", "nonsense"]})
    made = Layout.objects.get()
    assert made.kinds == ["person", "company"]
    assert "relatives" in columns(page_of(client, aurora))[1]
    assert "taken back by" not in page_text(admin, "/layouts/")
    admin.post(f"/layouts/{made.pk}/undo/")
    assert columns(page_of(client, marta)) == columns(page_of(client, aurora)) == before
    history = page_text(admin, "/layouts/")
    assert "taken back by" in history
    assert "was taken back before" in admin.post(f"/layouts/{made.pk}/undo/", follow=True).content.decode()


def page_text(client, url):
    return " ".join(client.get(url).content.decode().split())


def test_back_to_the_standard_keeps_the_history_and_can_be_undone(ana, boss, signed_in):
    marta, admin, client = put("Marta"), signed_in(boss), signed_in(ana)
    before = columns(page_of(client, marta))
    admin.post(BOARD, {"now": ["relatives"]})
    arranged = columns(page_of(client, marta))
    admin.post(f"{BOARD}standard/")
    assert columns(page_of(client, marta)) == before
    history = page_text(admin, "/layouts/")
    assert "back to the standard" in history
    assert str(boss) in history
    admin.post(f"/layouts/{Layout.objects.latest('pk').pk}/undo/")
    assert columns(page_of(client, marta)) == arranged


def test_a_press_of_a_button_moves_a_card_without_javascript_and_saves_nothing(boss, signed_in):
    admin = signed_in(boss)
    board = board_of(admin)
    assert board["who"][:2] == ["more", "relatives"]
    moved = board_of(admin, sent={**board, "kinds": ["household"], "step": "relatives:up"})
    assert moved["who"][:2] == ["relatives", "more"]
    moved = board_of(admin, sent={**moved, "step": "more:hidden"})
    assert moved["hidden"] == ["more"]
    assert not Layout.objects.exists()


def test_only_what_a_role_may_see_is_arranged_for_it_and_junk_is_left_out(boss, signed_in):
    agents = Role.objects.get(key="agent")
    agents.say(agents.permissions - {"sales.view_order"})
    agents.save()
    admin = signed_in(boss)
    assert "worth" not in board_of(admin)["now"]
    assert "worth" in board_of(admin, "/layouts/manager/person/")["now"]
    admin.post(BOARD, {"who": ["nonsense", "<b>", "more"]})
    assert Layout.objects.get().who == ["more"]


def test_a_preview_shows_the_page_as_the_role_sees_it_and_saves_nothing(boss, ana, signed_in):
    marta, admin = put("Marta"), signed_in(boss)
    response = admin.post("/layouts/reader/person/preview/", {"customer": marta.pk, "now": ["relatives"]})
    page = response.content.decode()
    assert "Preview for the role Reader" in page
    assert "relatives" in columns(page)[1]
    assert "data-composer" not in page
    assert "inert" in page
    assert not Layout.objects.exists()
    boss.refresh_from_db()
    assert boss.role_id == BuiltIn.ADMINISTRATOR
    assert admin.post("/layouts/reader/company/preview/", {"customer": marta.pk}).status_code == 404
    assert admin.post("/layouts/reader/person/preview/", {"customer": "4711x"}).status_code == 404


def test_roles_and_kinds_that_do_not_exist_are_not_found_and_only_administrators_arrange(boss, mia, signed_in):
    assert [signed_in(boss).get(url).status_code for url in ("/layouts/king/person/", "/layouts/agent/dog/")] == [
        404
    ] * 2
    assert signed_in(mia).get(BOARD).status_code == 403


def test_a_group_of_own_fields_has_a_card_of_its_own_which_can_be_moved_and_follows_its_fields(ana, boss, signed_in):
    marta, admin, client = put("Marta"), signed_in(boss), signed_in(ana)
    declare("text", Wish("Hobby", "all"))
    declare("text", Wish("Contract no", "person", group="Our contract"))
    end = declare("date", Wish("Contract end", "all", group="our  Contract"))
    assert end.group == "Our contract"
    page = page_of(client, marta)
    assert columns(page)[0][:2] == ["more", "fields-our-contract"]
    card = page[page.index('id="panel-fields-our-contract"') :].partition("</section>")[0]
    assert "Contract end" in card
    assert "Hobby" not in card
    admin.post(BOARD, {"now": ["fields-our-contract"]})
    assert "fields-our-contract" in columns(page_of(client, marta))[1]
    for field in end.__class__.objects.exclude(group=""):
        retire(field, by=None, at=NOW)
    assert "fields-our-contract" not in page_of(client, marta)


def test_who_folds_a_card_finds_it_folded_on_every_page_and_nobody_else_does(ana, rita, signed_in):
    marta, rui, client = put("Marta"), put("Rui"), signed_in(ana)
    for _press in range(2):
        assert client.post("/panels/history/fold/", {"folded": "yes"}).status_code == 204
    folded = re.compile(r'aria-expanded="false" aria-controls="history-body"')
    assert folded.search(page_of(client, marta))
    assert folded.search(page_of(client, rui))
    assert not folded.search(page_of(signed_in(rita), marta))
    client.post("/panels/history/fold/", {"folded": "no"})
    assert not Fold.objects.exists()
    assert client.post(f"/panels/{'x' * 200}/fold/", {"folded": "yes"}).status_code == 404


def test_a_layout_and_folds_cost_the_page_no_more_queries(ana, boss, signed_in):
    marta, client = put("Marta"), signed_in(ana)
    client.get(f"/customers/{marta.pk}/")

    def cost(part=""):
        with CaptureQueriesContext(connection) as queries:
            page_of(client, marta, part)
        return len(queries)

    before, behind = cost(), cost("late/")
    for number in range(5):
        declare("text", Wish(f"Field {number}", "all", group=f"Group {number}"))
        lay_out(BuiltIn.AGENT, list(Kind), Places(("worth", "group-3"), ("relatives", "more"), ()), by=boss, at=NOW)
        client.post(f"/panels/fields-group-{number}/fold/", {"folded": "yes"})
    assert (cost(), cost("late/")) == (before, behind)
    lay_out(BuiltIn.AGENT, list(Kind), Places((), (), ("worth", "wishes", "meetings")), by=boss, at=NOW)
    assert cost("late/") < behind


def test_what_moves_is_sent_anew_card_by_card_wherever_it_stands(ana, boss, signed_in):
    marta, client = put("Marta"), signed_in(ana)
    lay_out(BuiltIn.AGENT, [Kind.PERSON], Places(("tasks",), ("wishes", "history"), ("worth",)), by=boss, at=NOW)
    fresh = page_of(client, marta, "fresh/")
    assert 'id="panel-tasks"' in fresh
    # What is being written into, and what waits to be seen, stays as it is; what is hidden is not read at all.
    for name in ("wishes", "history", "worth"):
        assert f'id="panel-{name}"' not in fresh
