"""What tasks can be charted by."""

from django.db.models import Case, CharField, Value, When
from django.utils.translation import gettext_lazy

from rapport.lists.axes import by_choice, by_user
from rapport.lists.chart import Axis, Charts
from rapport.people.models import User

STATES = (("open", gettext_lazy("open")), ("done", gettext_lazy("done")))


def charts_of(_reader: User) -> Charts:
    state = Case(When(done_at=None, then=Value("open")), default=Value("done"), output_field=CharField())
    return Charts(
        axes=(
            by_choice("state", gettext_lazy("State"), state, STATES),
            by_user("assignee", gettext_lazy("For"), "assignee"),
            by_user("by", gettext_lazy("By"), "created_by", nobody=("by.empty", "yes")),
            Axis("due", gettext_lazy("Due"), "due_at", lambda _none: ("due.empty", "yes"), moment=True),
            Axis("created", gettext_lazy("Created"), "created_at", moment=True),
            Axis("done", gettext_lazy("Done"), "done_at", lambda _none: ("done.empty", "yes"), moment=True),
        )
    )
