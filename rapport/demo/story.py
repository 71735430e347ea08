"""What happens between the firm and one of its customers in three years: scenes, each a small story of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.demo import firm
from rapport.demo.phrases import Scene, money
from rapport.demo.spin import luck
from rapport.demo.world import Account, Human
from rapport.sales.record_orders import OrderIn

IN, OUT, AMONG = Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL
# How busy each month is, January first: quiet summers, a strong end of the year.
BUSY = (0.85, 0.9, 1.1, 1.05, 1.0, 0.9, 0.6, 0.45, 1.15, 1.2, 1.25, 1.1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SATURDAY = 5


Data = tuple[tuple[str, str | int], ...]


class Beat(NamedTuple):
    """One interaction before it is numbered. `author` is the first name of a colleague."""

    at: datetime
    source: str
    channel: Channel
    direction: Direction
    kind: str
    clues: tuple[Clue, ...]
    subject: str = ""
    text: str = ""
    author: str = ""
    touchpoint: str = ""
    brand: str = ""
    amount: Decimal | None = None
    currency: str = ""
    data: Data = ()

    def numbered(self, external_id: str) -> Inbound:
        return Inbound(
            source=self.source,
            external_id=external_id,
            at=self.at,
            channel=self.channel,
            direction=self.direction,
            kind=self.kind,
            parties=(Party(self.clues),),
            subject=self.subject,
            text=self.text,
            amount=self.amount,
            currency=self.currency,
            brand=self.brand,
            touchpoint=self.touchpoint,
            data=dict(self.data),
        )


@dataclass
class Story:
    """All that is told of one account."""

    account: Account
    rng: Random
    start: datetime
    now: datetime
    beats: list[Beat] = field(default_factory=list)
    orders: list[OrderIn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.account.land.zone)
        self.begin = max(self.start, self.account.since)

    # When

    def moments(self, a_year: float) -> Iterator[datetime]:
        """Moments at this rate, busier in some months and as the account grows or shrinks."""
        at = self.begin
        rate = a_year * 1.9
        while True:
            at += timedelta(days=self.rng.expovariate(rate / 365))
            if at >= self.now:
                return
            if self.rng.random() * 1.9 < BUSY[at.month - 1] * self.mood(at):
                yield self.office(at)

    def mood(self, at: datetime) -> float:
        """How much they deal with us at that time, around 1."""
        trend, age = self.account.trend, (at - self.start) / (self.now - self.start)
        if trend == "growing":
            return 0.45 + 0.95 * age
        if trend == "shrinking":
            return 1.4 - 1.1 * age
        if trend == "silent":
            return 1.15 if at < self.account.turn else 0.0
        return 1.0

    def office(self, at: datetime) -> datetime:
        """That day or the next working day, in working hours where the customer is."""
        at = at.astimezone(self.zone)
        if self.account.place != "home" and at.weekday() >= SATURDAY:
            at += (7 - at.weekday()) * DAY
        hour = min(18, max(8, round(self.rng.gauss(11.5, 2.6))))
        return at.replace(hour=hour, minute=self.rng.randrange(60), second=self.rng.randrange(60), microsecond=0)

    def later(self, at: datetime, low: float, high: float) -> datetime:
        """Some working moment between ``low`` and ``high`` days after ``at``."""
        then = self.office(at + DAY * self.rng.uniform(low, high))
        return then if then > at or high <= 0 else self.soon(at, 30, 240)

    def soon(self, at: datetime, low: int, high: int) -> datetime:
        return at + MINUTE * self.rng.randrange(low, high)

    # Who

    def somebody(self) -> Human:
        """Whom it concerns: mostly the first in the list."""
        people = self.account.people
        return people[min(len(people) - 1, int(self.rng.expovariate(1 / (0.6 + len(people) * 0.32))))]

    def minder(self) -> str:
        """The colleague who takes care of it."""
        desk = ("Ben", "Lucy", "Sofia") if self.account.team == "Homes" else firm.LOOKS_AFTER[self.account.country]
        return self.account.owner if self.account.owner and luck(self.rng, 0.7) else self.rng.choice(desk)

    def scene(self, who: Human, author: str, **slots: str) -> Scene:
        one = self.account
        slots |= {
            "first": who.first,
            "last": who.last,
            "machine": one.machine,
            "serial": one.serial,
            "tech": one.technician,
            "agent": author,
            "agentname": firm.BY_FIRST[author].name,
            "brand": one.brand,
            "part": self.rng.choice(firm.PARTS).name,
            "bean": self.rng.choice(firm.BEANS).name.removesuffix(" 1 kg"),
        }
        scene = Scene(self.rng, who.language, one.place, **slots)
        if "amount" not in scene:
            scene["amount"] = money(self.rng.randrange(4, 60) * 100, one.land.currency, who.language)
        if "invoice" not in scene:
            scene["invoice"] = f"R{self.rng.randrange(24_000, 99_999)}"
        if "order" not in scene:
            scene["order"] = f"{self.rng.randrange(300_000, 799_999)}"
        return scene

    # What

    def say(
        self,
        at: datetime,
        what: "What",
        who: Human,
        scene: Scene,
        occasion: str,
        *,
        touchpoint: str = "",
        data: Data = (),
    ) -> None:
        """Add one interaction, unless it has not happened yet."""
        if at >= self.now:
            return
        inbound = what.direction == IN
        hello = "hello_us" if inbound else "hello_f" if who.woman else "hello_m"
        scene.manners = {"hello": hello, "bye": "bye" if inbound else "bye_us"}
        subject, text = scene.say(occasion)
        clue = who.line if what.channel in {Channel.PHONE, Channel.SMS} else who.mail
        beat = Beat(
            at, *what[:4], (clue,), subject, text, scene["agent"] if what.typed else "", brand=self.account.brand
        )
        self.beats.append(beat._replace(touchpoint=touchpoint, data=data))


class What(NamedTuple):
    """A sort of interaction. `typed` says that a colleague wrote it down."""

    source: str
    channel: Channel
    direction: Direction
    kind: str
    typed: bool = False


MAIL_IN = What(firm.MAIL, Channel.EMAIL, IN, "email")
MAIL_OUT = What(firm.MAIL, Channel.EMAIL, OUT, "email", typed=True)
NOTICE = What(firm.ERP, Channel.EMAIL, OUT, "email")
CALL_IN = What(firm.PBX, Channel.PHONE, IN, "call", typed=True)
CALL_OUT = What(firm.PBX, Channel.PHONE, OUT, "call", typed=True)
CHAT = What(firm.CHAT, Channel.CHAT, IN, "chat", typed=True)
SMS_OUT = What(firm.SMS, Channel.SMS, OUT, "sms")
SMS_IN = What(firm.SMS, Channel.SMS, IN, "sms")
LETTER_OUT = What(firm.POST, Channel.POST, OUT, "letter", typed=True)
COMPLAINT_MAIL = What(firm.MAIL, Channel.EMAIL, IN, "complaint")
COMPLAINT_CALL = What(firm.PBX, Channel.PHONE, IN, "complaint", typed=True)
COMPLAINT_LETTER = What(firm.POST, Channel.POST, IN, "complaint")
SERVICE = What(firm.FIELD, Channel.VISIT, OUT, "service visit")
VISIT = What(firm.FIELD, Channel.VISIT, OUT, "visit", typed=True)
NOTE = What(firm.NOTES, Channel.SYSTEM, AMONG, "note", typed=True)
SURVEY = What(firm.SURVEYS, Channel.WEB, IN, "survey answer")
PORTAL = What(firm.PORTAL, Channel.PORTAL, IN, "portal")
PAGES = What(firm.SITE, Channel.WEB, IN, "web visit")
POSTED = What(firm.SOCIAL, Channel.SOCIAL, IN, "social")
REPLIED = What(firm.SOCIAL, Channel.SOCIAL, OUT, "social", typed=True)
CONSENT = What(firm.NEWSLETTER, Channel.WEB, IN, "consent change")
PAYMENT = What(firm.ERP, Channel.SYSTEM, IN, "payment")
TOUCH = What(firm.CAMPAIGNS, Channel.EMAIL, OUT, "campaign touch")
