"""Tell the rooms with records when somebody begins to see more or less, so that what they own is found by the right people."""

from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.utils.module_loading import import_string


def tell_rows(user_ids: Iterable[int]) -> None:
    """What these people see was changed, in the transaction that is going on."""
    rooms: Sequence[Callable[[Sequence[int]], None]] = import_string(settings.PANELS)["rows changed"]
    changed = list(user_ids)
    for follow in rooms if changed else ():
        follow(changed)
