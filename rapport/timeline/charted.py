"""What interactions can be charted by, and the amounts that some carry, each currency for itself."""

from django.utils.translation import gettext_lazy

from rapport.lists.axes import by_choice, by_text, by_user, money_in
from rapport.lists.chart import Axis, Charts
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice, DirectionChoice


def charts_of(_reader: User) -> Charts:
    return Charts(
        axes=(
            Axis("at", gettext_lazy("When"), "at", moment=True),
            by_choice("channel", gettext_lazy("Channel"), "channel", ChannelChoice.choices),
            by_choice("direction", gettext_lazy("Direction"), "direction", DirectionChoice.choices),
            by_text("kind", gettext_lazy("Kind"), "kind"),
            by_text("source", gettext_lazy("Source"), "source"),
            by_user("author", gettext_lazy("By"), "author", nobody=("author.empty", "yes")),
        ),
        amounts=(money_in("amount", gettext_lazy("Amount"), "amount"),),
    )
