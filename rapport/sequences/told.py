"""Why a sequence can't be started, in the reader's language."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WHY: "dict[str, StrOrPromise]" = {
    "running": _("Another sequence is running with this customer. Stop that one first."),
    "empty": _("This sequence has no steps yet."),
    "retired": _("This sequence is not used any more."),
    "no address": _("No e-mail address is known here, and the sequence writes letters."),
    "no account": _("There is no mail account from which you could write."),
    "gone": _("This customer is in the trash or part of another record."),
}


def in_words(reason: str) -> str:
    return str(WHY.get(reason, reason))
