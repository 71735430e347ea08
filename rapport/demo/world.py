"""Who the firm's customers are: companies with the people who work there, private persons and households."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from rapport.channels.inbound import Clue
from rapport.demo import firm
from rapport.demo.places import COUNTRIES, LINES, MAILBOXES, MOBILES, ROLES, Country, numbers
from rapport.demo.spin import luck
from rapport.lib.names import fold, words

COMPANIES, HOMES, HOUSEHOLDS = 600, 800, 70
SHARES = {"PT": 24, "ES": 19, "DE": 26, "AT": 6, "CH": 6, "GB": 16, "IE": 3}
PLACES = {"office": 5, "clinic": 3, "hotel": 3}
TRENDS = {"steady": 10, "growing": 4, "shrinking": 3, "silent": 2, "new": 4}
BIG = 1.5
YEAR = timedelta(days=365)


@dataclass(eq=False)
class Human:
    """Somebody the firm deals with."""

    first: str
    last: str
    email: str
    phone: str
    language: str
    role: str = ""
    woman: bool = field(default=True, kw_only=True)

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def mail(self) -> Clue:
        return Clue("email", self.email)

    @property
    def line(self) -> Clue:
        return Clue("phone", self.phone)


@dataclass(eq=False)
class Account:
    """A customer of the firm, with the people behind it. `place` is office, clinic, hotel or home."""

    number: str
    place: str
    name: str
    country: str
    street: str
    postcode: str
    city: str
    owner: str
    team: str
    since: datetime
    trend: str
    turn: datetime
    size: float
    machine: str
    serial: str
    technician: str
    domain: str = ""
    phone: str = ""
    people: list[Human] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    online: float = 0.35

    @property
    def land(self) -> Country:
        return COUNTRIES[self.country]

    @property
    def brand(self) -> str:
        return firm.HOME if self.place == "home" else firm.PRO

    @property
    def account(self) -> Clue:
        return Clue("external", self.number, firm.SHOP if self.place == "home" else firm.ERP)


class World:
    """The generator of all customers: the same seed makes the same ones."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.rng = Random(f"world {seed}")  # noqa: S311
        self.now = now
        self.start = now - 3 * YEAR
        self.taken: set[str] = set()
        self.mobiles = {code: numbers(patterns, first=20) for code, patterns in MOBILES.items()}
        self.lines = {code: numbers(patterns, first=20) for code, patterns in LINES.items()}
        self.count = 0

    def companies(self, count: int) -> list[Account]:
        return [self.company() for _ in range(count)]

    def homes(self, count: int) -> list[Account]:
        return [self.home() for _ in range(count)]

    def company(self) -> Account:
        rng = self.rng
        code = self.picked(SHARES)
        place = self.picked(PLACES)
        name = self.firm_name(COUNTRIES[code], place)
        size = min(5.0, max(0.35, rng.lognormvariate(0, 0.65)))
        one = self.account(code, place, name, size)
        one.domain = self.unused("-".join(words(name))[:40], ".example")
        one.phone = next(self.lines[code])
        one.tags = (
            tuple(rng.sample((place, "care plan", "key account", "leasing", "multi-site"), 2)) if size > 1 else (place,)
        )
        one.people = [self.employee(one) for _ in range(max(1, min(16, round(size * 4.4 + rng.gauss(0.5, 1)))))]
        return one

    def home(self) -> Account:
        rng = self.rng
        code = self.picked(SHARES)
        land = COUNTRIES[code]
        person = self.human(land, rng.choice(land.surnames), woman=luck(rng, 0.5))
        person.email = self.unused(f"{local(person)}", f"@{MAILBOXES[code]}.example")
        person.phone = self.mobile(code)
        one = self.account(code, "home", person.name, min(3.0, rng.lognormvariate(0, 0.5)))
        one.people = [person]
        one.team, one.online = "Homes", 1.0
        one.owner = rng.choice(("Ben", "Lucy", "", "", "")) if one.size < BIG else rng.choice(("Sofia", "Ben", "Lucy"))
        one.tags = tuple(rng.sample(("beans club", "showroom", "gift buyer", "first machine"), rng.choice((0, 1, 1))))
        return one

    def account(self, code: str, place: str, name: str, size: float) -> Account:
        rng, land = self.rng, COUNTRIES[code]
        city, postcode = rng.choice(land.cities)
        trend = self.picked(TRENDS)
        self.count += 1
        machine = rng.choice(firm.MACHINES[place])
        return Account(
            number=f"{'P' if place == 'home' else 'K'}{20_000 + self.count * 7}",
            place=place,
            name=name,
            country=code,
            street=self.street(land),
            postcode="".join(self.sign(sign) for sign in postcode),
            city=city,
            owner=rng.choice(firm.LOOKS_AFTER[code]),
            team=firm.TEAM_OF[code],
            since=self.since(trend),
            trend=trend,
            turn=self.start + (self.now - self.start) * rng.uniform(0.3, 0.88),
            size=size,
            machine=machine.name,
            serial=f"{machine.code}-{rng.randrange(100_000):05}",
            technician=rng.choice(firm.TECHNICIANS[code]),
        )

    def since(self, trend: str) -> datetime:
        """When they became customers: most long ago, the new ones lately."""
        rng = self.rng
        span = self.now - self.start
        if trend == "new":
            return self.now - span * (0.3 * rng.random())
        if luck(rng, 0.62):
            return self.start - timedelta(days=rng.randrange(1, 1500))
        return self.start + span * rng.random() * 0.75

    def employee(self, one: Account) -> Human:
        land = one.land
        person = self.human(land, self.rng.choice(land.surnames), woman=luck(self.rng, 0.55))
        person.role = self.rng.choice(ROLES[land.language])
        person.email = self.unused(local(person), f"@{one.domain}")
        person.phone = self.mobile(one.country) if luck(self.rng, 0.4) else next(self.lines[one.country])
        return person

    def human(self, land: Country, last: str, *, woman: bool) -> Human:
        first = self.rng.choice(land.women if woman else land.men)
        return Human(first, last, "", "", land.language, woman=woman)

    def mobile(self, code: str) -> str:
        return next(self.mobiles[code], "") or next(self.lines[code])

    def street(self, land: Country) -> str:
        name, number = self.rng.choice(land.streets), self.rng.randrange(1, 140)
        return f"{number} {name}" if land.language == "en" else f"{name} {number}"

    def sign(self, sign: str) -> str:
        if sign == "X":
            return self.rng.choice("ABDEFGHJLNPQRSTUWXYZ")
        return str(self.rng.randrange(1, 10)) if sign == "#" else sign

    def firm_name(self, land: Country, place: str) -> str:
        made = ""
        for _ in range(200):
            pattern = self.rng.choice(land.firms[place])
            name, other = self.rng.sample(land.surnames, 2)
            made = pattern.format(name=name, other=other, word=self.rng.choice(land.words))
            if fold(made) not in self.taken:
                self.taken.add(fold(made))
                return made
        city = self.rng.choice(land.cities)[0]
        return f"{made} {city} {self.count}"

    def unused(self, stem: str, end: str) -> str:
        made, count = f"{stem}{end}", 1
        while made in self.taken:
            count += 1
            made = f"{stem}{count}{end}"
        self.taken.add(made)
        return made

    def picked(self, weights: dict[str, int]) -> str:
        return self.rng.choices(tuple(weights), tuple(weights.values()))[0]


def local(person: Human) -> str:
    """The part of an address before the @."""
    return ".".join("-".join(words(part.replace("'", ""))) for part in (person.first, person.last))


def households(homes: list[Account], count: int) -> Iterator[tuple[str, list[Account]]]:
    """Private customers of one address: the later ones take the first one's name and home."""
    for place in range(count):
        head, *rest = homes[place * 2 : place * 2 + 2]
        for one in rest:
            one.country, one.street, one.postcode, one.city = head.country, head.street, head.postcode, head.city
        yield head.people[0].last, [head, *rest]
