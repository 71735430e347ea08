"""Read the organisation's own fields out of the rows of a file."""

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapport.channels.inbound import Clue
from rapport.customers.golden import Value
from rapport.customers.models import Customer
from rapport.fields.models import CustomField, Type, declared, living
from rapport.fields.read import Manner, read
from rapport.identity.refer import refer
from rapport.imports.plan import Plan
from rapport.lib.layouts import Row
from rapport.people.models import User


@dataclass(frozen=True)
class OwnReader:
    """Reads one field as its column is written."""

    field: CustomField
    column: str
    manner: Manner

    def read(self, text: str) -> Value:
        return read(self.field, text, self.manner)


@dataclass(frozen=True)
class Own:
    """The fields in use, the colleagues whom they may name, and the customers that a piece of the file refers to."""

    fields: Sequence[CustomField]
    users: Mapping[str, int]
    customers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, people: Iterable[tuple[str, str, int]]) -> "Own":
        users = {word.lower(): pk for name, email, pk in people for word in (name, email) if word}
        return cls([one for one in living(declared()) if not one.computed], users)

    def read_by(self, plan: Plan, zone: zoneinfo.ZoneInfo) -> list[OwnReader]:
        """A reader for each field that the plan maps."""
        readers = []
        for one in self.fields:
            for target in plan.of(one.claim):
                manner = Manner(target.order, target.mark, zone=zone, customer=self.customer, user=self.user)
                readers.append(OwnReader(one, target.column or one.label, manner))
        return readers

    def customer(self, said: object) -> int | None:
        return self.customers.get(str(said))

    def user(self, said: object) -> int | None:
        return self.users.get(str(said).lower())

    def asks(self, plan: Plan) -> bool:
        """Whether a column names other customers, whom only the database knows."""
        return any(plan.of(one.claim) for one in self.fields if one.type == Type.CUSTOMER)

    def meet(self, rows: Sequence[Row], plan: Plan, *, by: User | None) -> None:
        """Find all customers that ``rows`` refer to, at once: by an id in a source, an account number, a company's name."""
        claims = [one.claim for one in self.fields if one.type == Type.CUSTOMER]
        columns = [target.column for claim in claims for target in plan.of(claim) if target.column]
        places = [plan.columns.index(column) for column in columns if column in plan.columns]
        words = {row.cells[place].strip() for row in rows for place in places if place < len(row.cells)}
        found = refer(Clue("customer", word) for word in words if word)
        seen = {one.customer_id for one in found.values()}
        if by and seen:
            seen = set(Customer.objects.visible_to(by).filter(pk__in=seen).values_list("pk", flat=True))
        self.customers.clear()
        self.customers.update((word, one.customer_id) for word, one in found.items() if one.customer_id in seen)
