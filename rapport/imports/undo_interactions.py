"""Take back the interactions and orders that one piece of an import made or corrected."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapport.imports.hanging import holding, remove
from rapport.imports.images import Left, Step
from rapport.imports.models import Stay
from rapport.journal.rows import Image, put_back, rows_now, write_back
from rapport.sales.order import Order, OrderLine
from rapport.timeline.attend import leave
from rapport.timeline.models import Interaction, Participation, Receipt, Superseded

OURS = ("timeline.participation", "timeline.receipt", "sales.order")


@dataclass
class Timeline:
    """What became of them: what went or went back, what stays, and whose tallies are to be counted anew."""

    gone: int = 0
    orders_gone: int = 0
    back: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    stays: dict[int, Left] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def undo_interactions(step: Step, nobodys: Iterable[int]) -> Timeline:
    """``nobodys`` are interactions and orders that came in without anybody to whom they belong."""
    found = Timeline()
    undo_seats(step, found)
    undo_corrections(step, found)
    undo_lines(step, found)
    made = set(rows_now(Interaction, step.made["timeline_interaction"]))
    judge(made, set(nobodys), found)
    orders = dict(Order.objects.filter(interaction__in=made).values_list("interaction", "pk"))
    own = {pk for interaction, pk in orders.items() if interaction not in found.stays}
    for pk, why in strange_orders(step, own).items():
        own.discard(pk)
        found.stays |= {one: why for one, order in orders.items() if order == pk}
    found.left += [named(one, orders.get(pk)) for pk, one in found.stays.items()]
    goes = made - found.stays.keys()
    found.members |= seated(goes)
    OrderLine.objects.filter(order__in=own).delete()
    found.orders_gone = remove(Order, own)
    Participation.objects.filter(interaction__in=goes).delete()
    Receipt.objects.filter(interaction__in=goes).delete()
    found.gone = remove(Interaction, goes)
    found.back -= goes
    return found


def undo_seats(step: Step, found: Timeline) -> None:
    """Whom a file of links seated goes; what was of nobody before is of nobody again, unless somebody said otherwise."""
    found.members |= leave(step.made["timeline_participation"])


def named(one: Left, order: int | None) -> Left:
    """Rows of orders are known by the order."""
    return one if order is None else Left("sales_order", order, one.reason, one.field, one.detail)


def seated(interactions: Iterable[int]) -> set[int]:
    seats = Participation.objects.filter(interaction__in=list(interactions)).exclude(member=None)
    return {pk for pk in seats.values_list("member_id", flat=True) if pk}


def judge(made: set[int], nobodys: set[int], found: Timeline) -> None:
    """Which of the interactions that were made must stay."""
    rows = Interaction.objects.filter(pk__in=made)
    for pk in rows.filter(version__gt=1).values_list("pk", flat=True):
        found.stays[pk] = Left("timeline_interaction", pk, Stay.CORRECTED)
    for pk in rows.filter(pk__in=nobodys, unassigned=False).values_list("pk", flat=True):
        found.stays.setdefault(pk, Left("timeline_interaction", pk, Stay.ASSIGNED))
    for pk, label in holding(Interaction, made, OURS).items():
        found.stays.setdefault(pk, Left("timeline_interaction", pk, Stay.USED, detail=label))


def strange_orders(step: Step, own: set[int]) -> dict[int, Left]:
    """Orders that have got lines from elsewhere since, or that something depends on."""
    more = OrderLine.objects.filter(order__in=own).exclude(pk__in=step.made["sales_orderline"])
    held = {pk: Left("sales_order", pk, Stay.SAID_ANEW) for pk in more.values_list("order_id", flat=True)}
    for pk, label in holding(Order, own, ("sales.orderline",)).items():
        held.setdefault(pk, Left("sales_order", pk, Stay.USED, detail=label))
    return held


def undo_corrections(step: Step, found: Timeline) -> None:
    """Give interactions the version back that they had, newest correction first."""
    # Who was seated later changed no version: that is taken back by its seats.
    changed = [
        (before, after)
        for before, after in step.changed["timeline_interaction"]
        if before["version"] != after["version"]
    ]
    if not changed:
        return
    now = rows_now(Interaction, {after["id"] for _before, after in changed})
    receipts = stacks(step.changed["timeline_receipt"], "interaction_id")
    seats: dict[int, list[list[Image]]] = defaultdict(list)
    for images in step.deleted["timeline_participation"]:
        for pk in dict.fromkeys(image["interaction_id"] for image in images):
            seats[pk].append([image for image in images if image["interaction_id"] == pk])
    # Oldest last in each stack, so that the newest is taken first.
    for before, after in changed:
        pk = after["id"]
        if pk not in now or (pk not in found.stays and now[pk] == before):
            continue
        if pk in found.stays or now[pk] != after:
            found.stays[pk] = Left("timeline_interaction", pk, Stay.CORRECTED)
            continue
        found.members |= seated([pk])
        restore(before, receipts[pk].pop(0)[0] if receipts[pk] else None, seats[pk].pop(0) if seats[pk] else [])
        found.members |= seated([pk])
        now[pk] = before
        found.back.add(pk)


def stacks(changes: list[tuple[Image, Image]], key: str) -> dict[int, list[tuple[Image, Image]]]:
    found: dict[int, list[tuple[Image, Image]]] = defaultdict(list)
    for before, after in changes:
        found[after[key]].append((before, after))
    return found


def restore(before: Image, receipt: Image | None, seats: list[Image]) -> None:
    pk = before["id"]
    write_back(Interaction, [before])
    if receipt:
        write_back(Receipt, [receipt])
    Participation.objects.filter(interaction=pk).delete()
    put_back(Participation, seats)
    Superseded.objects.filter(interaction=pk, version=before["version"]).delete()


def undo_lines(step: Step, found: Timeline) -> None:
    """Orders that were there before get their lines and their total back, where no later word stands in the way."""
    fresh = OrderLine.objects.filter(pk__in=step.made["sales_orderline"]).exclude(order__in=step.made["sales_order"])
    lines = dict(fresh.values_list("pk", "order_id"))
    touched = {after["order_id"] for _before, after in step.changed["sales_orderline"]} | set(lines.values())
    touched -= step.made["sales_order"]
    orders = dict(Order.objects.filter(pk__in=touched).values_list("pk", "interaction_id"))
    free = {pk for pk, interaction in orders.items() if interaction not in found.stays}
    found.left += [Left("sales_order", pk, Stay.SAID_ANEW) for pk in orders.keys() - free]
    OrderLine.objects.filter(pk__in=[pk for pk, order in lines.items() if order in free]).delete()
    for model, label, key in ((OrderLine, "sales_orderline", "order_id"), (Order, "sales_order", "id")):
        now = rows_now(model, {after["id"] for _before, after in step.changed[label]})
        for before, after in step.changed[label]:
            if before[key] in free and now.get(after["id"]) == after:
                write_back(model, [before])
                now[after["id"]] = before
