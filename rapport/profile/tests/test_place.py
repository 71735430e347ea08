"""Where panels stand by a layout, whatever came and went since it was made."""

import pytest

from rapport.profile.panel import Panel, Side
from rapport.profile.place import Places, place, step


def panel(name, side=Side.WHO):
    return Panel(name, name, side, "customers.view_customer", lambda _about: True, "x.html")


PANELS = [panel("more"), panel("ties"), panel("history"), panel("tasks", Side.NOW), panel("worth", Side.NOW)]
STANDARD = Places(("more", "ties", "history"), ("tasks", "worth"), ())


def test_without_a_layout_everything_stands_at_its_standard_place():
    assert place(PANELS, Places()) == STANDARD


def test_a_layout_moves_panels_between_the_columns_and_hides_some():
    kept = Places(("worth", "ties"), ("more", "tasks"), ("history",))
    assert place(PANELS, kept) == kept


def test_a_panel_that_is_new_stands_behind_its_standard_neighbour():
    kept = Places(("history", "more"), ("worth",), ("ties",))
    assert place([*PANELS, panel("notes")], kept).who == ("history", "notes", "more")
    assert place(PANELS, kept).now == ("tasks", "worth")


def test_a_new_panel_whose_neighbours_all_moved_away_stands_first():
    kept = Places((), ("tasks", "worth", "ties", "history"), ())
    assert place(PANELS, kept).who == ("more",)


def test_a_panel_that_is_gone_vanishes_silently_and_one_named_twice_stands_once():
    kept = Places(("gone", "ties", "more", "ties"), ("more", "tasks"), ("tasks", "history"))
    assert place(PANELS, kept) == Places(("ties", "more"), ("tasks", "worth"), ("history",))


@pytest.mark.parametrize(
    ("name", "way", "wanted"),
    [
        ("ties", "up", Places(("ties", "more", "history"), ("tasks", "worth"), ())),
        ("more", "up", STANDARD),
        ("more", "down", Places(("ties", "more", "history"), ("tasks", "worth"), ())),
        ("worth", "down", STANDARD),
        ("ties", "now", Places(("more", "history"), ("tasks", "worth", "ties"), ())),
        ("tasks", "hidden", Places(("more", "ties", "history"), ("worth",), ("tasks",))),
        ("tasks", "sideways", STANDARD),
        ("nobody", "up", STANDARD),
    ],
)
def test_a_step_moves_one_panel(name, way, wanted):
    assert step(STANDARD, name, way) == wanted
