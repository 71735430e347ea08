"""Suggest products for what somebody has typed so far."""

from collections.abc import Sequence

from django.db.models import Q

from rapport.catalogue.product import SEPARATOR, Product
from rapport.people.models import User

SHOWN = 20


def suggested(text: str, *, reader: User) -> Sequence[Product]:
    """Those in use whose number begins with it or whose name holds all of its words, numbers first."""
    known = Product.objects.visible_to(reader).current()
    asked = text.partition(SEPARATOR)[0].replace("\x00", "").strip()
    by_number = list(known.filter(number__istartswith=asked).order_by("number")[:SHOWN]) if asked else []
    words = Q()
    for word in asked.split():
        words &= Q(name__icontains=word) | Q(variant__icontains=word) | Q(family__icontains=word)
    others = known.filter(words).exclude(pk__in=[one.pk for one in by_number]).order_by("sort_key")
    return [*by_number, *others[: SHOWN - len(by_number)]]
