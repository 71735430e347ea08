"""What is in the bar: the doors and the rooms behind them."""

from django.utils.translation import gettext_lazy as _

from rapport.timeline.waiting import waiting
from rapport.ui.navigation import Door, Room

DOORS: tuple[Door, ...] = (
    Door("", (Room(_("Home"), "home", "home:day", "home.view_day", key="h", also=("home",)),)),
    Door(
        _("Know"),
        (Room(_("Unassigned"), "user-question", "unassigned", "timeline.view_interaction", count=waiting, key="u"),),
    ),
)
