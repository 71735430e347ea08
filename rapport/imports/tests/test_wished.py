"""What customers wish comes in with a file, once, and goes again when the import is taken back."""

import pytest
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.customers.preference import Preference, Topic
from rapport.customers.wish import Said, wish
from rapport.customers.wishes import wishes_of
from rapport.imports.fields import Kind
from rapport.imports.propose import Wishes, propose
from rapport.imports.tests.test_revert import take, take_back  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
HEAD = (
    "id,name,email,Preferred contact method,Do not contact by,Best time to call,Language to use,Address as,Interests\n"
)
ANA = "1,Ana,ana@a.example,Phone; Mail,SMS,mon-fri 10:00-12:00,German,Dr. Silva,Golf; Chess\n"


def now_of(name):
    members = list(Customer.objects.get(name=name).members.values_list("pk", flat=True))
    return {(one.topic, one.value) for one in wishes_of(members, at=timezone.now())}


@pytest.mark.req("K3")
def test_columns_of_wishes_are_suggested_and_kept_with_their_source(take):  # noqa: F811
    run = take(HEAD + ANA + "2,Rui,rui@a.example,any,,in the mornings,,,\n")
    assert (run.created, run.failed) == (2, 0)
    assert now_of("Ana") == {
        *((Topic.CHANNEL, "phone"), (Topic.CHANNEL, "email"), (Topic.NOT_CHANNEL, "sms")),
        *((Topic.TIME, "mon-fri 10:00-12:00"), (Topic.LANGUAGE, "de"), (Topic.ADDRESS, "Dr. Silva")),
        *((Topic.INTEREST, "Golf"), (Topic.INTEREST, "Chess")),
    }
    assert now_of("Rui") == {(Topic.OTHER, "Best time: in the mornings")}
    assert set(Preference.objects.values_list("source", flat=True)) == {"crm"}


def test_the_same_file_again_says_nothing_new_and_a_changed_wish_updates_its_row(take):  # noqa: F811
    take(HEAD + ANA)
    again = take(HEAD + ANA)
    assert (again.skipped, again.updated, Preference.objects.count()) == (1, 0, 8)
    changed = take(HEAD + ANA.replace("Dr. Silva", "Ana"))
    assert (changed.skipped, changed.updated) == (0, 1)


def test_what_was_said_since_by_hand_is_not_overruled_by_the_same_file(take):  # noqa: F811
    take(HEAD + ANA)
    later = timezone.now()
    wish(Customer.objects.get(name="Ana"), Said(Topic.ADDRESS, "Ani"), by=None, at=later)
    take(HEAD + ANA)
    members = list(Customer.objects.get(name="Ana").members.values_list("pk", flat=True))
    now = wishes_of(members, at=timezone.now())
    assert now.address_as
    assert now.address_as.value == "Ani"


def test_a_channel_that_nobody_can_be_contacted_by_fails_its_row_with_the_reason(take):  # noqa: F811
    run = take(HEAD + ANA.replace("Phone; Mail", "Pigeon"))
    (failure,) = run.failures.all()
    assert failure.reason.startswith("Choose one of these channels")


@pytest.mark.req("K3")
def test_wishes_go_with_the_import_and_earlier_ones_hold_again(take):  # noqa: F811
    take(HEAD + ANA)
    before = now_of("Ana")
    run = take(HEAD + ANA.replace("Dr. Silva", "Ana") + "2,Rui,rui@a.example,Post,,,,,\n", source="crm2")
    assert (Topic.ADDRESS, "Ana") in now_of("Ana")
    gone = take_back(run)
    assert (gone.undone["rows_left"], now_of("Ana")) == (0, before)
    assert not Customer.objects.filter(name="Rui").exists()


def test_every_column_of_a_wish_can_be_mapped_by_hand(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("name,a,b\nAna,x,y\n")
    mapping = (("a", "address_as"), ("b", "interests"))
    plan = propose(path, path.name, Wishes(Kind.CUSTOMERS, mapping=mapping)).plan
    assert {"address_as", "interests"} <= plan.fields
