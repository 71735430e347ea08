"""Read what waits for somebody who knows whose it is: newest first, each with the reason in words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.channels.inbound import SEEN
from rapport.customers.models import Identifier
from rapport.customers.veil import hidden_kinds
from rapport.fields.sensitivity import MASK
from rapport.identity.resolve import Holder, Known, lookup
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise
from rapport.people.models import LegalEntity, User
from rapport.timeline.clues import clues_in
from rapport.timeline.lines import Line
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.read import Cursor, Entry, entries_of

LIMIT = 20


@dataclass(frozen=True)
class Waiting:
    """An interaction without a customer, and why nobody knows whose it is."""

    line: Line
    reasons: tuple[str, ...]
    identities: tuple[Identity, ...]
    hinted: bool = True

    @property
    def entry(self) -> Entry:
        return self.line.entry

    @property
    def hint(self) -> str:
        """What to look for first: the name before the dot in the address of whoever wrote."""
        addresses = (one.key for one in self.identities if one.kind == "email")
        found = next((address.partition("@")[2].rpartition(".")[0] for address in addresses), "")
        return found if self.hinted else ""


@dataclass(frozen=True)
class Queue:
    """Some of what waits; ``next`` is where the following page begins."""

    lines: tuple[Waiting, ...]
    next: Cursor | None


@dataclass(frozen=True)
class Clue:
    """One clue as it arrived and, where it can be read, its normal form."""

    kind: str
    value: str
    identity: Identity | None
    shown: str


@dataclass(frozen=True)
class Background:
    """What is known of the clues of a page: who holds them, which are shared, which are colleagues'."""

    known: Known
    colleagues: frozenset[str]


def queue(user: User, *, before: Cursor | None = None, limit: int = LIMIT) -> Queue:
    """What ``user`` may assign, older than ``before``."""
    found = Interaction.objects.visible_to(user).unassigned()
    if before:
        found = found.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.id))
    ids = list(found.order_by("-at", "-pk").values_list("pk", flat=True)[: limit + 1])
    lines = explained(ids[:limit], reader=user)
    return Queue(tuple(lines), lines[-1].entry.cursor if len(ids) > limit else None)


def explained(interaction_ids: Sequence[int], *, reader: User) -> list[Waiting]:
    """These interactions in their order, each with its reasons."""
    entries, closed = entries_of(interaction_ids, reader=reader), hidden_kinds(reader)
    lines = lines_of(interaction_ids)
    region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
    clues = {pk: clues_of(lines[pk], entry.source, region, closed) for pk, entry in entries.items()}
    background = background_of(clue for several in clues.values() for clue in several)
    return [
        Waiting(
            Line(entries[pk], (), ()),
            reasons(clues[pk], background),
            ours_to_keep(clues[pk], background),
            hinted=Identifier.Kind.EMAIL not in closed,
        )
        for pk in interaction_ids
    ]


def ours_to_keep(clues: Iterable[Clue], background: Background) -> tuple[Identity, ...]:
    """What would be an identifier of whoever is said to be the customer: nobody else's, and no colleague's."""
    found = {clue.identity.proof: clue.identity for clue in clues if clue.identity}
    known = background.known
    return tuple(
        known.as_held(one)
        for proof, one in found.items()
        if proof not in known.holders and one.key not in background.colleagues
    )


def lines_of(interaction_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Kind and value of what each participation came with, as it came: whose it is depends on no reader."""
    rows = Participation.objects.filter(interaction__in=interaction_ids).order_by("interaction_id", "-main", "pk")
    found: dict[int, list[tuple[str, str]]] = {pk: [] for pk in interaction_ids}
    for pk, kind, value in rows.values_list("interaction_id", "clue_kind", "clue_value"):
        found[pk].append((kind, value))
    return found


def clues_of(lines: Iterable[tuple[str, str]], source: str, region: str, closed: Collection[str] = ()) -> list[Clue]:
    """Every clue of every line."""
    every = (clue for kind, value in lines if kind != SEEN for clue in clues_in(kind, value))
    return [
        Clue(kind, value, read(kind, value, source, region), MASK if kind in closed else value) for kind, value in every
    ]


def read(kind: str, value: str, source: str, region: str) -> Identity | None:
    try:
        return normalise(kind, value, namespace=source if kind == "external" else "", region=region)
    except NotAnIdentifier:
        return None


def background_of(clues: Iterable[Clue]) -> Background:
    identities = [clue.identity for clue in clues if clue.identity]
    addresses = {one.key for one in identities if one.kind == "email"}
    staff = User.objects.filter(email__in=addresses).values_list("email", flat=True) if addresses else ()
    return Background(lookup(identities), frozenset(staff))


def reasons(clues: Sequence[Clue], background: Background) -> tuple[str, ...]:
    if not clues:
        return (_("It came without a name, an address or a number."),)
    return tuple(dict.fromkeys(reason(clue, background) for clue in clues))


def reason(clue: Clue, background: Background) -> str:
    """Why this clue leads to nobody."""
    value, identity = {"value": clue.shown}, clue.identity
    if clue.kind == "customer":
        return _("“%(value)s” is no customer's number or name here, or that of several.") % value
    if identity is None:
        return _("“%(value)s” can't be read as an address or a number.") % value
    if identity.key in background.colleagues:
        return _("%(value)s is a colleague's address.") % value
    if holder := background.known.holders.get(identity.proof):
        return held(holder) % value
    if identity.proof in background.known.shared:
        return _("%(value)s is shared by several customers.") % value
    return nature(identity) % value


def held(holder: Holder) -> str:
    if holder.trashed:
        return _("%(value)s belongs to a customer in the trash. Restore them, or say whose it is.")
    return _("%(value)s is known by now: it belongs to a customer.")


def nature(identity: Identity) -> str:
    """What an identifier of this kind and strength is, when nobody here holds it."""
    if identity.strength == "weak":
        if identity.kind == "email":
            return _("%(value)s is a shared address that a desk answers, not a person.")
        return _("%(value)s is a switchboard or a service number, not one person's line.")
    if identity.kind == "cookie":
        return _("The browser %(value)s has not been seen with a known customer yet.")
    if identity.strength == "linking":
        return _("%(value)s is not a full phone number, so it may be anybody's.")
    return _("Nobody here has %(value)s.")
