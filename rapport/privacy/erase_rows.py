"""Erase the rows that are a person's: all of them in one transaction, or none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

from rapport.audit.forget import forget
from rapport.consent.ledger import Consent
from rapport.consent.models import Decision, Enclosure, Lift, Suppression
from rapport.consent.shun import shun
from rapport.customers.name_words import NameToken, NameUse, NameVariant
from rapport.identity.models import Crowd
from rapport.imports.models import ImportTrace
from rapport.journal.models import Event
from rapport.mail.models import Attachment, LedgerLine
from rapport.privacy.erase_person import Person, is_theirs
from rapport.privacy.erase_rules import RULES, Emptied
from rapport.quotes.quote import Quote
from rapport.web.models import Browser
from rapport.webhooks.models import Arrival, Delivery

Counted = Counter[str]
WHY = "erasure of a person"


def erase_rows(person: Person, *, evidence: str, at: Any) -> Counted:
    """What was done to how many rows, by table. Nothing of it is kept in histories: their triggers are silent."""
    done: Counted = Counter()
    with transaction.atomic(), pgtrigger.ignore():
        person.ids["visitors"] = list(
            Browser.objects.filter(member__in=person.of("members")).values_list("visitor", flat=True)  # type: ignore[arg-type]
        )
        person.ids["files"] = files_of(person)
        words = list(NameUse.objects.filter(customer__in=person.of("customers")).values_list("token", flat=True))
        for name, did in (
            ("consent.suppression", suppress(person, evidence, at)),
            ("webhooks.delivery", untell(person)),
            ("webhooks.arrival", forget_requests(person)),
            ("imports.importtrace", prune_traces(person)),
        ):
            done[name] += did
        for rule in RULES:
            done[rule.table] += carry_out(rule, person)
        done["mail.ledgerline"] += forget_lines(person)
        done["customers.nametoken"] += drop_words(words)
        done["identity.crowd"] += raw_delete(Crowd.objects.filter(value__in=[key for _kind, key in person.proofs]))
    return Counter({name: number for name, number in done.items() if number})


def carry_out(rule: Any, person: Person) -> int:
    model = apps.get_model(rule.table)
    lookups = person.lookups(rule.by)
    if not all(lookups.values()):
        return 0
    rows = model._base_manager.filter(**lookups)  # noqa: SLF001
    if isinstance(rule, Emptied):
        # By ids: a statement that sets columns knows no joins.
        return emptied(rows, rule.to)
    return raw_delete(rows)


def emptied(rows: "models.QuerySet[Any]", to: Mapping[str, Any]) -> int:
    ids = list(rows.values_list("pk", flat=True))
    forget(rows.model, ids, by=None, why=WHY)
    return rows.model._base_manager.filter(pk__in=ids).update(**to) if ids else 0  # noqa: SLF001


def raw_delete(rows: "models.QuerySet[Any]") -> int:
    """Only these rows: what hangs on them has gone before, and the database makes sure of it."""
    ids = list(rows.values_list("pk", flat=True))
    model = rows.model
    # What the audit trail keeps of them is a digest without its salt, which tells nothing.
    forget(model, ids, by=None, why=WHY)
    named = model._base_manager.filter(pk__in=ids)  # noqa: SLF001
    return named._raw_delete(named.db) if ids else 0  # noqa: SLF001


def files_of(person: Person) -> list[int]:
    """Files that came with what is theirs alone, or went to them, and the quotes they were given."""
    came = Attachment.objects.filter(mail__in=person.of("alone")).values_list("file", flat=True)
    went = Enclosure.objects.filter(message__member__in=person.of("members")).values_list("file", flat=True)
    offered = Quote.objects.filter(deal__member__in=person.of("members")).exclude(document=None)
    return sorted({*came, *went, *offered.values_list("document", flat=True)})


def suppress(person: Person, evidence: str, at: Any) -> int:
    """Digests in place of addresses; what they had objected to keeps its extent."""
    theirs = is_theirs(person)
    standing = Suppression.objects.standing()
    by_person = set(standing.filter(member__in=person.of("members")).values_list("extent", flat=True))
    extents = {(way, key): extent for way, key, extent in standing.filter(theirs).values_list("way", "key", "extent")}
    if by_person:
        widest = "everything" if "everything" in by_person else "advertising"
        extents = {(kind, key): extents.get((kind, key), widest) for kind, key in person.proofs}
    gone = Suppression.objects.filter(theirs | models.Q(member__in=person.of("members")))
    ids = list(gone.values_list("pk", flat=True))
    emptied(Decision.objects.filter(suppression__in=ids), {"suppression": None})
    raw_delete(Lift.objects.filter(suppression__in=ids))
    raw_delete(Suppression.objects.filter(pk__in=ids))
    said = Consent.objects.filter(theirs)
    emptied(Decision.objects.filter(consent__in=said), {"consent": None})
    raw_delete(said)
    reached = [(kind, key) for kind, key in person.proofs if kind in {"email", "phone"}]
    if not person.asked:
        reached = [one for one in reached if one in extents]
    return shun(reached, extents, evidence=evidence, at=at)


def untell(person: Person) -> int:
    """What webhooks were told of them: the ids stay, the records go."""
    subjects = {"customers": person.of("customers"), "interactions": [*person.of("alone"), *person.of("shared")]}
    told = models.Q(pk=None)
    for word, ids in subjects.items():
        told |= models.Q(kind__startswith=word, subject_ids__overlap=ids) if ids else models.Q(pk=None)
    events = Event.objects.filter(told).values_list("pk", flat=True)
    return Delivery.objects.filter(event_id__in=list(events)).update(body="{}", log=[], state=Delivery.State.GIVEN_UP)


def forget_requests(person: Person) -> int:
    """Bodies of web requests that became them or something of theirs."""
    made = {"interaction": person.of("alone"), "customer": person.of("members")}
    theirs = models.Q(customer_id__in=person.of("customers"))
    for becomes, ids in made.items():
        theirs |= models.Q(source__becomes=becomes, made_id__in=ids)
    return Arrival.objects.filter(theirs).update(body=b"", sent_id="", why="")


def forget_lines(person: Person) -> int:
    """Lines of the mail ledger that name their addresses and led to no shared interaction."""
    addresses = [key for kind, key in person.proofs if kind == "email"]
    named = LedgerLine.objects.filter(addresses__overlap=addresses).exclude(interaction__in=person.of("shared"))
    empty: dict[str, Any] = {"message_id": "", "addresses": [], "sender": "", "subject": ""}
    return named.update(**empty) if addresses else 0


def drop_words(token_ids: Iterable[int]) -> int:
    """Words of names that stand in nobody's name any more."""
    unused = NameToken.objects.filter(pk__in=list(token_ids), uses=None)
    ids = list(unused.values_list("pk", flat=True))
    raw_delete(NameVariant.objects.filter(token__in=ids))
    return raw_delete(NameToken.objects.filter(pk__in=ids))


OWN_KEYS = {"member_id": "members", "customer_id": "customers", "interaction_id": "alone", "other_id": "members"}


def prune_traces(person: Person) -> int:
    """Images of their rows that imports keep to be taken back."""
    own = {"customers_customer": person.of("customers"), "timeline_interaction": person.of("alone")}
    changed = 0
    for trace in ImportTrace.objects.filter(pk__in=traces_of(person)).iterator(chunk_size=100):
        ids = set(own.get(trace.label, ()))
        kept = [one for one in trace.images if not any(is_of(image, ids, person) for image in images_of(one))]
        if len(kept) != len(trace.images):
            changed += len(trace.images) - len(kept)
            ImportTrace.objects.filter(pk=trace.pk).update(images=kept)
    return changed


def traces_of(person: Person) -> list[int]:
    """Traces that hold an image of a row of theirs: asked of the database, which reads JSON faster than we do."""
    with connection.cursor() as cursor:
        cursor.execute(TRACES, [person.of("members"), person.of("customers"), person.of("alone")])
        return [pk for (pk,) in cursor.fetchall()]


TRACES = """
SELECT DISTINCT trace.id FROM imports_importtrace trace, jsonb_array_elements(trace.images) one,
    jsonb_array_elements(CASE jsonb_typeof(one) WHEN 'array' THEN one ELSE jsonb_build_array(one) END) image
WHERE jsonb_typeof(trace.images) = 'array' AND jsonb_typeof(image) = 'object' AND (
    (image->>'member_id')::bigint = ANY(%s::bigint[])
    OR coalesce(image->>'customer_id', CASE trace.label WHEN 'customers_customer' THEN image->>'id' END)::bigint
        = ANY(%s::bigint[])
    OR coalesce(image->>'interaction_id', CASE trace.label WHEN 'timeline_interaction' THEN image->>'id' END)::bigint
        = ANY(%s::bigint[]))
"""


def images_of(one: Any) -> list[Mapping[str, Any]]:
    """A deleted row is one image, a changed one a pair."""
    return [image for image in (one if isinstance(one, list) else [one]) if isinstance(image, dict)]


def is_of(image: Mapping[str, Any], ids: set[int], person: Person) -> bool:
    if image.get("id") in ids:
        return True
    return any(image.get(key) in person.of(whose) for key, whose in OWN_KEYS.items() if image.get(key) is not None)
