"""Take back the customers, records and identifiers that one piece of an import made or changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q

from rapport.customers.models import BY_HAND, Customer, Identifier, Member, Relationship, SourceRecord, Strength
from rapport.customers.preference import Preference
from rapport.identity.models import Merge, Pair
from rapport.imports.hanging import holding, remove
from rapport.imports.images import Left, Step
from rapport.imports.later import Later, lay, said
from rapport.imports.models import Stay
from rapport.journal.rows import Image, rows_now, write_back

RECORDS, PAIRS = "customers_sourcerecord", "identity_pair"
KEYED = ("claims", "said_at", "raw")
PLAIN = ("seen_at", "guess")
OF_A_MEMBER = ("customers.identifier", "customers.sourcerecord", "customers.relationship")
OF_A_CUSTOMER = ("customers.member", "customers.customer", "identity.merge")


@dataclass
class Records:
    """What became of them. `touched` are customers to be computed anew."""

    gone: int = 0
    back: int = 0
    touched: set[int] = field(default_factory=set)
    stays: dict[int, Left] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def undo_records(step: Step) -> Records:
    found = Records()
    undo_pairs(step, found)
    undo_changes(step, found)
    unsay(step, found)
    made = {member.pk: member for member in Member.objects.filter(pk__in=step.made["customers_member"])}
    customers = set(Customer.objects.filter(pk__in=step.made["customers_customer"]).values_list("pk", flat=True))
    judge(step, set(made), found)
    judge_customers(customers, made, found)
    keep_together(step, customers, made, found)
    found.left += found.stays.values()
    goes = made.keys() - found.stays.keys()
    unrelate(step, goes, found)
    found.touched |= {made[pk].customer_id for pk in goes}
    forget(goes)
    learned_again(step, made, found)
    held = {made[pk].home_id for pk in found.stays}
    parted = customers - held
    Merge.objects.filter(Q(survivor__in=parted) | Q(absorbed__in=parted)).delete()
    found.gone = remove(Customer, parted)
    found.touched -= parted
    strengthen(step, found)
    return found


def undo_pairs(step: Step, found: Records) -> None:
    """Possible duplicates that only this run named are looked at anew; what somebody decided stays decided."""
    open_ = Pair.objects.open()
    sources = {
        after["id"]: (before["conflict_source"], after["conflict_source"]) for before, after in step.changed[PAIRS]
    }
    for pair in open_.filter(pk__in=sources):
        before, after = sources[pair.pk]
        if pair.conflict_source == after:
            open_.filter(pk=pair.pk).update(conflict_source=before)
    named = open_.filter(pk__in=step.made[PAIRS] | sources.keys())
    for customers in named.values_list("one__customer", "other__customer"):
        found.touched.update(customers)
    open_.filter(pk__in=step.made[PAIRS]).delete()


def unsay(step: Step, found: Records) -> None:
    """What the run heard of wishes was never said; what was said before holds again."""
    words = Preference.objects.filter(pk__in=step.made["customers_preference"])
    found.touched |= set(words.values_list("member__customer", flat=True))
    words.delete()


def undo_changes(step: Step, found: Records) -> None:
    """Let records say again what they said, field by field where somebody has said something else since."""
    changed = step.changed[RECORDS]
    if not changed:
        return
    ids = {after["id"] for _before, after in changed}
    now, later = dict(rows_now(SourceRecord, ids)), Later.than(step.run, step.newest, RECORDS, ids)
    for before, after in changed:
        if after["id"] not in now:
            continue
        image, since = laid_back(now[after["id"]], before, after, later)
        found.left += [Left("customers_member", before["member_id"], Stay.SAID_ANEW, name) for name in since]
        found.back += image != now[after["id"]]
        now[after["id"]] = image
    later.keep(step.traces[RECORDS])
    write_back(SourceRecord, list(now.values()))
    members = {image["member_id"] for image in now.values()}
    found.touched |= set(Member.objects.filter(pk__in=members).values_list("customer_id", flat=True))


def laid_back(now: Image, before: Image, after: Image, later: Later) -> tuple[dict[str, Any], list[str]]:
    """``now`` with what changed between ``before`` and ``after`` taken back, and the fields that say something else since."""
    image, since = dict(now), list[str]()
    for part in KEYED:
        image[part] = dict(now[part])
        for key in before[part].keys() | after[part].keys():
            old, new = said(before[part], key), said(after[part], key)
            if old == new:
                continue
            if later.takes_over(before["id"], key, old, new, part):
                lay(after[part], key, old)
            elif said(image[part], key) == new:
                lay(image[part], key, old)
            if part == "claims" and said(image[part], key) != old:
                since.append(key)
    for key in PLAIN:
        old, new = said(before, key), said(after, key)
        if old != new and later.takes_over(before["id"], key, old, new):
            lay(after, key, old)
        elif said(image, key) == new:
            lay(image, key, old)
    return image, since


def judge(step: Step, made: set[int], found: Records) -> None:
    """Which of the members that were made must stay: something was said of them, or happened to them, since."""
    records = SourceRecord.objects.filter(member__in=made)
    for member, source in records.exclude(pk__in=step.made[RECORDS]).values_list("member", "source"):
        reason = Stay.BY_HAND if source == BY_HAND else Stay.SAID_ANEW
        found.stays[member] = Left("customers_member", member, reason)
    for member in records.exclude(seen_at=F("first_seen_at")).values_list("member", flat=True):
        found.stays.setdefault(member, Left("customers_member", member, Stay.SAID_ANEW))
    identifiers = Identifier.objects.filter(member__in=made)
    by_hand = identifiers.exclude(pk__in=step.made["customers_identifier"], label="")
    for member in by_hand.values_list("member", flat=True):
        found.stays.setdefault(member, Left("customers_member", member, Stay.BY_HAND))
    own = step.made["customers_relationship"]
    others = Relationship.objects.filter(Q(member__in=made) | Q(other__in=made)).exclude(pk__in=own)
    for pair in others.values_list("member", "other"):
        for member in made.intersection(pair):
            found.stays.setdefault(member, Left("customers_member", member, Stay.USED, detail="customers.relationship"))
    for member, label in holding(Member, made, OF_A_MEMBER).items():
        reason = Stay.INTERACTIONS if label == "timeline.participation" else Stay.USED
        found.stays.setdefault(member, Left("customers_member", member, reason, detail=label))


def judge_customers(customers: set[int], made: Mapping[int, Member], found: Records) -> None:
    """Which of the customers that were made must stay; their members stay with them."""
    why: dict[int, Stay] = {}
    merged = Merge.objects.filter(undone_at=None).filter(Q(survivor__in=customers) | Q(absorbed__in=customers))
    for pair in merged.values_list("survivor", "absorbed"):
        why |= dict.fromkeys(customers.intersection(pair), Stay.MERGED)
    joined = Member.objects.filter(Q(home__in=customers) | Q(customer__in=customers)).exclude(pk__in=made)
    for pair in joined.values_list("home", "customer"):
        for pk in customers.intersection(pair):
            why.setdefault(pk, Stay.JOINED)
    details = holding(Customer, customers, OF_A_CUSTOMER)
    for pk in details:
        why.setdefault(pk, Stay.USED)
    for pk, member in made.items():
        if member.home_id in why:
            found.stays.setdefault(
                pk, Left("customers_member", pk, why[member.home_id], detail=details.get(member.home_id, ""))
            )


def keep_together(step: Step, customers: set[int], made: Mapping[int, Member], found: Records) -> None:
    """Whoever shares a customer with one who stays, stays; so does the company of somebody who stays."""
    jobs = list(
        Relationship.objects.filter(pk__in=step.made["customers_relationship"], other__in=made).values_list(
            "member", "other"
        )
    )
    grown = True
    while grown:
        held = {made[pk].home_id for pk in found.stays} & customers
        more = {pk for pk, member in made.items() if member.home_id in held}
        more |= {other for member, other in jobs if member in found.stays}
        more -= found.stays.keys()
        grown = bool(more)
        found.stays |= {pk: Left("customers_member", pk, Stay.TOGETHER) for pk in more}


def unrelate(step: Step, goes: Iterable[int], found: Records) -> None:
    """Take back who works where, but not of those who stay, nor where somebody has changed it by hand."""
    fresh = Relationship.objects.filter(pk__in=step.made["customers_relationship"]).exclude(member__in=found.stays)
    events = apps.get_model("customers", "RelationshipEvent").objects.filter(
        pgh_obj_id=OuterRef("pk"), pgh_label="changed"
    )
    by_hand = fresh.filter(Exists(events)).exclude(member__in=goes).exclude(other__in=goes)
    kept = dict(by_hand.values_list("pk", "member"))
    found.left += [Left("customers_member", member, Stay.BY_HAND, "company_role") for member in kept.values()]
    fresh.exclude(pk__in=kept).delete()


def forget(goes: Iterable[int]) -> None:
    members = list(goes)
    Pair.objects.filter(Q(one__in=members) | Q(other__in=members)).delete()
    SourceRecord.objects.filter(member__in=members).delete()
    Identifier.objects.filter(member__in=members).delete()
    remove(Member, members)


def learned_again(step: Step, made: Mapping[int, Member], found: Records) -> None:
    """Identifiers that customers got who were there before are taken off them, but for those labelled by hand."""
    learned = Identifier.objects.filter(pk__in=step.made["customers_identifier"]).exclude(member__in=made)
    for member in learned.exclude(label="").values_list("member", flat=True):
        found.left.append(Left("customers_member", member, Stay.BY_HAND, "identifier"))
    goes = learned.filter(label="")
    found.touched |= set(goes.values_list("member__customer", flat=True))
    goes.delete()


def strengthen(step: Step, found: Records) -> None:
    """A line that was taken for a shared one is its holder's own again, once nobody else has it."""
    changed = step.changed["customers_identifier"]
    now = rows_now(Identifier, {after["id"] for _before, after in changed})
    for before, after in changed:
        row = now.get(after["id"])
        if row is None or row["strength"] != after["strength"] or before["strength"] == after["strength"]:
            continue
        proof = {name: row[name] for name in ("kind", "namespace", "key")}
        if Identifier.objects.filter(**proof).exclude(pk=row["id"]).exists():
            found.left.append(Left("customers_member", row["member_id"], Stay.SHARED, "phone", row["value"][:200]))
            continue
        Identifier.objects.filter(pk=row["id"]).update(strength=Strength(before["strength"]))
