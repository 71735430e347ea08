"""Roles are rows: shaped in the browser, held in any number, and never so that nobody rules any more."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.people.access import readers_of, scopes_of
from rapport.people.change_user import Refusal, Standing, change_user
from rapport.people.choices import ROOMS
from rapport.people.models import ApiToken, Scope, User
from rapport.people.role import Role
from rapport.people.roles import PERMISSIONS, Area, BuiltIn, standard
from rapport.people.shape_role import Refusal as RoleRefusal
from rapport.people.shape_role import Shape, add_role, change_role, drop_role

pytestmark = [pytest.mark.django_db, pytest.mark.req("G5")]
SEES = frozenset({"customers.view_customer", "home.view_day"})


def role(name="Steward", base="agent", more=frozenset(), rows="team"):
    return add_role(Shape(name, base, standard(base) | more, rows))


def key(name):
    return Role.objects.get(key=name)


def again(user):
    return User.objects.get(pk=user.pk)


def test_the_built_in_roles_may_do_what_the_table_says_and_see_their_team_or_all():
    told = {one.key: (one.permissions, one.rows) for one in Role.objects.all()}
    see_all = {"administrator", "data-protection"}
    assert told == {one: (standard(one), "all" if one in see_all else "team") for one in BuiltIn.values}
    assert standard("administrator") == PERMISSIONS.keys()
    assert standard("reader") == {one for one, area in PERMISSIONS.items() if area == Area.READ}


def test_who_protects_data_governs_and_changes_no_customer():
    may = standard("data-protection")
    assert {one for one in PERMISSIONS if one.startswith("privacy.")} < may
    assert {"audit.view_trail", "consent.change_policy", "customers.see_special"} < may
    rooms = ("customers", "identity", "imports", "bulk", "fields", "sales", "letters", "timeline", "migration")
    acts = {
        one for one in may if one.partition(".")[0] in rooms and not one.partition(".")[2].startswith(("view_", "see_"))
    }
    assert acts == set()
    assert not may & {"people.change_user", "people.change_role", "customers.export_customer", "changes.undo_change"}


def test_every_room_of_the_permissions_has_a_name():
    assert {one.partition(".")[0] for one in PERMISSIONS} == ROOMS.keys()


def test_somebody_with_several_roles_may_do_what_any_of_them_lets_them_in_one_question(ana):
    steward = role(base="", more=frozenset({"imports.run_import"}))
    assert not ana.allows("imports.run_import")
    ana.hold_besides([steward])
    ana = again(ana)
    with CaptureQueriesContext(connection) as asked:
        may = [one for one in PERMISSIONS if ana.allows(one)]
    assert set(may) == standard("agent") | {"imports.run_import"}
    assert len(asked) == 1
    assert list(User.objects.who_may("imports.run_import")) == [ana]


def test_a_role_that_sees_everybodys_customers_does_so_whichever_way_one_asks(ana, nordics):
    theirs = Scope.objects.get(team=nordics)
    assert ana not in readers_of(theirs.pk)
    ana.hold_besides([role(rows="all")])
    ana = again(ana)
    assert ana.sees_all
    assert ana in readers_of(theirs.pk)
    assert theirs.pk in scopes_of(ana)


def test_a_role_follows_what_its_base_may_do(ana, monkeypatch):
    steward = role(more=frozenset({"imports.run_import"}))
    steward.say(steward.permissions - {"customers.add_customer"})
    steward.save()
    monkeypatch.setitem(PERMISSIONS, "search.find_more", Area.WORK)
    standard.cache_clear()
    try:
        assert key(steward.key).permissions == standard("agent") - {"customers.add_customer"} | {"imports.run_import"}
        assert "search.find_more" in key(steward.key).permissions
    finally:
        monkeypatch.undo()
        standard.cache_clear()


def test_a_role_is_made_like_another_given_and_changed_in_the_browser(boss, ana, signed_in):
    browser = signed_in(boss)
    page = browser.get("/people/roles/add/?like=reader").text
    assert len(re.findall(r'name="permissions"[^>]*checked', page)) == len(standard("reader"))
    wish = {"name": "Data steward", "rows": "team", "permissions": [*standard("reader"), "imports.run_import"]}
    assert browser.post("/people/roles/add/?like=reader", wish).status_code == 302
    made = key("data-steward")
    assert (made.base, made.added, made.removed) == ("reader", ["imports.run_import"], [])
    assert "Data steward" in browser.get("/people/roles/").text
    given = {"name": "Ana", "role": "agent", "further": ["data-steward"], "team": ana.team_id}
    browser.post(f"/people/{ana.pk}/", given)
    assert [str(one) for one in again(ana).roles] == ["Agent", "Data steward"]
    assert "Agent, Data steward" in browser.get("/people/").text
    browser.post("/people/roles/data-steward/", {**wish, "permissions": ["imports.view_import"]})
    page = browser.get("/people/roles/data-steward/").text
    assert key("data-steward").permissions == {"imports.view_import"}
    assert "Bea Boss" in page
    assert "+ See imports" in page
    assert "− Import files" in page


def test_who_held_what_is_kept(boss, ana, signed_in):
    steward = role()
    for further in (["steward"], []):
        signed_in(boss).post(f"/people/{ana.pk}/", {"name": "Ana", "role": "agent", "further": further})
    kept = apps.get_model("people", "HoldingEvent").objects.filter(role=steward).order_by("pgh_id")
    told = kept.values_list("pgh_label", "user", "pgh_context__metadata__user")
    assert list(told) == [("added", ana.pk, boss.pk), ("deleted", ana.pk, boss.pk)]


def test_a_role_in_use_stays_and_a_built_in_one_always(boss, ana, signed_in):
    steward, browser = role(), signed_in(boss)
    ana.hold_besides([steward])
    page = browser.post("/people/roles/steward/drop/", follow=True)
    assert "Somebody has this role" in page.text
    ana.hold_besides([])
    browser.post("/people/roles/steward/drop/")
    assert not Role.objects.filter(key="steward").exists()
    assert drop_role(key("reader")) == RoleRefusal.FIXED


def test_the_role_of_administrators_is_never_changed(boss, signed_in):
    signed_in(boss).post("/people/roles/administrator/", {"name": "Boss", "rows": "team", "permissions": []})
    assert key("administrator").permissions == PERMISSIONS.keys()
    assert change_role(key("administrator"), Shape("x", "", SEES, "team")) == RoleRefusal.FIXED


def test_somebody_who_rules_always_remains(boss, ana):
    ruling = role("Ruler", more=frozenset({"people.change_user"}))
    assert change_user(ana, Standing(ruling, None, is_active=True)) is None
    assert change_user(boss, Standing(key("reader"), None, is_active=True)) is None
    assert change_role(ruling, Shape("Ruler", "agent", SEES, "team")) == RoleRefusal.LAST_ADMINISTRATOR
    assert "people.change_user" in key(ruling.key).permissions
    assert change_user(again(ana), Standing(key("agent"), None, is_active=True)) == Refusal.LAST_ADMINISTRATOR


def test_nobody_gives_or_takes_more_than_they_have(boss, ana, nils, signed_in):
    personnel = role("Personnel", more=frozenset({"people.change_user", "people.change_role"}))
    ana.hold_besides([personnel])
    browser = signed_in(ana)
    assert browser.post(f"/people/{nils.pk}/", {"name": "Nils", "role": "administrator"}).status_code == 422
    assert browser.post(f"/people/{nils.pk}/", {"name": "Nils", "role": "reader"}).status_code == 302
    for deed in ("", "activation/", "password/"):
        assert browser.post(f"/people/{boss.pk}/{deed}", {"name": "B", "role": "reader"}).status_code == 403
    wish = {"name": "Mine", "rows": "all", "permissions": ["customers.export_customer"]}
    page = browser.post("/people/roles/add/?like=reader", wish)
    assert page.status_code == 422
    assert "see everybody" in page.text
    assert "only what you may do yourself" in page.text
    assert browser.post("/people/roles/manager/", wish).status_code == 403


def test_two_roles_of_one_name_would_be_mixed_up(boss, signed_in):
    page = signed_in(boss).post("/people/roles/add/", {"name": "manager", "rows": "team"})
    assert "There is a role of this name already." in page.text


def test_roles_and_people_are_read_and_changed_over_the_api(boss, ana, client):
    role()
    given = {"Authorization": f"Bearer {ApiToken.issue(boss, 'x', [])}"}
    roles = client.get("/api/v1/roles", headers=given).json()["items"]
    assert [one["key"] for one in roles] == [*BuiltIn.values, "steward"]

    def change(**wish):
        return client.patch(f"/api/v1/people/{ana.pk}", wish, content_type="application/json", headers=given)

    assert change(roles=["reader", "steward"], team="").json()["roles"] == ["reader", "steward"]
    assert change(roles=["king"]).status_code == 422
    assert change(team="Nowhere").status_code == 422
    assert change(active=False).json()["active"] is False
    people = client.get("/api/v1/people", headers=given).json()["items"]
    assert (people[0]["name"], people[0]["roles"], people[0]["active"]) == (
        "Ana Klein",
        ["reader", "steward"],
        False,
    )
    last = client.patch(f"/api/v1/people/{boss.pk}", {"active": False}, content_type="application/json", headers=given)
    assert last.status_code == 409
