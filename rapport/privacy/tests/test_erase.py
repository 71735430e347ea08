"""Whoever was put through every door and is then erased stands nowhere any more: not in a dump, not in any file."""

import gzip
import json
import re
import subprocess
import zipfile

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from rapport.customers.models import Customer, Identifier
from rapport.drafts.models import Draft
from rapport.files.models import File
from rapport.installation.programs import tools_for
from rapport.privacy.erase import confirm, propose, run
from rapport.privacy.erase_person import name_pattern, national, number_pattern, telling_word, word_pattern
from rapport.privacy.erase_rules import BY_VALUE, RULES, STAYS
from rapport.privacy.erase_sweep import Wanted
from rapport.privacy.erasure import Erasure
from rapport.privacy.pack_make import make, order
from rapport.privacy.pack_rules import LEFT_OUT, lookups
from rapport.privacy.request import Asks
from rapport.privacy.request_steps import Asked, check, receive
from rapport.privacy.tests.everywhere import DIALLED, MAIL, NAME, OTHERS, PHONE, VALUES, WORD, forms_of, put
from rapport.quotes.quote import Quote
from rapport.sales.order import Order
from rapport.timeline.models import Interaction

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("G3")]


def dumped():
    """Everything that the database holds, in words."""
    tools = tools_for(connection.connection.info.server_version // 10000)
    process = tools.start("pg_dump", "--format=plain", stdout=subprocess.PIPE)
    return process.communicate()[0].decode(errors="replace")


def contents(home):
    """What every file below ``home`` holds, packed ones opened."""
    for path in sorted(home.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.name.encode()
        data = path.read_bytes()
        yield path.name, data
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path.name}/{one}", packed.read(one)) for one in packed.namelist())
        elif data[:2] == b"\x1f\x8b":
            yield path.name, gzip.decompress(data)


def found(values, text):
    return sorted(one for one in values if any(form in text for form in forms_of(one)))


def places(value, dump):
    """In which tables a value stands, to say so when it should not."""
    table, where = "", set()
    for line in dump.splitlines():
        copied = re.match(r"COPY public\.(\w+) ", line)
        table = copied[1] if copied else table
        if any(form in line for form in forms_of(value)):
            where.add(table)
    return where


def packed(customer, boss):
    """A pack with everything of theirs, as the desk hands it out."""
    now = timezone.now()
    asked = Asked(Asks.ACCESS, NAME, MAIL, "email", now, "", customer)
    request = check(receive(asked, assignee=None, by=boss, at=now), "called back", by=boss, at=now)
    made = make(order(request, by=boss, at=now).pk)
    with zipfile.ZipFile(made.path) as file:
        told = json.loads(file.read("data.json"))
        page = file.read("data.html").decode()
        files = [file.read(one).decode() for one in file.namelist() if one.startswith("files/")]
    said = json.dumps(told, ensure_ascii=False)
    # What is others' or our own way of working is not theirs to have; all else is.
    own = {WORD[one] for one in ("reminder", "draft", "failed", "imported", "hook", "enclosed", "attached")}
    assert {one for one in VALUES if one not in said} <= own
    assert (OTHERS in said, "bodo@bleibt.example" in said, "[somebody else]" in said) == (False, False, True)
    assert NAME in page
    assert files == [WORD["attached"]]
    assert set(told["records"]) == set(made.counts)
    return made


def erased(customer, boss, colleague):
    now = timezone.now()
    asked = Asked(Asks.ERASURE, NAME, MAIL, "email", now, f"Erase me, {NAME}", customer)
    request = check(receive(asked, assignee=boss, by=boss, at=now), f"answered from {MAIL}", by=boss, at=now)
    confirm(propose(request, by=boss, at=now), by=colleague, at=now)
    return run(Erasure.objects.get().pk)


def test_nothing_of_somebody_erased_is_left_anywhere(boss, mia, signed_in, run_jobs, settings, tmp_path):
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"
    customer, other = put(boss, mia, signed_in(boss), run_jobs)
    before = dumped()
    everything = before + "".join(data.decode("latin-1") for _name, data in contents(tmp_path))
    # What is sealed is seen by nobody; all else stood somewhere, or its absence would prove nothing.
    assert set(VALUES) - set(found(VALUES, everything)) == {WORD["draft"]}
    assert Draft.objects.count() == 2
    counted = (Interaction.objects.count(), Order.objects.get().total)
    made = packed(customer, boss)
    assert made.path.exists()
    done = erased(customer, boss, mia)
    assert (done.state, done.left) == (Erasure.State.DONE, [])
    run_jobs()
    after = dumped()
    assert {one: places(one, after) for one in found([*VALUES, DIALLED], after)} == {}
    held = {name: found(VALUES, data.decode("latin-1")) for name, data in contents(tmp_path)}
    assert {name: some for name, some in held.items() if some} == {}
    assert Draft.objects.count() == 0
    assert Quote.objects.get().document is None
    assert not File.objects.filter(name__startswith="Q-").exists()
    # What is others' stays, and numbers add up.
    assert (Interaction.objects.count(), Order.objects.get().total) == counted
    kept = Customer.objects.get(pk=other.pk)
    assert (kept.name, Identifier.objects.get(member__customer=kept, kind="email").value) == (
        OTHERS,
        "bodo@bleibt.example",
    )
    words = " ".join(Interaction.objects.values_list("text", flat=True))
    assert "stays otherwise" in words
    assert "The contract stays." in words
    assert "[erased]" in words


def test_the_values_that_are_looked_for_differ_from_one_another():
    assert len(set(VALUES)) == len(VALUES) == 6 + len(WORD)
    assert PHONE[-9:] in forms_of(PHONE)


def test_every_table_on_the_way_to_a_person_is_erased_or_says_why_not():
    """By each reference that leads to a customer, however many tables lie between."""
    known = {rule.table for rule in RULES} | STAYS.keys() | set(BY_VALUE)
    told = lookups().keys() | LEFT_OUT.keys() | set(BY_VALUE)
    reached = {apps.get_model(one) for one in ("customers.customer", "customers.member", "timeline.interaction")}
    ahead = True
    while ahead:
        ahead = {
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in reached and model._meta.managed and not model._meta.proxy
            if any(one.is_relation and one.related_model in reached for one in model._meta.concrete_fields)
        }
        reached |= ahead
    names = {one._meta.label_lower for one in reached}
    assert names - known == set(), "add it to RULES or to STAYS in erase_rules.py"
    assert names - told == set(), "add it to FURTHER or to LEFT_OUT in pack_rules.py"


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("Ada.Silva@x.example", ("to ada.silva@X.example.", "ada.silva%40x.example")),
        ("ö@müller-bräu.example", ("An Ö@Müller-Bräu.example",)),
        ("Łukasz Żak", ("łukasz, żak", "ŁUKASZ ŻAK")),
        ("王 小明明明明", ("王 小明明明明",)),
        ("+4915790123456", ("0157 9012-3456", "+49 (0) 157/90.12 34 56", "15790123456")),
    ],
)
def test_what_is_found_fast_is_all_that_is_found(value, texts):
    """The plain words and numbers that are looked for first stand wherever the exact pattern finds something."""
    number = value.startswith("+")
    exact = number_pattern(value) if number else name_pattern(value) if " " in value else word_pattern(value)
    slow = Wanted([exact])
    fast = Wanted([exact], [] if number else [telling_word(value)], [national(value)] if number else [])
    for text in texts:
        for wanted in (slow, fast):
            held, given = wanted.held("given.text")
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {held} FROM (SELECT %s::text AS text) given", [*given, text])  # noqa: S608
                assert cursor.fetchone() == (True,), (text, wanted)
