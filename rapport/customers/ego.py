"""The network around one customer, two steps far: who is tied to whom, bounded, with what is left out."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from rapport.customers.known import tie_words
from rapport.customers.models import Customer, Member, Relationship
from rapport.people.models import User

NODES = 60
TIES = 2_000


@dataclass(frozen=True)
class Network:
    """`nodes` and `links` as the picture takes them; `left_out` counts those who are tied but not drawn."""

    nodes: list[dict[str, object]]
    links: list[dict[str, object]]
    left_out: int

    @property
    def drawing(self) -> dict[str, object]:
        return {"nodes": self.nodes, "links": self.links}


def network_of(customer: Customer, *, reader: User, kinds: Collection[str] = ()) -> Network:
    """Those next to ``customer`` first, then those next to them; two queries a step."""
    names = {customer.pk: (customer.name, customer.kind, 0)}
    links: dict[tuple[int, int, str], dict[str, object]] = {}
    edge, missed = [customer.pk], set[int]()
    for step in (1, 2):
        found = ties_at(edge, reader=reader, kinds=kinds)
        edge = []
        for tie in found:
            for one in (tie.member.customer, tie.other.customer):
                if one.pk in names or one.pk in missed:
                    continue
                if len(names) >= NODES:
                    missed.add(one.pk)
                    continue
                names[one.pk] = (one.name, one.kind, step)
                edge.append(one.pk)
        links |= {(tie.member.customer_id, tie.other.customer_id, tie.kind): as_link(tie) for tie in found}
    nodes: list[dict[str, object]] = [
        {"id": pk, "name": name, "kind": kind, "step": step, "url": reverse("customer", args=[pk])}
        for pk, (name, kind, step) in names.items()
    ]
    drawn = [link for (one, other, _kind), link in links.items() if one in names and other in names and one != other]
    return Network(nodes, drawn, len(missed))


def ties_at(customer_ids: Collection[int], *, reader: User, kinds: Collection[str]) -> list[Relationship]:
    """The relationships of today with an end among these, both ends visible."""
    seen = Member.objects.visible_to(reader)
    # Asked for by number, both ends are found by their indexes; through a join the whole table would be read.
    mine = list(seen.filter(customer__in=customer_ids).values_list("pk", flat=True))
    ends = Q(member__in=mine) | Q(other__in=mine)
    ties = Relationship.objects.filter(ends, until=None, member__in=seen, other__in=seen)
    if kinds:
        ties = ties.filter(kind__in=kinds)
    return list(ties.select_related("member__customer", "other__customer").order_by("pk")[:TIES])


def as_link(tie: Relationship) -> dict[str, object]:
    words = str(tie_words(tie.kind, outward=True))
    return {"source": tie.member.customer_id, "target": tie.other.customer_id, "words": words, "role": tie.role}
