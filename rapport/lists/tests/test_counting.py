"""Numbers and pages of a list never hold anybody up: few are counted, many estimated, and what takes too long is stopped."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from rapport.customers.models import Customer, Member
from rapport.customers.tests.test_indexes import MANY
from rapport.customers.tests.test_list import put
from rapport.people.models import User
from rapport.timeline.models import Interaction
from rapport.ui.counting import Count, count, rounded
from rapport.ui.patience import TooLongError, no_longer_than

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]


def test_few_are_counted_and_many_are_estimated(iberia):
    put("One", "Two", "Three")
    assert count(Customer.objects.all()) == Count(3)
    with connection.cursor() as cursor:
        cursor.execute(MANY.replace("n %", "n %%"), {"team": iberia.pk, "scope": iberia.scope.pk})
        cursor.execute("ANALYZE customers_customer")
    told = count(Customer.objects.all())
    assert told.about
    assert 19_000 <= told.number <= 21_000
    assert count(Customer.objects.filter(city="City 7")).about is False


SPOKEN = """
INSERT INTO timeline_interaction (channel, direction, kind, at, received_at, source, subject, text, currency, touchpoint,
                                  data, version, unassigned)
SELECT 'email', 'inbound', 'message', now() - n * interval '1 minute', now(), 'test', '', '', '', '', '{}', 1, false
FROM generate_series(1, 20000) n
"""
SEATED = """
INSERT INTO timeline_participation (interaction_id, member_id, role, main, clue_kind, clue_value, at)
SELECT id, CASE WHEN id % 4 = 0 THEN %(mine)s ELSE (%(others)s::bigint[])[1 + id % 60] END,
       'customer', true, '', '', at
FROM timeline_interaction
"""


def test_where_each_row_must_be_asked_whether_it_may_be_seen_a_sample_tells_how_many_there_are(ana, boss, nordics):
    put("Mine", team="Iberia")
    # So many that one more or less makes no difference: fewer than one in the trash the planner never expects.
    put(*(f"Theirs {number}" for number in range(60)), team="Nordics")
    mine, *others = Member.objects.order_by("pk").values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(SPOKEN)
        cursor.execute(SEATED.replace("id %", "id %%"), {"mine": mine, "others": others})
        # Of the customers, too: what earlier tests left of them in the statistics is no premise of this one.
        cursor.execute("ANALYZE timeline_interaction, timeline_participation, customers_customer, customers_member")
    told = count(Interaction.objects.visible_to(ana))
    assert told.about
    assert 4_000 <= told.number <= 6_000
    assert count(Interaction.objects.visible_to(ana).filter(at__gt=timezone.now() - timedelta(minutes=41))) == Count(10)
    assert 19_000 <= count(Interaction.objects.visible_to(boss)).number <= 21_000
    with connection.cursor() as cursor:
        # The statistics still tell of what is gone.
        cursor.execute("DELETE FROM timeline_participation; DELETE FROM timeline_interaction")
    assert count(Interaction.objects.visible_to(ana)) == Count(0)


@pytest.mark.parametrize(("number", "said"), [(7, 7), (1_234, 1_200), (23_456, 23_000), (1_049_000, 1_000_000)])
def test_an_estimate_claims_no_more_digits_than_it_knows(number, said):
    assert rounded(number) == said


def test_what_takes_too_long_is_stopped_and_the_next_question_is_answered():
    with connection.cursor() as cursor:
        with pytest.raises(TooLongError), no_longer_than(0.05):
            cursor.execute("SELECT pg_sleep(5)")
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()
        with no_longer_than(2):
            cursor.execute("SELECT 1")
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == before


def test_a_cell_is_changed_by_whom_may_and_a_line_is_looked_at_by_whom_sees_it(signed_in, ana, rita, nils):
    (one,) = put("Iberian", team="Iberia", city="Lisboa")
    (open_,) = put("Open", city="Porto")

    def page(user: User) -> tuple[Client, str]:
        client = signed_in(user)
        return client, client.get("/customers/").content.decode()

    client, text = page(ana)
    assert f'hx-get="/customers/{one}/field/city/?edit"' in text
    assert re.search(rf'data-record="{one}" data-peek="/customers/{one}/peek/"', text)
    assert "Iberian" in client.get(f"/customers/{one}/peek/").content.decode()
    client, text = page(rita)
    assert "/field/city/" not in text
    assert client.get(f"/customers/{open_}/peek/").status_code == 200
    assert signed_in(nils).get(f"/customers/{one}/peek/").status_code == 404
