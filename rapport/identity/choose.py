"""In a merge, let a person say field by field which record is right; what they say is withdrawn with the merge."""

from collections.abc import Mapping

from rapport.customers.compute import recent_fields, said_of
from rapport.customers.edit import own_record
from rapport.customers.golden import TEXTS, golden
from rapport.customers.models import Customer, SourceRecord
from rapport.identity.models import Merge

# The team follows from the owner.
CHOOSABLE = tuple(name for name in TEXTS if name != "team")


def choose(merge: Merge, choices: Mapping[str, Customer]) -> None:
    """Write by hand what the chosen record says of each field (field → record), where it would not win by itself.

    Called before the members move. It is written on the record that said it, so that each keeps its own values when
    they part; `merge` remembers what stood there before.
    """
    said, recent = said_of([merge.survivor_id, merge.absorbed_id]), recent_fields()
    together = golden([one for records in said.values() for one in records], recent)
    written: dict[str, list[object]] = {}
    for name, customer in choices.items():
        own = golden(said[customer.pk], recent).get(name)
        value = own.value if own else ""
        if value == (together[name].value if name in together else ""):
            continue
        hand = own_record(customer, at=merge.at)
        before = [hand.claims.get(name), hand.said_at.get(name)]
        hand.claims[name], hand.said_at[name] = value, merge.at.isoformat()
        hand.save()
        written[name] = [hand.pk, *before]
    if written:
        merge.choices = written
        merge.save(update_fields=["choices"])


def withdraw(merge: Merge) -> None:
    """Take back what was chosen for ``merge``, except where somebody has written something else since."""
    for name, (record_id, value, moment) in merge.choices.items():
        hand = SourceRecord.objects.get(pk=record_id)
        if hand.said_at.get(name) != merge.at.isoformat():
            continue
        for held, before in ((hand.claims, value), (hand.said_at, moment)):
            if before is None:
                held.pop(name, None)
            else:
                held[name] = before
        if hand.claims or hand.first_seen_at != merge.at:
            hand.save(update_fields=["claims", "said_at"])
        else:
            hand.delete()
