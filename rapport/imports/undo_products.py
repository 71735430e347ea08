"""Take back the products, prices, lists and taxes that one piece of an import made or changed."""

from dataclasses import dataclass, field

from django.apps import apps
from django.db import models

from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Product, Tax, TaxRate
from rapport.imports.hanging import holding, remove
from rapport.imports.images import Left, Step
from rapport.imports.models import Stay
from rapport.journal.rows import rows_now, write_back


@dataclass
class Shelved:
    """How many products went, and what stays with the reason."""

    gone: int = 0
    left: list[Left] = field(default_factory=list)


def undo_products(step: Step) -> Shelved:
    """What people changed or sold of a product since stays, and the product with it."""
    found = Shelved()
    change_back(step, Product, "catalogue_product", found)
    change_back(step, Price, "catalogue_price", found)
    remove(Price, untouched(Price, step.made["catalogue_price"]))
    made = set(Product.objects.filter(pk__in=step.made["catalogue_product"]).values_list("pk", flat=True))
    # Variants first: what they are variants of is free then.
    for some in (made & variants(made), made - variants(made)):
        found.gone += take_off(some, found)
    for model, label in ((PriceList, "catalogue_pricelist"), (Tax, "catalogue_tax")):
        empty_lists(model, step.made[label])
    return found


def variants(ids: set[int]) -> set[int]:
    return set(Product.objects.filter(pk__in=ids).exclude(parent=None).values_list("pk", flat=True))


def take_off(ids: set[int], found: Shelved) -> int:
    stays = {pk: Left("catalogue_product", pk, Stay.SAID_ANEW) for pk in ids - untouched(Product, ids)}
    for pk, label in holding(Product, ids, ()).items():
        stays.setdefault(pk, Left("catalogue_product", pk, Stay.USED, detail=label))
    found.left += stays.values()
    return remove(Product, ids - stays.keys())


def untouched(model: type[models.Model], ids: set[int]) -> set[int]:
    """Those that say what they said when they were made: changed since and changed back counts as that, too."""
    events = apps.get_model(model._meta.app_label, f"{model.__name__}Event")  # noqa: SLF001
    first = events.objects.filter(pgh_obj__in=ids, pgh_label="changed").order_by("pgh_obj", "pgh_id")
    images = {one.pgh_obj_id: one for one in first.distinct("pgh_obj")}
    now = model._default_manager.in_bulk(ids)  # noqa: SLF001
    names = [one.attname for one in model._meta.concrete_fields]  # noqa: SLF001
    return {
        pk
        for pk, row in now.items()
        if pk not in images or all(getattr(images[pk], name) == getattr(row, name) for name in names)
    }


def empty_lists(model: type[models.Model], ids: set[int]) -> None:
    """A list or a tax that came with the file goes when nothing is left that needs it."""
    there = untouched(model, ids)
    free = there - holding(model, there, ("catalogue.taxrate",)).keys()
    if model is Tax:
        TaxRate.objects.filter(tax__in=free).delete()
    remove(model, free)


def change_back(step: Step, model: type[models.Model], label: str, found: Shelved) -> None:
    """What was there before says again what it said, unless somebody has changed it since."""
    now = rows_now(model, {after["id"] for _before, after in step.changed[label]})
    for before, after in step.changed[label]:
        pk = after["id"]
        if pk not in now:
            continue
        if now[pk] != after:
            if model is Product:
                found.left.append(Left(label, pk, Stay.SAID_ANEW))
            continue
        write_back(model, [before])
        now[pk] = before
