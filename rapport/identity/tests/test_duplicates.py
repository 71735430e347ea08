"""Who may be one and the same customer: what is found, what is not, and how a decision is remembered."""

import pytest
from django.utils import timezone

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Identifier, Kind
from rapport.customers.records import RecordIn, claims
from rapport.identity import blocks
from rapport.identity.decide import join, keep_apart, reopen
from rapport.identity.merge import MergeError, merge
from rapport.identity.models import Crowd, Merge, Pair
from rapport.identity.register import register
from rapport.identity.suspect import suspect
from rapport.identity.unmerge import unmerge
from rapport.lib.identifiers import normalise
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("K1")]
COUNTER = iter(range(1_000_000))


def customer(name, *identifiers, kind=Kind.PERSON, source="crm", **said):
    """A record that nothing but its own id matches, so that every one is a customer."""
    identities = tuple(normalise(kind_of, value, region="DE") for kind_of, value in identifiers)
    record = RecordIn(source, str(next(COUNTER)), kind, claims({"name": name, **said}), identities)
    (done,) = register([record], by=None, at=timezone.now(), key="external_id")
    return Customer.objects.get(pk=done.customer_id)


def queue():
    """The open pairs by the names of their customers."""
    pairs = Pair.objects.open().order_by("-score", "-pk").select_related("one__customer", "other__customer")
    return [tuple(sorted((pair.one.customer.name, pair.other.customer.name))) for pair in pairs]


def codes():
    return {code for code, _value in Pair.objects.open().get().reasons}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (customer_of := ("Marta Leal", {"city": "Porto"}), customer_of, {"same name", "same city"}),
        (("Marta Leal", {"city": "Porto"}), ("Leal, Marta", {"city": "Porto"}), {"other order", "same city"}),
        (("Marta Leal", {"city": "Porto"}), ("Martha Leal", {"city": "Pôrto"}), {"name with a slip", "same city"}),
        (("Marta Leal", {"postcode": "4000-01"}), ("Marta Leel", {"postcode": "4000-01"}), {"same postcode"}),
        (("Dr. Henrike Sandvoss", {}), ("Henrike Sandvoß", {}), {"same name"}),
        (("H. Sandvoss", {"city": "Münster"}), ("Henrike Sandvoss", {"city": "MÜNSTER"}), {"same initial"}),
    ],
)
def test_names_that_differ_as_people_write_them_are_found_with_the_reasons(one, other, why, run_jobs):
    for name, said in (one, other):
        customer(name, **said)
    run_jobs()
    assert len(queue()) == 1
    assert why <= codes()
    assert 5_000 <= Pair.objects.get().score <= 10_000


def test_the_firm_behind_the_address_and_a_shared_phone_speak_for_it(run_jobs):
    customer("Marta Leal", ("email", "marta.leal@aurora.example"))
    customer("Marta Leel", ("email", "m.leel@aurora.example"))
    run_jobs()
    assert codes() == {"name with a slip", "same domain"}
    Pair.objects.all().delete()
    customer("Otto Kern", ("phone", "+49 171 3920007"))
    customer("O. Kern", ("phone", "0171 3920007"))
    run_jobs()
    assert "same phone" in codes()


def test_companies_are_compared_without_their_legal_form(run_jobs):
    for name in ("Fjordlys", "Fjordlys GmbH"):
        customer(name, kind=Kind.COMPANY, city="Kiel")
    customer("Fjordlys", kind=Kind.PERSON, city="Kiel")
    run_jobs()
    assert queue() == [("Fjordlys", "Fjordlys GmbH")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # A family at home: one name of two, one house, one line.
        (
            ("Katrin Berger", [("phone", "+49 89 9999804")], {"street": "Am Hang 3", "postcode": "81543"}),
            ("Jens Berger", [("phone", "+49 89 9999804")], {"street": "Am Hang 3", "postcode": "81543"}),
        ),
        # Colleagues behind one switchboard.
        (
            ("Marta Leal", [("phone", "+49 30 23125-0"), ("email", "leal@aurora.example")], {"city": "Berlin"}),
            ("Otto Kern", [("phone", "+49 30 23125-0"), ("email", "kern@aurora.example")], {"city": "Berlin"}),
        ),
        # The same name, and nothing else is the same.
        (
            ("Marta Leal", [], {"street": "Rua da Prata 8", "postcode": "1100", "city": "Lisboa"}),
            ("Marta Leal", [], {"street": "Rua do Sol 1", "postcode": "4000", "city": "Porto"}),
        ),
        (("Marta Leal", [("email", "ml@gmail.com")], {}), ("Marco Leal", [("email", "mc@gmail.com")], {})),
    ],
)
def test_those_who_only_have_something_in_common_are_left_in_peace(one, other, run_jobs):
    for name, identifiers, said in (one, other):
        customer(name, *identifiers, **said)
    run_jobs()
    assert queue() == []


def test_a_pair_that_no_longer_holds_leaves_the_queue(run_jobs):
    one = customer("Marta Leal", city="Porto")
    customer("Marta Leal", city="Porto")
    run_jobs()
    assert len(queue()) == 1
    edit(one, {"name": "Otto Kern"}, by=None, at=timezone.now())
    run_jobs()
    assert not Pair.objects.exists()


def test_only_what_is_new_is_looked_at(run_jobs, monkeypatch):
    old = [customer("Marta Leal", city="Porto") for _twice in range(2)]
    run_jobs()
    Pair.objects.all().delete()
    newcomer = customer("Otto Kern", city="Porto")
    run_jobs()
    assert queue() == []
    suspect([newcomer.pk, old[0].pk], at=timezone.now())
    assert len(queue()) == 1
    suspect([newcomer.pk, old[0].pk], at=timezone.now())
    assert len(queue()) == 1, "a job may run twice"


def test_a_name_that_too_many_have_is_compared_within_a_city_and_else_left_out(run_jobs, monkeypatch):
    monkeypatch.setattr(blocks, "LARGEST", 3)
    monkeypatch.setattr(blocks, "RAREST", 0)
    for place in range(5):
        customer("Maria Silva", city="Lisboa" if place < 2 else f"Town {place}")
    run_jobs()
    assert queue() == [("Maria Silva", "Maria Silva")]
    assert not Crowd.objects.exists()
    for _more in range(3):
        customer("Maria Silva", city="Lisboa")
    customer("Maria Silva")
    run_jobs()
    assert set(Crowd.objects.values_list("kind", "value")) == {
        ("name", "maria silva, Lisboa"),
        ("name", "maria silva"),
    }


def test_an_identifier_that_too_many_share_brings_nobody_together(run_jobs, monkeypatch):
    monkeypatch.setattr(blocks, "LARGEST", 2)
    for name in ("Ann Lee", "Bob Ray", "Cid Tal", "Dan Oz"):
        customer(name, ("email", "info@aurora.example"))
    run_jobs()
    assert ("identifier", "info@aurora.example") in Crowd.objects.values_list("kind", "value")


def test_not_the_same_holds_through_later_merges_and_their_undoing(boss, run_jobs):
    one, other = customer("Marta Leal", city="Porto"), customer("Marta Leal", city="Porto")
    run_jobs()
    assert keep_apart(Pair.objects.get(), by=boss, at=timezone.now())
    third = customer("Martha Leal", city="Porto")
    run_jobs()
    assert queue() == [("Marta Leal", "Martha Leal")] * 2
    done = merge(third, one, by=boss, at=timezone.now())
    run_jobs()
    assert queue() == [], "the third is the first now, and that one is not the other"
    unmerge(done, by=boss, at=timezone.now())
    run_jobs()
    assert len(queue()) == 2, "by itself the third may be either, again"
    decided = Pair.objects.get(state=Pair.State.APART)
    assert {decided.one.customer_id, decided.other.customer_id} == {one.pk, other.pk}
    assert (decided.decided_by, decided.decided_at is not None) == (boss, True)
    assert not keep_apart(decided, by=None, at=timezone.now())
    assert reopen(decided, by=boss, at=timezone.now())
    assert len(queue()) == 3


def test_a_merge_decides_the_pair_and_its_undoing_opens_it_again(boss, run_jobs):
    for _twice in range(2):
        customer("Marta Leal", city="Porto")
    run_jobs()
    pair = Pair.objects.get()
    done = join(pair, by=boss, at=timezone.now())
    run_jobs()
    pair.refresh_from_db()
    assert (pair.state, pair.merge, pair.decided_by) == (Pair.State.MERGED, done, boss)
    assert queue() == []
    assert reopen(pair, by=boss, at=timezone.now())
    run_jobs()
    pair.refresh_from_db()
    assert (pair.state, pair.merge, pair.decided_by) == (Pair.State.OPEN, None, None)
    assert Merge.objects.get().undone_by == boss


def test_who_was_told_apart_is_not_merged_by_a_page_that_was_opened_before(boss, run_jobs):
    for _twice in range(2):
        customer("Marta Leal", city="Porto")
    run_jobs()
    seen = Pair.objects.get()
    assert keep_apart(Pair.objects.get(), by=boss, at=timezone.now())
    with pytest.raises(MergeError, match="decided already"):
        join(seen, by=boss, at=timezone.now())
    assert Customer.objects.living().count() == 2
    assert not Merge.objects.exists()


def test_what_arrives_with_identifiers_of_two_customers_brings_them_into_the_queue(run_jobs):
    marta = customer("Marta Leal", ("email", "marta@aurora.example"))
    otto = customer("Otto Kern", ("email", "otto@kern.example"))
    record = RecordIn(
        "shop",
        "1",
        Kind.PERSON,
        claims({"name": "Marta Leal"}),
        (normalise("email", "marta@aurora.example"), normalise("email", "otto@kern.example")),
    )
    (done,) = register([record], by=None, at=timezone.now())
    assert done.conflicts == (otto.pk,)
    pair = Pair.objects.get()
    assert (pair.conflict_source, pair.state) == ("shop", Pair.State.OPEN)
    run_jobs()
    assert Pair.objects.get().conflict_source == "shop", "it stays although their names differ"
    third = customer("Iris Vogt", ("phone", "+49 171 3920007"))
    clues = (Clue("email", "marta@aurora.example"), Clue("phone", "+49 171 3920007"))
    now = timezone.now()
    arrival = Inbound("mail", "7", now, Channel.EMAIL, Direction.INBOUND, "mail", (Party(clues),), subject="Hi")
    for once_more in (arrival, arrival._replace(external_id="8")):
        (heard,) = receive([once_more], by=None, at=now)
        assert heard.conflicts == (third.pk,)
    assert sorted(Pair.objects.values_list("conflict_source", flat=True)) == ["mail", "shop"]
    merge(third, marta, by=None, at=now)
    run_jobs()
    assert [pair.conflict_source for pair in Pair.objects.open()] == ["shop"]


def test_what_is_chosen_in_a_merge_wins_and_goes_with_it(boss):
    one = customer("Marta Leal", source="crm", city="Porto", street="Rua do Sol 1")
    other = customer("Martha Leal", source="shop", city="Lisboa")
    edit(one, {"language": "pt"}, by=boss, at=timezone.now())
    one.refresh_from_db()
    before = [Customer.objects.values().get(pk=pk) for pk in (one.pk, other.pk)]
    choices = {"name": one, "city": other, "street": other, "language": one}
    done = merge(one, other, by=boss, at=timezone.now(), choices=choices)
    one.refresh_from_db()
    assert (one.name, one.city, one.street, one.language) == ("Marta Leal", "Lisboa", "", "pt")
    assert one.lineage["name"][1] == "by hand"
    unmerge(done, by=boss, at=timezone.now())
    assert [Customer.objects.values().get(pk=pk) for pk in (one.pk, other.pk)] == before
    edit(other, {"city": "Faro"}, by=boss, at=timezone.now())
    again = merge(one, other, by=boss, at=timezone.now(), choices={"city": one})
    one.refresh_from_db()
    assert one.city == "Porto"
    edit(one, {"city": "Braga"}, by=boss, at=timezone.now())
    unmerge(again, by=boss, at=timezone.now())
    cities = [Customer.objects.get(pk=pk).city for pk in (one.pk, other.pk)]
    assert cities == ["Braga", "Faro"], "what was written by hand since stays"


def test_an_identifier_moves_nothing_by_being_weak(run_jobs):
    customer("Marta Leal", ("email", "marta@aurora.example"))
    customer("Marta Leal", ("email", "marta@aurora.example"))
    assert sorted(Identifier.objects.filter(kind="email").values_list("strength", flat=True)) == ["strong", "weak"]
    run_jobs()
    assert {"same name", "same email"} == codes()
