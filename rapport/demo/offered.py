"""What the demo company sells, what it costs, who may give which discount, its quotes, and when it can be booked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Q

from rapport.catalogue.fill_bundle import fill_bundle
from rapport.catalogue.find_price import Buyer, asked_price, lists_for, price_of
from rapport.catalogue.keep_product import keep_product
from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.product import Component, Product, Tax, TaxRate
from rapport.catalogue.shape_prices import keep_price_list, set_price
from rapport.catalogue.shape_taxes import keep_tax
from rapport.demo import firm
from rapport.demo.bookable import let_book
from rapport.demo.contested import contest
from rapport.demo.followed import follow_up
from rapport.people.models import Brand, User
from rapport.people.role import Role
from rapport.quotes.agreement import Agreement
from rapport.quotes.answer import Kind
from rapport.quotes.answer_quote import Said, answer_quote
from rapport.quotes.approval import DiscountLimit
from rapport.quotes.approve import ask_approval, decide, too_deep
from rapport.quotes.limits import set_limits
from rapport.quotes.mark_seen import mark_seen
from rapport.quotes.quote import Quote
from rapport.quotes.renew import renew
from rapport.quotes.send_quote import Cover, send_quote
from rapport.quotes.write_quote import Heading, change_quote, new_version, write_quote
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine
from rapport.sales.fulfil import bill, deliver
from rapport.sales.fulfilment import Invoice
from rapport.sales.order import Order
from rapport.sales.set_lines import LineWish, set_lines
from rapport.timeline.models import Interaction

DAY = timedelta(days=1)
FULL, REDUCED = "VAT, full rate", "VAT, reduced rate"
# Number, name, family, unit, price, months between bills (0: once), tax, words for customers.
PRODUCTS = (
    (
        "AP-200",
        "Alvorena Pro 200",
        "Machines",
        "piece",
        "3490",
        0,
        FULL,
        "Two groups, up to 200 cups a day, water tank or mains.",
    ),
    ("AP-400", "Alvorena Pro 400", "Machines", "piece", "5890", 0, FULL, "Three groups, up to 400 cups a day, mains."),
    (
        "AP-80",
        "Alvorena Pro 80",
        "Machines",
        "piece",
        "1690",
        0,
        FULL,
        "For the staff room: up to 80 cups a day, water tank.",
    ),
    ("GR-2", "Grinder G2", "Machines", "piece", "640", 0, FULL, "Two hoppers, 64 mm."),
    ("MF-1", "Milk fridge", "Machines", "piece", "390", 0, FULL, "4 litres, beside the machine."),
    ("CARE-B", "Care plan Basic", "Care plans", "machine", "29", 1, FULL, "Yearly service, parts at cost."),
    (
        "CARE-P",
        "Care plan Plus",
        "Care plans",
        "machine",
        "49",
        1,
        FULL,
        "Two services a year, parts included, repaired within two days.",
    ),
    ("RENT-200", "Alvorena Pro 200, rented", "Rent", "machine", "119", 1, FULL, "With Care plan Plus, from 24 months."),
    ("INST", "Installation and first training", "Services", "machine", "260", 0, FULL, "Half a day at your place."),
    ("TRAIN", "Barista training", "Services", "day", "890", 0, FULL, "Up to eight people, at your place or ours."),
    ("BEAN-H", "House beans", "Beans", "kg", "18.40", 0, REDUCED, "Brazil and Ethiopia, medium roast."),
    ("BEAN-O", "Organic beans", "Beans", "kg", "22.90", 0, REDUCED, "Peru, washed, certified."),
    ("FILTER", "Water filter", "Supplies", "piece", "34.50", 0, FULL, "Lasts about 1,200 cups."),
    ("CLEAN", "Cleaning tablets, 100", "Supplies", "box", "21.90", 0, FULL, ""),
    ("SET-BAR", "Barista corner", "Machines", "set", "7150", 0, FULL, "All that a coffee corner in a lobby needs."),
)
VARIANTS = (("AP-200-W", "AP-200", "white"), ("AP-200-B", "AP-200", "black"))
BUNDLE = ("SET-BAR", (("AP-400", 1), ("GR-2", 1), ("MF-1", 1), ("INST", 1)))
# From so many on one costs so much.
STEPS = (("AP-200", 5, "3290"), ("AP-80", 5, "1590"), ("BEAN-H", 50, "16.90"), ("BEAN-O", 50, "21.20"))
RETIRED = ("AP-150", "Alvorena Pro 150")
# By what is sold through a pipeline: numbers with how many of each.
BASKETS: Mapping[str, Sequence[Sequence[tuple[str, int]]]] = {
    "Machines": (
        (("AP-200", 6), ("INST", 6), ("CARE-P", 6)),
        (("GR-2", 8), ("TRAIN", 1)),
        (("SET-BAR", 2), ("CARE-P", 2), ("BEAN-H", 60)),
        (("RENT-200", 2), ("BEAN-O", 20)),
    ),
    "Care plans": ((("CARE-P", 12),), (("CARE-B", 9), ("FILTER", 18))),
    "Beans": ((("BEAN-H", 60), ("FILTER", 4)), (("BEAN-O", 50),), (("BEAN-H", 20),)),
}
TERMS = "Delivery within three weeks. Payable within 30 days. Prices without tax unless stated otherwise. Installed machines are ours until paid."
# What becomes of the quotes, in turn.
FATES = (
    "sent",
    "accepted",
    "seen",
    "asked",
    "draft",
    "declined",
    "version",
    "question",
    "approved",
    "accepted",
    "over",
)


def offer(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type, int]]:
    """Fill the catalogue and write quotes; what was made, as model and id."""
    leader = staff["Clara"]
    shelve(leader, at=at)
    rng = Random("quotes")  # noqa: S311
    ready = Deal.objects.open().filter(stage__place__gte=2, amount__isnull=False, member__isnull=False).order_by("pk")
    for place, deal in enumerate(ready.select_related("pipeline", "owner", "member__customer")[: 2 * len(FATES)]):
        pursue_quote(deal, FATES[place % len(FATES)], rng, boss=staff["Jonas"], at=at)
    end_soon(at=at)
    for model in (Component, Price, PriceList, TaxRate, DealLine, DiscountLimit, Quote, Product, Tax, Deal):
        yield from ((model, pk) for pk in model._default_manager.values_list("pk", flat=True))  # noqa: SLF001
    orders = Order.objects.exclude(quote=None)
    yield from ((Order, pk) for pk in orders.values_list("pk", flat=True))
    said = Interaction.objects.filter(Q(kind__startswith="quote ") | Q(order__in=orders))
    yield from ((Interaction, pk) for pk in said.values_list("pk", flat=True))
    yield from let_book(staff, at=at)
    yield from contest(staff, at=at)
    yield from follow_up(staff, at=at)


def end_soon(*, at: datetime) -> None:
    """What was agreed on first began three years ago and ends in six weeks: a deal about it is opened."""
    first = Agreement.objects.order_by("pk").first()
    if first:
        ends = at.date() + 42 * DAY
        Agreement.objects.filter(pk=first.pk).update(begins=ends - 1096 * DAY, ends=ends)
        renew(at=at, today=at.date())


def shelve(by: User, *, at: datetime) -> None:
    """Taxes, products, prices and limits."""
    begun = at - 500 * DAY
    taxes = {}
    for name, percent in ((FULL, Decimal(19)), (REDUCED, Decimal(7))):
        taxes[name] = Tax(name=name)
        keep_tax(taxes[name], percent=percent, since=date(2021, 1, 1), by=by, at=begun)
    retail = PriceList(name="Business 2026", currency="EUR")
    keep_price_list(retail, by=by, at=begun)
    known: dict[str, Product] = {}
    for number, name, family, unit, cost, every, tax, words in PRODUCTS:
        known[number] = Product(
            number=number, name=name, family=family, unit=unit, every=every or None, tax=taxes[tax], description=words
        )
        keep_product(known[number], by=by, at=begun)
        set_price(retail, known[number], Decimal(cost), from_quantity=Decimal(0), by=by, at=begun)
    for number, parent, variant in VARIANTS:
        of = known[parent]
        keep_product(
            Product(
                number=number, name=of.name, family=of.family, unit=of.unit, tax=of.tax, parent=of, variant=variant
            ),
            by=by,
            at=begun,
        )
    fill_bundle(known[BUNDLE[0]], {known[part]: Decimal(number) for part, number in BUNDLE[1]}, by=by, at=begun)
    for number, quantity, cost in STEPS:
        set_price(retail, known[number], Decimal(cost), from_quantity=Decimal(quantity), by=by, at=begun)
    partners = PriceList(name="Partners", currency="EUR", tag="partner")
    keep_price_list(partners, by=by, at=begun)
    for number in ("AP-200", "AP-400", "AP-80", "GR-2"):
        full = Decimal(next(one[4] for one in PRODUCTS if one[0] == number))
        set_price(
            partners,
            known[number],
            (full * Decimal("0.88")).quantize(Decimal(1)),
            from_quantity=Decimal(0),
            by=by,
            at=begun,
        )
    shop = PriceList(name="Web shop", currency="EUR", inclusive=True, brand=Brand.objects.get(name=firm.HOME))
    keep_price_list(shop, by=by, at=begun)
    for number, cost in (("BEAN-H", "21.90"), ("BEAN-O", "26.90"), ("FILTER", "39.90"), ("CLEAN", "24.90")):
        set_price(shop, known[number], Decimal(cost), from_quantity=Decimal(0), by=by, at=begun)
    old = Product(number=RETIRED[0], name=RETIRED[1], family="Machines", unit="piece", retired_at=at - 90 * DAY)
    keep_product(old, by=by, at=begun)
    roles = {one.key: one for one in Role.objects.filter(key__in=("agent", "manager", firm.FIELD_SALES, firm.REGIONAL))}
    deep = {"agent": 10, "manager": 20, firm.FIELD_SALES: 8, firm.REGIONAL: 12}
    set_limits({roles[key]: Decimal(percent) for key, percent in deep.items() if key in roles})


def pursue_quote(deal: Deal, fate: str, rng: Random, *, boss: User, at: datetime) -> None:
    """Products into the deal, a quote of them, and what becomes of it."""
    today = at.date()
    owner, begun = deal.owner, max(deal.stage_since, at - 12 * DAY)
    basket = rng.choice(BASKETS.get(deal.pipeline.name, BASKETS["Machines"]))
    set_lines(deal.pk, wishes_of(basket, today), currency="EUR", seen=None, by=owner, at=begun)
    deal.refresh_from_db()
    quote = write_quote(deal, by=owner, at=begun, today=begun.date())
    percent = {"asked": 15, "approved": 18}.get(fate, rng.choice((0, 0, 3, 5)))
    wishes = [
        LineWish(one.product, one.quantity, one.unit_price, one.discount, one.name, one.months)
        for one in quote.lines.in_order()
    ]
    heading = Heading(
        begun.date() + 30 * DAY,
        discount=Decimal(percent),
        brand=Brand.objects.get(name=firm.PRO),
        note="As discussed, here is our offer for your house.",
        terms=TERMS,
    )
    quote = change_quote(quote.pk, heading, wishes, by=owner, at=begun)
    if fate == "draft":
        return
    if too_deep(quote, owner) is not None:
        ask_approval(quote.pk, why="They decide this week between us and one other.", by=owner, at=begun)
        if fate == "asked":
            return
        decide(quote.pk, granted=True, said="For three years of care, yes.", by=boss, at=begun + timedelta(hours=2))
        if fate == "approved":
            return
    quote = send_quote(quote.pk, Cover(), by=owner, at=begun + timedelta(hours=3), today=begun.date())
    answered(quote, fate, rng, owner, at=min(at, begun + 3 * DAY))


def wishes_of(basket: Sequence[tuple[str, int]], today: date) -> list[LineWish]:
    buyer = Buyer("EUR", today)
    lists, found = lists_for(buyer), []
    for number, quantity in basket:
        product = Product.objects.select_related("tax").get(number=number)
        price = price_of(product, Decimal(quantity), buyer, lists)
        rate = product.tax.rate_on(today) if product.tax else Decimal(0)
        cost = asked_price(price, rate) if price else Decimal(1)
        found.append(LineWish(product, Decimal(quantity), cost, months=36 if product.every else None))
    return found


def answered(quote: Quote, fate: str, rng: Random, owner: User, *, at: datetime) -> None:
    """What the customer did with it."""
    today = quote.day
    if fate in {"seen", "accepted", "declined", "question"}:
        mark_seen(quote, at=at)
    name = quote.customer.name
    if fate == "accepted":
        said = Said(Kind.ACCEPTED, name=name, address=f"203.0.113.{rng.randrange(200)}", browser="Mozilla/5.0 (iPhone)")
        answer_quote(quote.pk, said, at=at, today=today)
        fulfil(Quote.objects.select_related("order").get(pk=quote.pk), owner, at=at)
    if fate == "declined":
        said = Said(Kind.DECLINED, words="The head office has a contract with somebody else until next year.")
        answer_quote(quote.pk, said, at=at, today=today)
    if fate == "question":
        answer_quote(quote.pk, Said(Kind.QUESTION, words="Is the installation in it?"), at=at, today=today)
    if fate == "version":
        new_version(quote.pk, by=owner, at=at, today=today)
    if fate == "over":
        Quote.objects.filter(pk=quote.pk).update(valid_until=at.date() - 2 * DAY)


def fulfil(quote: Quote, owner: User, *, at: datetime) -> None:
    """Half of the first line is on its way, and the invoice is out."""
    order = quote.order
    if order is None:
        return
    first = order.lines.order_by("line")[0]
    half = (first.quantity / 2).quantize(Decimal(1)) or first.quantity
    deliver(order.pk, {first.pk: half}, on=at.date(), note="The rest follows next week.", by=owner, at=at)
    bill(order.pk, Invoice.INVOICED, paid=None, reference=f"R-{order.external_id[2:]}", by=owner, at=at)
