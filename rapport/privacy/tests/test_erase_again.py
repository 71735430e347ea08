"""Whoever was erased and comes back with a backup is erased again; nobody else is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier
from rapport.identity.merge import merge
from rapport.privacy.erase import confirm, propose, run
from rapport.privacy.erase_again import erase_again
from rapport.privacy.erased_list import Erased, erased_so_far, list_path, mark, read_lines
from rapport.privacy.erasure import Erasure
from rapport.privacy.hold import hold
from rapport.privacy.request import Asks
from rapport.privacy.request_steps import Asked, check, receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
NOW = timezone.now()


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def ada(boss):
    return edit(customer_at("ada.silva@x.example"), {"name": "Ada Silva"}, by=boss, at=NOW)


def line_of(*customers):
    members = [pk for one in customers for pk in one.members.values_list("pk", flat=True)]
    return Erased({str(one.pk): mark(one.pk, one.created_at) for one in customers}, tuple(members), NOW.isoformat())


def test_an_erasure_leaves_a_line_that_names_nobody_and_finds_the_record_again(ada, boss, mia):
    asked = Asked(Asks.ERASURE, "Ada Silva", "ada.silva@x.example", "email", NOW, "", ada)
    request = check(receive(asked, assignee=boss, by=boss, at=NOW), "called", by=boss, at=NOW)
    done = run(confirm(propose(request, by=boss, at=NOW), by=mia, at=NOW).pk)
    assert done.state == Erasure.State.DONE
    text = list_path().read_text()
    assert not [word for word in ("Ada", "Silva", "x.example") if word in text]
    (line,) = read_lines(list_path())
    again = Customer.objects.get(pk=ada.pk)
    assert line.marks == {str(ada.pk): mark(again.pk, again.created_at)}
    # The database itself knows the same, so that the list may be lost.
    assert erased_so_far() == [line]
    list_path().unlink()
    assert [one.marks for one in erased_so_far()] == [line.marks]
    # Who is erased already stays as they are.
    assert erase_again([line], at=NOW).number == 0


def test_whoever_came_back_is_erased_again_with_a_request_that_says_why(ada):
    done = erase_again([line_of(ada)], at=NOW)
    assert (done.number, done.left) == (1, [])
    ada.refresh_from_db()
    assert ada.name != "Ada Silva"
    assert not Identifier.objects.filter(key="ada.silva@x.example").exists()
    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.request.asks) == (Erasure.State.DONE, Asks.ERASURE)
    assert erase_again([line_of(ada)], at=NOW).number == 0


def test_a_record_of_another_installation_with_the_same_number_is_left_alone(ada):
    other = Erased({str(ada.pk): mark(ada.pk, ada.created_at + timedelta(microseconds=1))}, (), NOW.isoformat())
    gone = Erased({str(ada.pk + 1_000): "0" * 64}, (), NOW.isoformat())
    done = erase_again([other, gone], at=NOW)
    assert (done.number, done.left) == (0, [])
    assert Customer.objects.get(pk=ada.pk).name == "Ada Silva"


def test_what_the_backup_holds_merged_with_somebody_else_is_named_and_not_erased(ada, boss):
    bodo = edit(customer_at("bodo@x.example"), {"name": "Bodo Braun"}, by=boss, at=NOW)
    line = line_of(ada)
    merge(bodo, ada, by=boss, at=NOW)
    done = erase_again([line], at=NOW)
    assert done.number == 0
    assert "holds records of somebody else" in done.left[0]
    assert Customer.objects.get(pk=bodo.pk).name == "Bodo Braun"


def test_a_legal_hold_in_the_backup_is_kept_and_named(ada, boss):
    hold(ada, "A dispute", (NOW + timedelta(days=30)).date(), by=boss, at=NOW)
    done = erase_again([line_of(ada)], at=NOW)
    assert (done.number, done.left) == (0, [f"record {ada.pk}: held"])


def test_a_list_that_cannot_be_read_says_in_which_line(tmp_path):
    (tmp_path / "list").write_text('{"marks": {}, "members": [], "at": ""}\n{"marks": 3}\n')
    with pytest.raises(ValueError, match="line 2 is no line of a list of erasures"):
        read_lines(tmp_path / "list")
