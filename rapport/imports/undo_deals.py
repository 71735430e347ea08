"""Take back the deals that one piece of an import made or changed."""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from rapport.imports.hanging import holding, remove
from rapport.imports.images import Left, Step
from rapport.imports.models import Stay
from rapport.journal.rows import rows_now, write_back
from rapport.sales.competitor import Rival
from rapport.sales.deal import Deal, Move
from rapport.sales.deal_line import DealLine
from rapport.sales.record_deals import squeezed

OURS = ("sales.move", "sales.dealline", "sales.rival")


@dataclass
class Deals:
    """How many went, which were touched, and what stays with the reason."""

    gone: int = 0
    touched: set[int] = field(default_factory=set)
    left: list[Left] = field(default_factory=list)


def undo_deals(step: Step) -> Deals:
    """What people did with a deal since stays, and the deal with it."""
    found = Deals()
    change_back(step, found)
    made = set(Deal.objects.filter(pk__in=step.made["sales_deal"]).values_list("pk", flat=True))
    stays = touched_since(step, made)
    for pk, label in holding(Deal, made, OURS).items():
        stays.setdefault(pk, Left("sales_deal", pk, Stay.USED, detail=label))
    found.left += stays.values()
    goes = made - stays.keys()
    found.touched |= goes
    Rival.objects.filter(deal__in=goes).delete()
    DealLine.objects.filter(deal__in=goes).delete()
    Move.objects.filter(deal__in=goes).delete()
    found.gone = remove(Deal, goes)
    return found


def touched_since(step: Step, made: set[int]) -> dict[int, Left]:
    """Those that are otherwise than this piece left them, were moved, or got further lines or competitors."""
    since = {pk for pk, first in first_images(made).items() if otherwise(first)}
    moved = Move.objects.filter(deal__in=made).exclude(pk__in=step.made["sales_move"])
    lines = DealLine.objects.filter(deal__in=made).exclude(pk__in=step.made["sales_dealline"])
    since.update(moved.values_list("deal_id", flat=True), lines.values_list("deal_id", flat=True))
    since.update(
        one.deal_id
        for one in Rival.objects.filter(deal__in=made).select_related("deal", "competitor")
        if squeezed(one.deal.told.get("competitor", "")) not in map(squeezed, one.competitor.called)
    )
    return {pk: Left("sales_deal", pk, Stay.SAID_ANEW) for pk in since}


def first_images(made: set[int]) -> dict[int, models.Model]:
    """Of each that was ever changed, how it was before that for the first time."""
    events = apps.get_model("sales", "DealEvent").objects.filter(pgh_obj__in=made).order_by("pgh_obj", "pgh_id")
    return {one.pgh_obj_id: one for one in events.distinct("pgh_obj")}


def otherwise(first: Any) -> bool:
    now = Deal.objects.get(pk=first.pgh_obj_id)
    return any(getattr(first, one.attname) != getattr(now, one.attname) for one in Deal._meta.concrete_fields)  # noqa: SLF001


def change_back(step: Step, found: Deals) -> None:
    """Deals that were there before say again what they said, unless somebody has changed them since."""
    changed = step.changed["sales_deal"]
    now = rows_now(Deal, {after["id"] for _before, after in changed})
    for before, after in changed:
        pk = after["id"]
        if pk not in now:
            continue
        if now[pk] != after:
            found.left.append(Left("sales_deal", pk, Stay.SAID_ANEW))
            continue
        write_back(Deal, [before])
        now[pk] = before
        found.touched.add(pk)
        Move.objects.filter(pk__in=step.made["sales_move"], deal=pk).delete()
    lines = rows_now(DealLine, {after["id"] for _before, after in step.changed["sales_dealline"]})
    for before, after in step.changed["sales_dealline"]:
        if lines.get(after["id"]) == after:
            write_back(DealLine, [before])
            lines[after["id"]] = before
