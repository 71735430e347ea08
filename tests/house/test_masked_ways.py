"""Addresses and numbers of kinds that are too sensitive for somebody: no address of a page or program says one, none lets it be guessed."""

import pytest
from django.db import transaction

from rapport.consent.models import Message, Suppression
from rapport.customers.models import Identifier, Strength
from rapport.fields.sensitivity import MASK, grade
from rapport.mail.models import Mail
from rapport.telephony.models import Call
from rapport.timeline.models import Interaction, Participation
from tests.house.test_access import ADDRESSES
from tests.house.test_foreign_ids import NOT_ASKED, clients, met, quick  # noqa: F401 a fixture
from tests.house.test_private import said
from tests.house.world import OWN, SCOPED, body, build

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
SECRET, NUMBER = "zirkon", "+4915790777123"
ADDRESS = f"{SECRET}@ways.example"
# So short that it stands in no other number, however the page sets it apart.
DIGITS = "0777123"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The own team's customer, their mail, a message to them and a call say an address and a number that stand nowhere else."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build(tmp_path_factory.mktemp("ways"))
        place = built.places[OWN]
        member = place.customer.members.order_by("pk").first()
        Identifier.objects.filter(member=member).delete()
        for kind, value, key in (
            ("email", ADDRESS, ADDRESS),
            ("phone", NUMBER, NUMBER),
            ("account", f"{SECRET}-account", f"{SECRET}-account"),
            ("external", f"{SECRET}-external", f"{SECRET}-external"),
            ("social", f"{SECRET}-social", f"{SECRET}-social"),
        ):
            Identifier.objects.create(member=member, kind=kind, value=value, key=key, strength=Strength.STRONG)
        clue = {"clue_kind": "email", "clue_value": f"{ADDRESS}, {NUMBER}"}
        Participation.objects.filter(interaction=place.interaction).update(**clue)
        waiting = Interaction.objects.exclude(unassigned=False)
        Participation.objects.filter(interaction__in=waiting).update(clue_kind="email", clue_value=ADDRESS)
        Mail.objects.filter(pk=place.interaction.pk).update(sender=ADDRESS)
        Message.objects.filter(pk=place.message.pk).update(to=[ADDRESS])
        Call.objects.filter(pk=place.call.pk).update(number=NUMBER)
        Suppression.objects.filter(pk=place.suppression.pk).update(way="email", key=ADDRESS, value=ADDRESS)
        for kind in Identifier.Kind.values:
            grade("customers_identifier", f"value.{kind}", "special")
        yield built
        transaction.set_rollback(True)


def told(text, path):
    plain = text.replace(path, "")
    return SECRET in plain or DIGITS in plain.replace(" ", "").replace("\xa0", "")


def test_no_address_says_one(world, quick):  # noqa: F811
    page, program = clients(world, "agent")
    asked = [
        (one, one.filled(world, OWN, "agent")) for one in ADDRESSES if one.method == "GET" and one.name not in NOT_ASKED
    ]
    asked += [
        (one, f"{path}?columns=name,email,phone")
        for one, path in asked
        if one.name in {"customers:list", "customers:export"}
    ]
    leaks = [path for one, path in asked if told(met(program if one.is_api else page, one, path, {}), path)]
    assert "\n".join(map(str, leaks)) == ""


def test_bodies_are_asked_too(world, quick):  # noqa: F811
    page, program = clients(world, "agent")
    leaks = []
    for one in ADDRESSES:
        if one.method != "GET" and set(one.parameters) & set(SCOPED):
            path = one.filled(world, OWN, "agent")
            if told(met(program if one.is_api else page, one, path, body(one.name, world, OWN)), path):
                leaks.append(str(one))
    assert "\n".join(map(str, leaks)) == ""


def test_whoever_may_see_them_meets_them(world, quick):  # noqa: F811
    """So that the walks above walk past something."""
    page, program = clients(world, "administrator")
    of_one = [one for one in ADDRESSES if one.method == "GET" and set(one.parameters) & set(SCOPED)]
    paths = [(one, one.filled(world, OWN, "administrator")) for one in of_one]
    found = {one.name for one, path in paths if told(met(program if one.is_api else page, one, path, {}), path)}
    assert {"customer", "api:read_customer", "api:list_identifiers"} <= found


def test_no_question_lets_one_be_guessed(world, quick):  # noqa: F811
    """Right or wrong, the answer is the same."""
    page, program = clients(world, "agent")
    customer = world.places[OWN].customer
    for right, wrong in ((ADDRESS, "nobody@ways.example"), (SECRET, "nobody"), (NUMBER, "+4915790777999")):
        for question in (
            f"/customers/{customer.pk}/timeline/?person={{}}",
            "/search/?q={}",
            "/customers/?q={}",
            "/unassigned/?q={}",
            "/imports/?q={}",
            "/search/why/?q={}",
        ):
            answers = [said(page.get(question.format(word), headers={"HX-Request": "true"})) for word in (right, wrong)]
            plain = [text.replace(word, "") for text, word in zip(answers, (right, wrong), strict=True)]
            assert (customer.name in plain[0]) == (customer.name in plain[1]), question
            assert plain[0].count("<li") == plain[1].count("<li"), question
        answers = [program.get("/api/v1/customers", {"q": word}).json()["items"] for word in (right, wrong)]
        assert answers[0] == answers[1]


def test_a_mask_stands_where_it_is_hidden(world, quick):  # noqa: F811
    page, program = clients(world, "agent")
    place = world.places[OWN]
    told_ = program.get(f"/api/v1/interactions/{place.interaction.pk}").json()
    assert {one["value"] for one in told_["participants"]} == {MASK}
    assert MASK in page.get(f"/customers/{place.customer.pk}/").text
