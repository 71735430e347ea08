"""Read what the deals with a competitor are made of: reasons of losses, and shares by pipeline, family and territory."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from rapport.catalogue.product import Product
from rapport.market.met import address, rivals, within
from rapport.market.span import Span
from rapport.people.models import User
from rapport.people.territory import Territory
from rapport.sales.deal import Deal
from rapport.sales.forecast import midnight
from rapport.sales.pipeline import End, Pipeline, Reason

SHOWN, WORDS = 12, 8


@dataclass(frozen=True)
class Part:
    """A group of deals: how many, the share of all, and the address that lists exactly these; empty: none can say it."""

    label: str
    number: int
    share: int
    address: str = ""


def drawn(rows: Sequence[tuple[str, int, str]], whole: int) -> list[Part]:
    rows = sorted(rows, key=lambda row: (-row[1], row[0]))[:SHOWN]
    return [Part(label, number, round(100 * number / whole) if whole else 0, link) for label, number, link in rows]


def reasons(competitor: int, span: Span, *, reader: User) -> list[Part]:
    """Why deals were lost to them."""
    lost = rivals(reader).filter(
        competitor=competitor,
        beat_us=True,
        deal__stage__end=End.LOST,
        deal__closed_at__gte=midnight(span.first),
        deal__closed_at__lt=midnight(span.end),
    )
    rows = list(lost.values("deal__reason").annotate(number=Count("pk")).values_list("deal__reason", "number"))
    names = {one.pk: one.name for one in Reason.objects.filter(pk__in=[pk for pk, _number in rows if pk])}
    base = address(competitor, span, "lost_to")
    whole = sum(number for _pk, number in rows)
    return drawn(
        [(names.get(pk, _("no reason given")), number, f"{base}&reason={pk}" if pk else "") for pk, number in rows],
        whole,
    )


def words_of(competitor: int, span: Span, *, reader: User) -> list[Deal]:
    """The last deals lost to them of which somebody kept the customer's words."""
    found = Deal.objects.visible_to(reader).filter(
        rivals__competitor=competitor,
        rivals__beat_us=True,
        stage__end=End.LOST,
        closed_at__gte=midnight(span.first),
        closed_at__lt=midnight(span.end),
    )
    return list(found.exclude(said="").order_by("-closed_at", "-pk")[:WORDS])


def by_pipeline(competitor: int, span: Span, *, reader: User) -> list[Part]:
    met = rivals(reader).filter(within(span), competitor=competitor)
    rows = list(met.values("deal__pipeline").annotate(number=Count("pk")).values_list("deal__pipeline", "number"))
    names = dict(Pipeline.objects.filter(pk__in=[pk for pk, _number in rows]).values_list("pk", "name"))
    base = address(competitor, span, "met")
    return drawn([(names[pk], number, f"{base}&pipeline={pk}") for pk, number in rows], sum(row[1] for row in rows))


def by_territory(competitor: int, span: Span, *, reader: User) -> list[Part]:
    met = rivals(reader).filter(within(span), competitor=competitor)
    field = "deal__member__customer__scope__territory"
    rows = list(met.values(field).annotate(number=Count("pk")).values_list(field, "number"))
    names = dict(Territory.objects.filter(pk__in=[pk for pk, _number in rows if pk]).values_list("pk", "name"))
    base = address(competitor, span, "met")
    told = [
        (names.get(pk, _("in no territory")), number, f"{base}&territory{f'={pk}' if pk else '.empty=yes'}")
        for pk, number in rows
    ]
    return drawn(told, sum(row[1] for row in rows))


def by_family(competitor: int, span: Span, *, reader: User) -> list[Part]:
    """A deal about several families counts in each; the share is that of all deals in which they were met."""
    met = rivals(reader).filter(within(span), competitor=competitor)
    field = "deal__lines__product__family"
    rows = list(
        met.filter(deal__lines__product__isnull=False)
        .values(field)
        .annotate(number=Count("deal", distinct=True))
        .values_list(field, "number")
    )
    products: dict[str, list[str]] = {}
    families = [family for family, _number in rows]
    for pk, family in Product.objects.filter(family__in=families).order_by("pk").values_list("pk", "family"):
        products.setdefault(family, []).append(str(pk))
    base = address(competitor, span, "met")
    told = [
        (family or _("Without a family"), number, f"{base}&product={','.join(products.get(family, []))}")
        for family, number in rows
    ]
    return drawn(told, met.count())
