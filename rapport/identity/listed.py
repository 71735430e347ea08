"""What identity adds to the list of customers: whose record may be a duplicate."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy

from rapport.identity.models import Pair
from rapport.lists.more import More
from rapport.people.models import User
from rapport.ui.conditions import Filter, Operator


def filters(reader: User) -> Sequence[Filter]:
    """The pairs that wait are few: they lead to their customers."""
    waiting = Pair.objects.visible_to(reader).open()
    suspect = Q(pk__in=waiting.values("one__customer").union(waiting.values("other__customer")))
    return (
        Filter(
            "duplicate",
            gettext_lazy("Possible duplicate"),
            (
                Operator("yes", gettext_lazy("yes"), gettext_lazy("may be a duplicate"), lambda _none: suspect, ()),
                Operator("no", gettext_lazy("no"), gettext_lazy("is no duplicate"), lambda _none: ~suspect, ()),
            ),
        ),
    )


IDENTITY_MORE = More("identity.merge_customer", filters=filters)
