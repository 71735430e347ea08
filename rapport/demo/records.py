"""What each source says of the customers: enough in common to match, enough that differs to need a golden record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from rapport.customers.golden import Value
from rapport.customers.models import Kind
from rapport.customers.records import RecordIn, claims
from rapport.demo import firm
from rapport.demo.own_fields import known_of
from rapport.demo.spin import luck
from rapport.demo.world import BIG, Account, Human
from rapport.lib.identifiers import Identity, normalise
from rapport.lib.names import fold

DAY = timedelta(days=1)
COUNTRY = {
    "PT": "Portugal",
    "ES": "Spain",
    "DE": "Germany",
    "AT": "Austria",
    "CH": "Switzerland",
    "GB": "United Kingdom",
    "IE": "Ireland",
}
FAMILY = {"en": "The {} family", "de": "Familie {}", "pt": "Família {}", "es": "Familia {}"}


@dataclass(frozen=True)
class Said:
    """A record and the moment its source sent it."""

    at: datetime
    record: RecordIn


class Sources:
    """Tells what the sources say of one account after the other."""

    def __init__(self, seed: int, start: datetime, now: datetime) -> None:
        self.rng = Random(f"sources {seed}")  # noqa: S311
        self.start, self.now = start, now
        self.count = 0

    def of(self, one: Account) -> Iterator[Said]:
        if one.place == "home":
            yield from self.private(one)
            return
        yield from self.company(one)
        for human in one.people:
            yield from self.employee(one, human)

    def company(self, one: Account) -> Iterator[Said]:
        tax = normalise(
            "account", f"{one.country}{one.number[1:]}{sum(map(ord, one.name)) % 900 + 100}", namespace="VAT"
        )
        home = self.home(one)
        if one.since < self.start:
            old: dict[str, Value] = {
                **home,
                "name": self.worn(one.name),
                "street": self.moved(one),
                "tags": ["key account"] if one.size > BIG else [],
            }
            yield self.said(one.since, firm.OLD_CRM, Kind.COMPANY, old, (tax,))
        more: dict[str, Value] = {
            "name": one.name,
            "website": f"https://www.{one.domain}",
            "owner": owner(one),
            "team": one.team,
            "tags": list(one.tags),
            **known_of(one, self.now),
        }
        desk = normalise("email", f"info@{one.domain}")
        identities = (tax, normalise("phone", one.phone), desk)
        yield self.said(one.since + DAY, firm.ERP, Kind.COMPANY, {**home, **more}, identities, one.number)

    def employee(self, one: Account, human: Human) -> Iterator[Said]:
        rng = self.rng
        first = firm.OLD_CRM if one.since < self.start else firm.FAIR if luck(rng, 0.25) else firm.ERP
        said: dict[str, Value] = {
            "first_name": human.first,
            "last_name": human.last,
            "language": human.language,
            "time_zone": one.land.zone,
            "country": COUNTRY[one.country],
            "city": one.city,
        }
        ours: dict[str, Value] = {"owner": owner(one), "team": one.team}
        identities = (normalise("email", human.email), normalise("phone", human.phone))
        begun = one.since + 2 * DAY + rng.randrange(20) * DAY
        job = (one.name, human.role)
        short = first != firm.ERP and luck(rng, 0.07)
        if short:
            said["first_name"] = f"{human.first[0]}."
        yield self.said(begun, first, Kind.PERSON, {**said, **ours}, identities, job=job)
        if first != firm.ERP and luck(rng, 0.35):
            newer = {**said, **ours, "first_name": human.first, "street": one.street, "postcode": one.postcode}
            yield self.said(begun + rng.randrange(20, 400) * DAY, firm.ERP, Kind.PERSON, newer, identities, job=job)
        if not short:
            yield from self.elsewhere(begun, human, identities)

    def private(self, one: Account) -> Iterator[Said]:
        rng, human = self.rng, one.people[0]
        identities = (normalise("email", human.email), normalise("phone", human.phone))
        said = {
            **self.home(one),
            "first_name": human.first,
            "last_name": human.last,
            "team": one.team,
            "owner": owner(one),
        }
        if one.since < self.start and luck(rng, 0.5):
            old = {**said, "street": self.moved(one), "last_name": fold(human.last).capitalize()}
            yield self.said(one.since, firm.OLD_CRM, Kind.PERSON, old, identities)
        yield self.said(
            one.since + DAY, firm.SHOP, Kind.PERSON, {**said, "tags": list(one.tags)}, identities, one.number
        )
        yield from self.elsewhere(one.since + DAY, human, identities)

    def elsewhere(self, begun: datetime, human: Human, identities: tuple[Identity, ...]) -> Iterator[Said]:
        """The newsletter tool knows an address and whatever was typed; the telephone system a name for a number."""
        rng = self.rng
        if luck(rng, 0.3):
            typed = rng.choice((human.name, human.name.lower(), human.first, fold(human.name).title()))
            news: dict[str, Value] = {"name": typed, "language": human.language, "tags": ["newsletter"]}
            yield self.said(begun + rng.randrange(1, 300) * DAY, firm.NEWSLETTER, Kind.PERSON, news, identities[:1])
        elif luck(rng, 0.1):
            known: dict[str, Value] = {"name": human.name, "tags": ["calls in"]}
            yield self.said(begun + rng.randrange(1, 300) * DAY, firm.PBX, Kind.PERSON, known, identities[1:])

    def household(self, name: str, one: Account) -> Said:
        said = {**self.home(one), "name": FAMILY[one.land.language].format(name), "team": one.team}
        return self.said(one.since + 3 * DAY, firm.ERP, Kind.HOUSEHOLD, said, (), f"H{one.number[1:]}")

    def home(self, one: Account) -> dict[str, Value]:
        return {
            "street": one.street,
            "postcode": one.postcode,
            "city": one.city,
            "country": COUNTRY[one.country],
            "language": one.land.language,
            "time_zone": one.land.zone,
        }

    def worn(self, name: str) -> str:
        """The name as the old system kept it."""
        return self.rng.choice((name, name.upper(), fold(name).title(), name))

    def moved(self, one: Account) -> str:
        """Their address of then, for some."""
        return one.street if luck(self.rng, 0.7) else f"{self.rng.choice(one.land.streets)} {self.rng.randrange(1, 90)}"

    def said(
        self,
        at: datetime,
        source: str,
        kind: Kind,
        values: Mapping[str, Value],
        identities: tuple[Identity, ...],
        number: str = "",
        job: tuple[str, str] = ("", ""),
    ) -> Said:
        self.count += 1
        key = number or f"{source[0]}{100_000 + self.count}"
        known = claims(values)
        return Said(
            min(at, self.now), RecordIn(source, key, kind, known, identities, company=job[0], company_role=job[1])
        )


def owner(one: Account) -> str:
    return firm.BY_FIRST[one.owner].email if one.owner else ""
