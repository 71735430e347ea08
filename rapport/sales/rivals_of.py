"""Read who stands against us in each of many deals, for lists and boards."""

from collections.abc import Sequence

from rapport.sales.competitor import Rival


def rivals_of(deal_ids: Sequence[int]) -> dict[int, list[str]]:
    """Names by deal, in one query; whoever asks has made sure that the deals may be seen."""
    found: dict[int, list[str]] = {}
    rows = Rival.objects.filter(deal__in=deal_ids).order_by("-beat_us", "competitor__name", "pk")
    for deal, name in rows.values_list("deal", "competitor__name"):
        found.setdefault(deal, []).append(name)
    return found


def in_words(deal_ids: Sequence[int]) -> dict[int, str]:
    return {pk: ", ".join(names) for pk, names in rivals_of(deal_ids).items()}
