"""The trail as people and programs read it: old and new in words, filtered, paged, covered, handed out."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.audit.forget import forget
from rapport.audit.models import Check, Entry, Reading
from rapport.audit.seal import seal
from rapport.changes.tests.world import put
from rapport.customers.edit import edit
from rapport.customers.locate import locate
from rapport.customers.models import Address, Customer
from rapport.fields.sensitivity import MASK, grade
from rapport.installation.in_history import in_history, job_in_history
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.origin import done_from, from_job
from rapport.people.models import ApiToken, User
from rapport.people.role import Role

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
PAGE = "/govern/audit/"


@pytest.fixture
def ada():
    return put("Ada Silva", ("email", "ada@x.example"), city="Porto")


def moved(customer, city, *, by):
    edit(Customer.objects.get(pk=customer.pk), {"city": city}, by=by, at=timezone.now())
    seal(at=timezone.now())


def words(response):
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def received(response):
    async def gathered():
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(gathered)().decode()


def test_a_change_stands_there_with_who_from_where_and_old_and_new(signed_in, boss, ada):
    page = signed_in(boss)
    answer = page.post(f"/customers/{ada.pk}/field/city/", {"city": "Lisboa"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    seal(at=timezone.now())
    text = words(page.get(PAGE))
    assert "Customer changed : Ada Silva" in text
    assert "City: Porto Lisboa" in text
    assert "Bea Boss" in text
    assert f"on /customers/{ada.pk}/field/city/, from 127.0.0.1" in text


def test_what_a_program_changed_names_its_token(signed_in, boss, ada):
    token = ApiToken.issue(boss, "Web shop", ["customers.change_customer", "audit.view_trail"])
    program = Client(headers={"Authorization": f"Bearer {token}"})
    body = json.dumps({"city": "Faro"})
    assert program.patch(f"/api/v1/customers/{ada.pk}", body, content_type="application/json").status_code == 200
    seal(at=timezone.now())
    assert "by API token “Web shop”" in words(signed_in(boss).get(PAGE))
    told = program.get(f"/api/v1/audit?customer={ada.pk}&kind=changed&room=customers").json()
    (one,) = told["items"]
    assert (one["token"], one["who_id"], one["which"]) == ("Web shop", boss.pk, "Ada Silva")
    assert {"field": "city", "old": "Porto", "new": "Faro"} in one["fields"]
    assert told["next"] is None


def test_only_who_may_see_the_trail_gets_there(signed_in, boss, ana, mia):
    assert signed_in(boss).get(PAGE).status_code == 200
    for user in (ana, mia):
        assert signed_in(user).get(PAGE).status_code == 403
        assert signed_in(user).get(f"{PAGE}export/csv/").status_code == 403


def test_a_role_that_does_not_see_everybody_finds_the_doing_of_its_own_team(signed_in, boss, mia, ana, ada):
    role = Role.objects.get(key="manager")
    role.say([*role.permissions, "audit.view_trail"])
    role.save()
    moved(ada, "Lisboa", by=ana)
    moved(ada, "Faro", by=boss)
    actors = {entry.actor for entry in Entry.objects.visible_to(mia)}
    assert actors == {ana.pk}
    assert words(signed_in(mia).get(PAGE)).count("Bea Boss") == 0


@pytest.mark.parametrize(
    ("asked", "there", "away"),
    [
        ("kind=changed", "Customer changed", "Customers changed"),
        ("kind=fact", "Customers changed", "Customer changed"),
        ("room=journal", "Customers changed", "Customer changed"),
        ("room=customers", "Customer changed", "Customers changed"),
        ("who=rapport&room=journal", "Customers created", "Customers changed"),
        ("since=2099-01-01", "Nothing found", "Customer changed"),
        ("until=2001-01-01", "Nothing found", "Customer changed"),
        ("since=nonsense&who=x&customer=y&room=a.b", "Customer changed", "Nothing found"),
    ],
)
def test_it_is_filtered(asked, there, away, signed_in, boss, ada):
    moved(ada, "Lisboa", by=boss)
    page = signed_in(boss).get(f"{PAGE}?{asked}")
    text = " ".join(
        re.sub(r"<[^>]+>", " ", page.content.decode().partition("</form></div>")[2].partition("</section>")[0]).split()
    )
    assert there in text
    assert away not in text


def test_of_one_customer_it_tells_what_is_about_them_and_their_page_leads_there(signed_in, boss, ada):
    other = put("Ben Okri", city="Lagos")
    moved(ada, "Lisboa", by=boss)
    moved(other, "Abuja", by=boss)
    page = signed_in(boss)
    text = words(page.get(f"{PAGE}?customer={ada.pk}"))
    assert "Ada Silva" in text
    assert "Ben Okri" not in text
    customer = page.get(f"/customers/{ada.pk}/").content.decode()
    assert f"{PAGE}?customer={ada.pk}" in customer


def test_page_by_page_everything_comes_once_and_a_page_costs_the_same_whatever_is_on_it(signed_in, boss, ada):
    for number in range(40):
        moved(ada, f"Town {number}", by=boss)
    token = ApiToken.issue(boss, "Reader", ["audit.view_trail"])
    program = Client(headers={"Authorization": f"Bearer {token}"})
    seen, after = [], ""
    while after is not None:
        told = program.get(f"/api/v1/audit?limit=30&after={after}").json()
        seen += [one["id"] for one in told["items"]]
        after = told["next"]
    assert len(seen) == len(set(seen)) == Entry.objects.count()
    page = signed_in(boss)
    page.get(PAGE)
    costs = []
    for asked in ("?kind=changed&until=2001-01-01", "?kind=changed"):
        with CaptureQueriesContext(connection) as queries:
            page.get(f"{PAGE}{asked}")
        costs.append(len(queries))
    assert costs[1] - costs[0] <= 12


def test_what_the_dictionary_calls_sensitive_is_covered_for_who_may_not_see_it(signed_in, boss, ada, mia):
    grade("customers_customer", "city", "sensitive")
    role = Role.objects.get(key="reader")
    role.say([*role.permissions, "audit.view_trail"])
    role.rows = "all"
    role.save()
    mia.role = role
    mia.save()
    moved(ada, "Lisboa", by=boss)
    text = words(signed_in(mia).get(f"{PAGE}?kind=changed&room=customers"))
    assert f"City: {MASK} {MASK}" in text
    assert "Lisboa" not in text
    assert "Porto" not in text


def test_what_was_erased_tells_nothing_but_that(signed_in, boss, ada):
    moved(ada, "Lisboa", by=boss)
    history = Customer.pgh_event_model
    ids = list(history.objects.values_list("pk", flat=True))
    forget(history, ids, by=boss, why="erasure 17")
    seal(at=timezone.now())
    text = words(signed_in(boss).get(f"{PAGE}?customer={ada.pk}&room=customers"))
    assert "Erased." in text
    assert "Porto" not in text
    assert "erasure 17" in words(signed_in(boss).get(f"{PAGE}?kind=rows forgotten"))


def test_it_is_handed_out_as_a_table_and_as_json_and_that_is_noted(signed_in, boss, ada):
    moved(ada, "Lisboa", by=boss)
    page = signed_in(boss)
    text = received(page.get(f"{PAGE}export/csv/?kind=changed&room=customers"))
    header, *rows = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    assert header[:3] == ["When", "Who", "What"]
    assert ["city", "Porto", "Lisboa"] in [row[6:9] for row in rows]
    told = json.loads(received(page.get(f"{PAGE}export/json/")))
    assert len(told) == Entry.objects.count()
    assert json.loads(received(page.get(f"{PAGE}export/json/?since=2099-01-01"))) == []
    assert Reading.objects.filter(user=boss, fields=["audit trail"]).count() == 3
    assert page.get(f"{PAGE}export/pdf/").status_code == 404


def test_the_whole_trail_is_checked_at_the_press_of_a_button(signed_in, boss, ada, run_jobs):
    moved(ada, "Lisboa", by=boss)
    page = signed_in(boss)
    assert page.post(f"{PAGE}check/now/").status_code == 302
    assert page.post(f"{PAGE}check/now/").status_code == 302
    assert Check.objects.count() == 1
    assert "being checked" in words(page.get(PAGE))
    run_jobs()
    assert "Unbroken." in page.get(f"{PAGE}check/").content.decode()
    check = Check.objects.get()
    assert check.rows > 0
    assert check.ended_at >= check.asked_at - timedelta(minutes=1)


def test_what_rapport_tells_by_itself_is_left_out_until_it_is_asked_for(signed_in, boss, ada):
    at = timezone.now()
    record(Fact.NOTICES_ARRIVED, [boss.pk], by=None, at=at)
    moved(ada, "Lisboa", by=boss)
    page = signed_in(boss)
    usual, whole = words(page.get(PAGE)), words(page.get(f"{PAGE}?chatter=yes"))
    told = "Colleagues told of something"
    assert told not in usual
    assert told in whole
    assert "Lisboa" in usual
    assert "Lisboa" in whole
    assert told in words(page.get(f"{PAGE}?kind=notices+arrived"))
    assert told not in received(page.get(f"{PAGE}export/csv/"))
    assert told in received(page.get(f"{PAGE}export/csv/?chatter=yes"))


def test_parts_of_addresses_are_covered_like_the_customers_own(signed_in, boss, ada):
    role = Role.objects.get(key="manager")
    role.say([*role.permissions, "audit.view_trail"])
    role.save()
    grade("customers_customer", "city", "special")
    locate(ada, Address(label="Second", street="Rua Nova 4", city="Faro"), by=boss, at=timezone.now())
    moved(ada, "Lisboa", by=boss)
    mia = User.objects.create_user("mia2@rapport.example", name="Mia Two", role="manager")
    Role.objects.filter(key="manager").update(rows="all")
    text = words(signed_in(mia).get(PAGE))
    assert "Rua Nova 4" in text
    assert not {"Faro", "Lisboa", "Porto"} & set(re.findall(r"\w+", text))
    assert MASK in text


def test_a_fact_says_from_where_it_was_done(signed_in, boss, ada):
    """A page with its network address, a program's token, a job, a command."""
    page = signed_in(boss)
    page.post(f"/customers/{ada.pk}/field/city/", {"city": "Faro"}, headers={"HX-Request": "true"})
    program = Client(headers={"Authorization": f"Bearer {ApiToken.issue(boss, 'Web shop', [])}"})
    program.patch(f"/api/v1/customers/{ada.pk}", json.dumps({"city": "Beja"}), content_type="application/json")
    from_job("rules.obey", lambda: record(Fact.RULES_ACTED, [ada.pk], by=None))()
    with done_from(command="rapport import"):
        record(Fact.SWEEP_STARTED, [1], by=None)
    seal(at=timezone.now())
    text = words(page.get(f"{PAGE}?kind=fact"))
    for told in (
        f"on /customers/{ada.pk}/field/city/, from 127.0.0.1",
        f"by API token “Web shop”, /api/v1/customers/{ada.pk}, from 127.0.0.1",
        "by the job “rules.obey”",
        "by the command “rapport import”",
    ):
        assert told in text
    assert "{'" not in text
    told = {(one["kind"], one["job"], one["command"]) for one in program.get("/api/v1/audit?kind=fact").json()["items"]}
    assert ("rules acted", "rules.obey", "") in told
    assert ("sweep started", "", "rapport import") in told


def test_days_that_are_the_wrong_way_round_are_called_so(signed_in, boss, ada):
    client = signed_in(boss)
    page = client.get(f"{PAGE}?since=2026-05-02&until=2026-05-01").content.decode()
    assert "the wrong way round" in page
    assert "stands here a few seconds later" not in page
    assert "?since=2026-05-01&amp;until=2026-05-02" in page
    assert "the wrong way round" not in client.get(f"{PAGE}?since=2026-05-01&until=2026-05-01").content.decode()


def test_the_check_opened_by_itself_is_a_whole_page(signed_in, boss):
    client, check = signed_in(boss), f"{PAGE}check/"
    assert "<html" in client.get(check, headers={"Accept": "text/html,*/*;q=0.8"}).content.decode()
    assert "<html" not in client.get(check, headers={"HX-Request": "true", "Accept": "text/html, */*"}).content.decode()


def test_a_row_says_which_job_or_command_changed_it(signed_in, boss, ada):
    job_in_history("imports.go_on", lambda: edit(ada, {"city": "Faro"}, by=None, at=timezone.now()))()
    with in_history(command="rapport import"):
        edit(ada, {"city": "Beja"}, by=None, at=timezone.now())
    seal(at=timezone.now())
    text = words(signed_in(boss).get(f"{PAGE}?kind=changed"))
    assert "by the job “imports.go_on”" in text
    assert "by the command “rapport import”" in text
