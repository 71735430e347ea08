"""In a merge, let a person say field by field which record is right; what they say is withdrawn with the merge."""

from collections.abc import Iterable, Mapping

from rapport.customers.compute import recent_fields, said_of
from rapport.customers.edit import own_record
from rapport.customers.golden import OWN, TEXTS, Value, Won, golden
from rapport.customers.models import Customer, SourceRecord
from rapport.fields.models import CustomField, living
from rapport.identity.models import Merge

# The team follows from the owner.
CHOOSABLE = tuple(name for name in TEXTS if name != "team")


def choosable(fields: Iterable[CustomField]) -> list[str]:
    """The golden fields that one source says as they are, and the organisation's own ones; formulas follow from them."""
    return [*CHOOSABLE, *(one.claim for one in living(fields) if not one.computed)]


# In `Merge.choices` stand by field the record by hand, its value and moment before, and whether it spoke of the field.
def choose(merge: Merge, choices: Mapping[str, Customer]) -> None:
    """Write by hand what the chosen record says of each field (field → record), where it would not win by itself.

    Called before the members move. It is written on the record that said it, so that each keeps its own values when
    they part; `merge` remembers what stood there before.
    """
    said, recent = said_of([merge.survivor_id, merge.absorbed_id]), recent_fields()
    together = golden([one for records in said.values() for one in records], recent)
    written: dict[str, list[object]] = {}
    for name, customer in choices.items():
        value = told(name, golden(said[customer.pk], recent))
        if value == told(name, together):
            continue
        hand = own_record(customer, at=merge.at)
        before = [hand.claims.get(name), hand.said_at.get(name), name in hand.claims]
        hand.claims[name], hand.said_at[name] = value, merge.at.isoformat()
        hand.save()
        written[name] = [hand.pk, *before]
    if written:
        merge.choices = written
        merge.save(update_fields=["choices"])


def told(name: str, fields: Mapping[str, Won]) -> Value:
    """The value of a field, or what stands for none."""
    if name in fields:
        return fields[name].value
    return None if name.startswith(OWN) else ""


def withdraw(merge: Merge) -> None:
    """Take back what was chosen for ``merge``, except where somebody has written something else since."""
    for name, (record_id, *before) in merge.choices.items():
        hand = SourceRecord.objects.get(pk=record_id)
        if hand.said_at.get(name) != merge.at.isoformat():
            hand_on(merge, name, record_id, before)
            continue
        value, moment, *was_said = before
        put(hand.claims, name, value, said=was_said == [True] if was_said else value is not None)
        put(hand.said_at, name, moment, said=moment is not None)
        if hand.claims or hand.first_seen_at != merge.at:
            hand.save(update_fields=["claims", "said_at"])
        else:
            hand.delete()


def hand_on(merge: Merge, name: str, record_id: int, before: list[object]) -> None:
    """A later merge that chose over ``merge`` brings back what stood there before both, once it is taken back itself."""
    for later in Merge.objects.filter(pk__gt=merge.pk, undone_at=None, choices__has_key=name):
        record, _value, moment, *_said = later.choices[name]
        if record == record_id and moment == merge.at.isoformat():
            later.choices[name] = [record_id, *before]
            later.save(update_fields=["choices"])


def put(held: dict[str, object], name: str, value: object, *, said: bool) -> None:
    if said:
        held[name] = value
    else:
        held.pop(name, None)


def chosen_for(merge: Merge) -> dict[str, int]:
    """Field → the customer whose value was chosen in ``merge``, as it would be chosen again."""
    records = {record_id for record_id, *_before in merge.choices.values()}
    homes = dict(SourceRecord.objects.filter(pk__in=records).values_list("pk", "member__home"))
    return {name: homes[record_id] for name, (record_id, *_before) in merge.choices.items() if record_id in homes}
