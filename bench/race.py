"""Withdrawals race with sending through a real SMTP server, and the rate at which the gate decides."""

import argparse
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from django.db import connection, connections
from django.utils import timezone

from bench.timing import clock as stopwatch
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.channels.models import MailAccount, Security
from rapport.consent.choose import stop
from rapport.consent.gate import batch, judge_all, send
from rapport.consent.ledger import Consent, Said
from rapport.consent.lift import lift
from rapport.consent.links import Link, What
from rapport.consent.models import Message, State, Suppression
from rapport.consent.object import object_as, object_to
from rapport.consent.policy import PolicyRule
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import serving
from rapport.customers.models import Customer
from rapport.timeline.receive import receive

ACTS = ("withdraw", "object", "object in person", "unsubscribe")


@dataclass
class Told:
    """What became of a run: arrivals after the acknowledgement (must be none), and those that came twice (too)."""

    arrived: int = 0
    refused: int = 0
    withdrawn: int = 0
    seconds: float = 0
    late: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


class Clock:
    """When each mail arrived at the server and when each withdrawal was acknowledged, on one clock (nanoseconds)."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[str, int]] = []
        self.acknowledged: dict[str, int] = {}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        # The end of the mail was read: before this moment it had left.
        self.arrivals.append((envelope.rcpt_tos[0], time.monotonic_ns()))
        return "250 OK"


def people(count: int, mark: str = "p") -> list[Any]:
    """Customers with one address each, who came in together."""
    now = timezone.now()
    arrivals = [
        Inbound(
            "shop",
            f"first:{mark}{number}",
            now,
            Channel.WEB,
            Direction.INBOUND,
            "visit",
            (Party((Clue("email", f"{mark}{number}@race.example"),), name=f"Person {number}"),),
        )
        for number in range(count)
    ]
    ids = [one.customer_id for one in receive(arrivals, by=None, at=now)]
    known = Customer.objects.in_bulk([one for one in ids if one])
    return [known[one] for one in ids if one]


def interleave(peer: Any, customers: Sequence[Any], *, by: Any, deliveries: int, seed: int, senders: int = 2) -> Told:
    """One run: ``deliveries`` messages to ``customers``, while about half of them take their yes back."""
    rng, clock = Random(seed), Clock()
    peer.handle_DATA = clock.handle_DATA
    addresses = [one.members.get().identifiers.get(kind="email").value for one in customers]
    agree_all(addresses, by)
    ids = written(customers, addresses, peer, by=by, deliveries=deliveries, rng=rng)
    rng.shuffle(ids)
    places = rng.sample(range(len(customers)), max(1, len(customers) // 2))
    leaving = list(zip(places, sorted(rng.randrange(deliveries) for _ in places), strict=True))
    done = Done()
    # As single letters leave, and as many leave over lines that stay open.
    by_one = [
        lambda share=ids[place::senders]: (send_each if seed % 2 else send_bulk)(share, done)
        for place in range(senders)
    ]

    def leaver() -> None:
        leave_each(leaving, customers, addresses, clock, done=done, rng=Random(seed + 1), by=by)

    begun = time.monotonic()
    run_together([*by_one, leaver])
    told = Told(withdrawn=len(clock.acknowledged), seconds=round(time.monotonic() - begun, 1))
    states = Counter(Message.objects.filter(pk__in=ids).values_list("state", flat=True))
    told.arrived, told.refused = states[State.SENT], states[State.REFUSED]
    told.late = [address for address, at in clock.arrivals if at > clock.acknowledged.get(address, at)]
    if len(clock.arrivals) != told.arrived:
        told.doubled = [f"{len(clock.arrivals)} arrived, {told.arrived} are known as sent"]
    lift_all(Suppression.objects.standing(), by)
    return told


def agree_all(addresses: Iterable[str], by: Any) -> None:
    offers, now = Purpose.objects.get(code="offers"), timezone.now()
    Consent.objects.bulk_create(
        Consent(
            purpose=offers,
            channel="email",
            way="email",
            key=one,
            value=one,
            said=Said.GRANTED,
            at=now,
            source="race",
            by=by,
        )
        for one in addresses
    )


def written(
    customers: Sequence[Any], addresses: Sequence[str], peer: Any, *, by: Any, deliveries: int, rng: Random
) -> list[int]:
    """Messages that are due, without the jobs that would send them."""
    account, _fresh = MailAccount.objects.update_or_create(
        address="news@race.example",
        defaults={"name": "News", "smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": Security.NONE},
    )
    offers, now = Purpose.objects.get(code="offers"), timezone.now()
    members = [one.members.get() for one in customers]
    places = [rng.randrange(len(customers)) for _ in range(deliveries)]
    keys = [uuid4().hex for _ in places]
    made = Message.objects.bulk_create(
        Message(
            key=key,
            account=account,
            member=members[place],
            purpose=offers,
            to=[addresses[place]],
            message_id=f"{key}@race.example",
            subject="Spring",
            text="Dear reader",
            due_at=now,
            by=by,
        )
        for key, place in zip(keys, places, strict=True)
    )
    return [one.pk for one in made]


class Done:
    """How many messages of a run were dealt with, so that withdrawals come at any time of it, however fast it is."""

    def __init__(self) -> None:
        self.count, self.over = 0, False


def send_each(ids: Sequence[int], done: Done) -> None:
    try:
        for pk in ids:
            send(pk, at=timezone.now())
            done.count += 1
    finally:
        done.over = True


def send_bulk(ids: Sequence[int], done: Done) -> None:
    try:
        with batch() as lines:
            for pk in ids:
                send(pk, at=timezone.now(), lines=lines)
                done.count += 1
    finally:
        done.over = True


def leave_each(
    leaving: Sequence[tuple[int, int]],
    customers: Sequence[Any],
    addresses: Sequence[str],
    clock: Clock,
    *,
    done: Done,
    rng: Random,
    by: Any,
) -> None:
    """One after the other, each at its moment of the run: when so many messages were dealt with, and a little later."""
    for place, moment in leaving:
        while done.count < moment and not done.over:
            time.sleep(0.002)
        time.sleep(rng.random() * 0.05)
        take_back(rng.choice(ACTS), customers[place], addresses[place], by=by)
        clock.acknowledged[addresses[place]] = time.monotonic_ns()


def take_back(act: str, customer: Any, address: str, *, by: Any) -> None:
    offers, now = Purpose.objects.get(code="offers"), timezone.now()
    if act == "withdraw":
        say(Word(offers, address, Said.WITHDRAWN, evidence="race"), by=by, at=now)
    elif act == "object":
        object_to(address, evidence="race", by=by, at=now)
    elif act == "object in person":
        object_as(customer.members.get(), evidence="race", by=by, at=now)
    else:
        stop(Link(What.CHOOSE, "email", address, offers.pk), offers, at=now)


def lift_all(standing: Iterable[Any], by: Any) -> None:
    for one in standing:
        lift(one, "the next run", by=by, at=timezone.now())


def run_together(jobs: Sequence[Callable[[], None]]) -> None:
    """Each in a thread with a connection of its own; what one of them raises is raised here."""
    troubles: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as trouble:  # noqa: BLE001
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if troubles:
        raise troubles[0]


def race(options: argparse.Namespace) -> int:
    PolicyRule.objects.all().delete()
    size = min(options.people, options.deliveries)
    kept = Kept(options.kept, options.deliveries, size)
    mark = f"p{Customer.objects.count()}x"
    customers, begun = people(size, mark), time.monotonic()
    with serving() as peer:
        for seed in range(options.seed, options.seed + options.interleavings):
            if seed in kept.runs:
                continue
            told = interleave(peer, customers, by=None, deliveries=options.deliveries, seed=seed)
            kept.add(seed, told)
            if len(kept.runs) % 10 == 0 or told.late or told.doubled:
                print(kept.words, flush=True)
            if options.seconds and time.monotonic() - begun > options.seconds:
                break
    print(kept.words)
    return 1 if any(one["late"] or one["doubled"] for one in kept.runs.values()) else 0


class Kept:
    """The runs that ended, also those of an earlier call, one to a line of a file."""

    def __init__(self, path: Path | None, deliveries: int, people: int) -> None:
        self.path, self.mark = path, {"deliveries": deliveries, "people": people}
        lines = path.read_text().splitlines() if path and path.exists() else []
        rows = [json.loads(one) for one in lines]
        self.runs: dict[int, dict[str, Any]] = {one["seed"]: one for one in rows if self.mark.items() <= one.items()}

    def add(self, seed: int, told: Told) -> None:
        self.runs[seed] = {"seed": seed, **self.mark, **asdict(told)}
        if self.path:
            with self.path.open("a") as file:
                file.write(json.dumps(self.runs[seed]) + "\n")

    @property
    def words(self) -> str:
        rows = self.runs.values()
        arrived, refused, withdrawn = (sum(one[name] for one in rows) for name in ("arrived", "refused", "withdrawn"))
        late, doubled = (sum(len(one[name]) for one in rows) for name in ("late", "doubled"))
        took = sum(one["seconds"] for one in rows) or 1
        return (
            f"{len(rows)} runs of {self.mark['deliveries']}: {arrived} arrived, {refused} refused, {withdrawn} withdrawals; "
            f"{late} after their acknowledgement, {doubled} doubled; {(arrived + refused) / took:.0f} a second"
        )


BARE = """SELECT m.id, m.to, p.code, s.id, l.suppression_id, c.said
          FROM consent_message m JOIN consent_purpose p ON p.id = m.purpose_id
          LEFT JOIN consent_suppression s ON s.key = m.to[1] AND s.way = 'email'
          LEFT JOIN consent_lift l ON l.suppression_id = s.id
          LEFT JOIN LATERAL (
              SELECT said FROM consent_consent c
              WHERE c.key = m.to[1] AND c.purpose_id = m.purpose_id AND c.channel = 'email' ORDER BY at DESC LIMIT 1
          ) c ON true
          WHERE m.id = ANY(%s)"""


def rate(options: argparse.Namespace) -> int:
    """Decide about many messages at once, beside bare SQL that reads the same rows; then about single ones."""
    customers = people(options.people, mark="r")
    addresses = [one.members.get().identifiers.get(kind="email").value for one in customers]
    agree_all(addresses, None)
    with serving() as peer:
        ids = written(customers, addresses, peer, by=None, deliveries=options.deliveries, rng=Random(1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # At ten in the morning: in quiet hours the answer would be no throughout.
    morning = timezone.localtime().replace(hour=10, minute=0)
    whole, bare, single, ours = [], [], [], []
    for _turn in range(options.runs):
        begun, worked = time.perf_counter(), time.process_time()
        found = judge_all(ids, at=morning)
        whole.append(time.perf_counter() - begun)
        ours.append(time.process_time() - worked)
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(BARE, [ids])
            cursor.fetchall()
        bare.append(time.perf_counter() - begun)
    allowed = sum(all(one.allowed for one in verdicts) for verdicts in found.values())
    for pk in ids[:200]:
        spent: list[float] = []
        with connection.execute_wrapper(stopwatch(spent)):
            judge_all([pk], at=morning)
        single.append(sum(spent) * 1000)
    took, plain = statistics.median(whole), statistics.median(bare)
    print(
        f"{len(ids)} decisions ({allowed} yes): {len(ids) / took:,.0f} a second, {took / plain:.1f} × bare SQL "
        f"({len(ids) / plain:,.0f} a second); {len(ids) / statistics.median(ours):,.0f} a second of this processor alone; "
        f"one decision {statistics.median(single):.1f} ms in the database"
    )
    return 0
