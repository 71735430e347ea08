"""Fields of the golden record that are too sensitive for somebody: no address says a word of them, and none lets them be guessed."""

import pytest
from django.db import transaction
from django.utils import timezone

from rapport.customers.edit import edit
from rapport.customers.locate import locate
from rapport.customers.models import Address, Customer
from rapport.customers.veil import HIDEABLE
from rapport.fields.sensitivity import MASK, grade
from tests.house.test_access import ADDRESSES
from tests.house.test_foreign_ids import NOT_ASKED, clients, met, quick  # noqa: F401 a fixture
from tests.house.test_private import QUESTIONS, said
from tests.house.world import OWN, SCOPED, body, build

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
SECRET = "zirkon"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The own team's customer has a secret in each field that can be hidden, also in former values, and is graded so."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build(tmp_path_factory.mktemp("masked"))
        place, now = built.places[OWN], timezone.now()
        agent = built.users["agent"]
        for customer in (place.customer, place.pair.other.customer):
            for turn in ("one", "two"):
                secret = f"{SECRET}{turn}"
                edit(customer, {**dict.fromkeys(HIDEABLE, secret), "tags": [secret]}, by=agent, at=now)
        told = dict.fromkeys(("street", "postcode", "city", "region", "country"), f"{SECRET}three")
        locate(place.customer, Address(label="Second", **told), by=agent, at=now)
        for name in HIDEABLE:
            grade("customers_customer", name, "special")
        yield built
        transaction.set_rollback(True)


def gets():
    return [one for one in ADDRESSES if one.method == "GET" and one.name not in NOT_ASKED]


def test_no_address_says_a_word_of_it(world, quick):  # noqa: F811
    page, program = clients(world, "agent")
    asked = [(one, one.filled(world, OWN, "agent")) for one in gets()]
    asked += [(one, f"{path}?columns={columns}") for one, path in asked if one.name in LISTS for columns in (COLUMNS,)]
    leaks = [path for one, path in asked if SECRET in met(program if one.is_api else page, one, path, {})]
    assert leaks == []


# Where somebody is chosen by the beginning of their name.
PICKERS = ("/meetings/guests/?q={}", "/calls/new/?q={}", "/share/?q={}", "/customers/similar/?name={}&kind=person")
LISTS = {"customers:list", "customers:export"}
COLUMNS = "name,street,postcode,city,country,language,tags"


def test_no_answer_to_a_search_for_the_name_says_a_word_of_it(world, quick):  # noqa: F811
    page, program = clients(world, "agent")
    name = world.places[OWN].customer.name
    asked = [(page, question.format(name)) for question in (*QUESTIONS, *PICKERS)] + [
        (program, f"/api/v1/search?q={name}")
    ]
    answers = {path: said(client.get(path, headers={"HX-Request": "true"})) for client, path in asked}
    assert [path for path, text in answers.items() if SECRET in text] == []
    assert any(name in text for text in answers.values())


def test_whoever_may_see_it_meets_it(world, quick):  # noqa: F811
    """So that the walk above walks past something."""
    page, program = clients(world, "administrator")
    of_one = [one for one in gets() if set(one.parameters) & set(SCOPED)]
    found = {
        one.name
        for one in of_one
        if SECRET in met(program if one.is_api else page, one, one.filled(world, OWN, "administrator"), {})
    }
    assert {"customer", "api:read_customer", "customers:edit", "api:list_sources"} <= found


def test_no_question_lets_it_be_guessed(world, quick):  # noqa: F811
    """Right or wrong, the answer is the same: such a condition is not known to whoever may not see the field."""
    page, program = clients(world, "agent")
    name = world.places[OWN].customer.name
    for field in ("city", "postcode", "country", "language", "tag", "tag.any", "tag.not"):
        right, wrong = (page.get(f"/customers/?{field}={word}").text for word in (f"{SECRET}two", "elsewhere"))
        assert (name in right) == (name in wrong)
        assert "text" not in field
    for field in ("city", "country", "tag"):
        assert program.get(f"/api/v1/customers?{field}={SECRET}two").status_code == 422
    assert page.get("/customers/chart/?by=city").text.count(SECRET) == 0
    found = page.get(f"/search/?q={SECRET}two").text
    assert f"/customers/{world.places[OWN].customer.pk}/" not in found


def test_what_is_hidden_is_not_set_on_many_either(world, quick):  # noqa: F811
    """How many are so already would tell who is; and nobody writes over what they do not see."""
    page, _program = clients(world, "agent")
    customer = world.places[OWN].customer
    for action, given in (
        ("field", {"chosen": "city", "city": f"{SECRET}two"}),
        ("tag", {"tags": f"{SECRET}two"}),
        ("untag", {"tags": f"{SECRET}two"}),
    ):
        sent = {**given, "action": action, "ids": [customer.pk], "step": "look"}
        answer = page.post("/bulk/of/customers/", sent)
        assert answer.status_code == 422, action
    form = page.get("/rules/new/?when=changed&then=field").text
    assert 'value="city"' not in form
    again = Customer.objects.get(pk=customer.pk)
    assert (again.city, again.tags) == (f"{SECRET}two", [f"{SECRET}two"])


def test_what_is_hidden_is_neither_written_over_nor_lost(world, quick):  # noqa: F811
    page, program = clients(world, "agent")
    customer = world.places[OWN].customer
    with transaction.atomic():
        assert page.get(f"/customers/{customer.pk}/field/city/?edit").status_code == 404
        sent = {"name": "Renamed", "city": "Porto", "initial-name": customer.name}
        assert page.post(f"/customers/{customer.pk}/edit/", sent).status_code == 302
        answer = program.patch(f"/api/v1/customers/{customer.pk}", '{"city": "Porto"}', "application/json")
        assert answer.status_code == 422
        again = Customer.objects.get(pk=customer.pk)
        assert (again.name, again.city) == ("Renamed", f"{SECRET}two")
        transaction.set_rollback(True)


def test_a_mask_stands_where_it_is_hidden(world, quick):  # noqa: F811
    page, program = clients(world, "agent")
    customer = world.places[OWN].customer
    assert MASK in page.get(f"/customers/{customer.pk}/").text
    assert program.get(f"/api/v1/customers/{customer.pk}").json()["city"] == MASK


def test_bodies_are_asked_too(world, quick):  # noqa: F811
    """What is sent with an empty or a usual form comes back without it."""
    page, program = clients(world, "agent")
    leaks = []
    for one in ADDRESSES:
        if one.method != "GET" and set(one.parameters) & set(SCOPED):
            path = one.filled(world, OWN, "agent")
            if SECRET in met(program if one.is_api else page, one, path, body(one.name, world, OWN)):
                leaks.append(str(one))
    assert leaks == []
