"""What consent adds to the list of customers: who may be written to."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from rapport.consent.models import Extent, Suppression
from rapport.consent.ways import Way
from rapport.customers.models import Identifier
from rapport.lists.more import More
from rapport.ui.conditions import Filter, Operator

STANDS = Suppression.objects.standing().filter(extent=Extent.EVERYTHING)
BARRED = STANDS.filter(way=Way.EMAIL, key=OuterRef("key"), member=None)
THEMSELVES = STANDS.filter(member__customer=OuterRef("pk"))
ADDRESSES = Identifier.objects.filter(member__customer=OuterRef("pk"), kind=Identifier.Kind.EMAIL)


def may(_none: list[str]) -> Q:
    """Has an address that nothing speaks against."""
    return Q(Exists(ADDRESSES.filter(~Exists(BARRED)))) & ~Q(Exists(THEMSELVES))


FILTERS = (
    Filter(
        "mail",
        gettext_lazy("E-mail to them"),
        (
            Operator("may", gettext_lazy("is possible"), gettext_lazy("may be written to by e-mail"), may, ()),
            Operator(
                "may-not",
                gettext_lazy("is not possible"),
                gettext_lazy("may not be written to by e-mail"),
                lambda none: ~may(none),
                (),
            ),
        ),
    ),
)
CONSENT_MORE = More("consent.view_suppression", filters=lambda _reader: FILTERS)
