"""Orders stand on the timeline with the right total, whatever way their lines arrive."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rapport.channels.inbound import Clue, Party
from rapport.sales.order import Order, OrderLine
from rapport.sales.record_orders import LineIn, OrderIn, record_orders
from rapport.timeline.models import Interaction, Spend

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MARTA = Party((Clue("email", "marta@aurora.example"),))


def line(product, amount, number=""):
    return LineIn(number, product, Decimal(1), Decimal(amount), Decimal(amount))


def order(number, *lines, party=MARTA):
    return OrderIn("shop", number, NOW, party, lines, "EUR")


def put(*orders):
    return record_orders(orders, by=None, at=NOW)


def test_an_order_counts_each_line_and_shows_once_on_the_timeline():
    done = put(order("8830", line("Grinder", "100.50", "1"), line("Filter", "9.50", "2")))[0]
    assert done.lines == ("created", "created")
    assert done.customer_id is not None
    assert Interaction.objects.get().amount == Order.objects.get().total == Spend.objects.get().total == Decimal(110)


def test_the_same_file_again_changes_nothing_and_a_changed_line_only_itself():
    put(order("1", line("Grinder", 100, "1"), line("Filter", 10, "2")))
    assert put(order("1", line("Grinder", 100, "1"), line("Filter", 10, "2")))[0].lines == ("skipped", "skipped")
    assert put(order("1", line("Grinder", 90, "1")))[0].lines == ("updated",)
    assert Spend.objects.get().total == Order.objects.get().total == Decimal(100)
    assert OrderLine.objects.count() == 2


def test_equal_lines_without_numbers_are_told_apart_and_found_again():
    twice = order("1", line("Cup", 3), line("Cup", 3))
    assert put(twice)[0].lines == ("created", "created")
    assert put(twice)[0].lines == ("skipped", "skipped")
    assert Order.objects.get().total == Decimal(6)


def test_a_free_line_taken_back_is_known_the_second_time():
    free = LineIn("1", "Sample", Decimal(-1), Decimal(0), Decimal(-1) * Decimal(0))
    assert put(order("C1", free))[0].lines == ("created",)
    assert put(order("C1", free))[0].lines == ("skipped",)


def test_lines_of_one_order_may_come_in_several_pieces():
    put(order("1", line("Cup", 3)), order("1", line("Pot", 5)))
    put(order("1", line("Jug", 7)))
    assert Order.objects.get().total == Spend.objects.get().total == Decimal(15)


def test_a_cancellation_takes_away_from_what_was_spent():
    put(order("1", line("Pot", 5)), order("C1", line("Pot", -5)))
    assert Spend.objects.get().total == 0
    assert set(Interaction.objects.values_list("kind", flat=True)) == {"order", "cancellation"}


def test_an_order_of_nobody_is_kept_unassigned():
    done = put(order("1", line("Pot", 5), party=Party()))[0]
    assert done.customer_id is None
    assert Interaction.objects.unassigned().count() == 1
