"""What can be found in every demo company, told in docs/guide/demo.md: a few people and things, each there for a reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from rapport.channels.inbound import Channel, Clue, Direction, Party
from rapport.customers.golden import Value
from rapport.customers.models import Kind, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.demo import firm, story
from rapport.demo.clock import local
from rapport.demo.desks import queue
from rapport.demo.records import Said
from rapport.demo.story import DAY, HOUR, MINUTE, Beat
from rapport.demo.world import Account, Human, World
from rapport.lib.identifiers import normalise
from rapport.sales.record_orders import LineIn, OrderIn

MARTA = "marta.oliveira@aurora-clinicas.example"
SILENT = "Hotel Goldener Specht"
WRITTEN_ABOUT = "elena.vidal@vidal-prieto.example"
REFERRED = ("Centro Médico Alcântara Nova", "Aurora Clínicas", "Clínica do Rio Manso")
OF_THE_TOUR = frozenset({MARTA, "+351 912 555 014", WRITTEN_ABOUT, "+34 610 555 012"})
LAST_DAY = 36 * HOUR
SANDVOSS = ("h.sandvoss@praxis-sandvoss.example", "henrike.sandvoss@briefkasten.example", "+49 171 3920007")
HOUSEHOLD = "Familie Berger"
SWITCHBOARD = "+49 30 23125-0"
LATE, CORRECTED, CANCELLED = "letter-late", "call-corrected", "DEMO-CANCELLED"


@dataclass(frozen=True)
class Tie:
    """Who stands how to whom, both by an e-mail address, an account number or a household's number."""

    one: str
    kind: Relationship.Kind
    other: str
    role: str = ""


@dataclass(frozen=True)
class Errand:
    """A task of a colleague, about a customer known by an e-mail address."""

    title: str
    colleague: str
    about: str
    due: datetime
    done: bool = False


def accounts(world: World) -> list[Account]:
    """Firms and a family whose names never change, each with a generated history of its own."""
    made = [
        account(world, "K10007", "Aurora Clínicas", "PT", 2.6, "clinic Ana growing aurora-clinicas"),
        account(world, "K10014", SILENT, "AT", 4.5, "hotel Stefan silent goldener-specht"),
        account(world, "K10021", "Asesoría Vidal y Prieto", "ES", 1.2, "office Carmen steady vidal-prieto"),
        account(world, "K10028", REFERRED[0], "PT", 1.0, "clinic Rui steady alcantara-nova"),
        account(world, "K10035", REFERRED[2], "PT", 0.7, "clinic Ana new rio-manso"),
    ]
    aurora, specht, vidal, alcantara, manso = made
    aurora.people = [
        Human("Marta", "Oliveira", MARTA, "+351 912 555 014", "en", "Head of operations", woman=True),
        Human(
            "Rui", "Seabra", "rui.seabra@aurora-clinicas.example", "+351 912 555 015", "en", "Facilities", woman=False
        ),
        Human(
            "Teresa",
            "Antunes",
            "teresa.antunes@aurora-clinicas.example",
            "+351 211 555 016",
            "pt",
            "Financeira",
            woman=True,
        ),
        Human(
            "Hugo", "Cardoso", "hugo.cardoso@aurora-clinicas.example", "+351 211 555 017", "pt", "Receção", woman=False
        ),
    ]
    aurora.street, aurora.postcode, aurora.city = "Rua da Prata 80", "1100-420", "Lisboa"
    aurora.since, aurora.online = world.start + 170 * DAY, 1.0
    aurora.tags = ("clinic", "key account", "multi-site")
    specht.turn, specht.since, specht.tags = world.now - 190 * DAY, world.start - 400 * DAY, ("hotel", "key account")
    specht.people = [
        Human(
            "Renate",
            "Leitner",
            "renate.leitner@goldener-specht.example",
            "+43 1 555 0012",
            "de",
            "Geschäftsführung",
            woman=True,
        ),
        Human(
            "Lukas", "Pichler", "lukas.pichler@goldener-specht.example", "+43 1 555 0013", "de", "Einkauf", woman=False
        ),
    ]
    vidal.people = [Human("Elena", "Vidal", WRITTEN_ABOUT, "+34 610 555 012", "es", "Gerente", woman=True)]
    vidal.since = world.start + 40 * DAY
    alcantara.people = [
        Human(
            "Joana",
            "Alcântara",
            "joana@alcantara-nova.example",
            "+351 913 555 010",
            "pt",
            "Diretora de operações",
            woman=True,
        )
    ]
    alcantara.since = world.start - 300 * DAY
    manso.people = [
        Human("Filipe", "Manso", "filipe@rio-manso.example", "+351 913 555 011", "pt", "Diretor geral", woman=False)
    ]
    manso.since = world.now - 260 * DAY
    return [*made, *bergers(world)]


def account(world: World, number: str, name: str, code: str, size: float, told: str) -> Account:
    """``told`` holds place, owner, trend and the name of the domain."""
    place, owner, trend, domain = told.split()
    one = world.account(code, place, name, size)
    one.number, one.owner, one.trend, one.domain = number, owner, trend, f"{domain}.example"
    one.phone = next(world.lines[code])
    return one


def bergers(world: World) -> Iterator[Account]:
    head = world.account("DE", "home", "", 1.6)
    for place, (first, woman) in enumerate((("Katrin", True), ("Jens", False), ("Lea", True))):
        one = world.account("DE", "home", f"{first} Berger", 1.6 if first != "Lea" else 0.4)
        one.number, one.team, one.owner, one.trend, one.online = f"P1000{place}", "Homes", "Ben", "steady", 1.0
        one.street, one.postcode, one.city, one.since = head.street, head.postcode, head.city, world.start - 90 * DAY
        address, phone = f"{first.lower()}.berger@briefkasten.example", f"+49 89 99998{place + 4:03}"
        one.people = [Human(first, "Berger", address, phone, "de", woman=woman)]
        yield one


def strangers(now: datetime) -> list[Said]:
    """One person that three sources know, with nothing in common that a machine could match."""
    mail, private, mobile = SANDVOSS
    said: tuple[tuple[str, str, dict[str, Value], tuple[str, str]], ...] = (
        (
            firm.ERP,
            "E900001",
            {"name": "Dr. Henrike Sandvoss", "city": "Münster", "country": "Germany", "team": "DACH"},
            ("email", mail),
        ),
        (
            firm.NEWSLETTER,
            "N900002",
            {"name": "Henrike Sandvoß", "language": "de", "tags": ["newsletter"]},
            ("email", private),
        ),
        (firm.PBX, "T900003", {"name": "H. Sandvoss", "city": "Münster", "team": "DACH"}, ("phone", mobile)),
    )
    return [
        Said(now - (400 - 90 * place) * DAY, RecordIn(source, key, Kind.PERSON, claims(values), (normalise(*proof),)))
        for place, (source, key, values, proof) in enumerate(said)
    ]


def ties() -> Iterator[Tie]:
    aurora, first, last = "K10007", "K10028", "K10035"
    yield Tie(aurora, Relationship.Kind.REFERRED_BY, first, "at the congress in Porto")
    yield Tie(last, Relationship.Kind.REFERRED_BY, aurora, "Marta told them")
    yield Tie("filipe@rio-manso.example", Relationship.Kind.REFERRED_BY, MARTA)
    yield Tie(
        "katrin.berger@briefkasten.example", Relationship.Kind.FAMILY, "jens.berger@briefkasten.example", "married"
    )
    yield Tie(
        "lea.berger@briefkasten.example", Relationship.Kind.FAMILY, "katrin.berger@briefkasten.example", "daughter"
    )


def beats(now: datetime) -> list[Beat]:
    """What happened lately to the people of the tour."""
    return [*marta(now), *elena(now), *sandvoss(now), *queue(now)]


def disturbs(beat: Beat, now: datetime) -> bool:
    """Whether chance put something into the last day of somebody whose day the tour tells."""
    return beat.at > now - LAST_DAY and any(clue.value in OF_THE_TOUR for clue in beat.clues)


def marta(now: datetime) -> Iterator[Beat]:
    """Mailed by Rui this morning, angry about an invoice yesterday, on the line now."""
    mail, line = (Clue("email", MARTA),), (Clue("phone", "+351 912 555 014"),)
    told = [
        (
            local(now, 9, 12),
            story.MAIL_OUT,
            mail,
            "Care plan renewal: two options",
            (
                "Dear Ms Oliveira,\nyour care plan ends in six weeks. I have put two options side by side: as it is today at 468 € a "
                "year, or with the new site at Alvalade included at 690 €. Both keep Nuno as your technician. A short yes by mail is "
                "enough.\nAll the best,\nRui Pinto\nAlvorena Pro"
            ),
            "Rui",
        ),
        (
            now - 3 * MINUTE,
            story.CALL_IN,
            line,
            "Calling now about the care plan renewal",
            "“I have Rui's two options in front of me. Before I sign anything: is invoice R47113 settled?”",
            "Ana",
        ),
        (
            local(now, 15, 26, days=1),
            story.CALL_IN,
            line,
            "Called about invoice R47113",
            (
                "“The second care plan was cancelled in March and you are still charging us for it.” Promised an answer by today, "
                "16:00. Passed on to accounts."
            ),
            "Ana",
        ),
        (
            local(now, 15, 41, days=1),
            story.SURVEY,
            mail,
            "2 / 7",
            "Support is quick, but every invoice needs a phone call.",
            "",
        ),
        (
            local(now, 17, 5, days=1),
            story.NOTE,
            mail,
            "For accounts",
            (
                "Check R47113 against the cancellation of 14 March (letter is in the post room scans). If she is right, credit "
                "117 € before we talk renewal."
            ),
            "Ana",
        ),
        (local(now, 18, 2, days=8), story.PAGES, mail, "Care plans compared", "", ""),
        (local(now, 18, 4, days=8), story.PAGES, mail, "Prices and rates", "", ""),
        (local(now, 18, 9, days=8), story.PAGES, mail, "Care plans compared", "", ""),
        (
            local(now, 11, 0, days=10),
            story.VISIT,
            mail,
            "Visit at the Lisbon clinic",
            (
                "Wants to bring two more clinics in by summer; budget is decided in January. Likes figures on one page, no "
                "attachments. The Serena M in the waiting room is at 61,000 cups."
            ),
            "Ana",
        ),
        (
            local(now, 16, 30, days=15),
            story.MAIL_IN,
            mail,
            "Re: Your visit next week",
            (
                "Hi Ana,\nTuesday at 11 is fine, ask for me at reception. Could you bring the numbers for a machine on the second "
                "floor? Nothing fancy, one page is enough.\nBest,\nMarta"
            ),
            "",
        ),
        (
            local(now, 10, 20, days=21),
            story.CALL_OUT,
            line,
            "Quarterly call",
            (
                "All well, volume up by a third since the new consulting rooms opened. Prefers e-mail to phone, calls only when it "
                "is urgent. Send a quote for the second floor."
            ),
            "Ana",
        ),
    ]
    minutes = {story.CALL_IN: 6, story.CALL_OUT: 9}
    for at, what, clues, subject, text, author in told:
        data = (("minutes", minutes[what]),) if what in minutes and at < now - HOUR else ()
        yield Beat(at, *what[:4], clues, subject, text, author, brand=firm.PRO, data=data)


def elena(now: datetime) -> Iterator[Beat]:
    clues = (Clue("email", WRITTEN_ABOUT),)
    text = (
        "Met her at the chamber of commerce breakfast: they open a second office in Getafe in spring and have not asked anybody "
        "for machines yet. Call her this week, before she calls somebody else."
    )
    yield Beat(local(now, 8, 47), *story.NOTE[:4], clues, "Second office", text, "Carmen")


def sandvoss(now: datetime) -> Iterator[Beat]:
    mail, private, mobile = SANDVOSS
    told = (
        (
            120,
            story.MAIL_IN,
            ("email", mail),
            "Wartung",
            "Guten Tag,\nbitte die Serena M im Wartezimmer vor den Ferien warten.\nDr. H. Sandvoss",
        ),
        (
            47,
            story.MAIL_IN,
            ("email", private),
            "AW: Frühjahrs-Check",
            "Hallo,\nich schreibe von privat: Geht der Check auch am Mittwoch?\nHenrike Sandvoß",
        ),
        (
            6,
            story.CALL_IN,
            ("phone", mobile),
            "Fragt nach dem Termin",
            "Frau Sandvoss, mobil. Niemand hat sie zurückgerufen; findet sich im System nicht.",
        ),
    )
    for days, what, clue, subject, text in told:
        author = "Lena" if what.typed else ""
        yield Beat(
            local(now, 10, 15, days=days, zone=firm.BERLIN),
            *what[:4],
            (Clue(*clue),),
            subject,
            text,
            author,
            brand=firm.PRO,
        )


def late(now: datetime) -> Beat:
    """A letter that lay about for weeks before somebody scanned it."""
    text = "Scanned today, dated three weeks ago: “we would like to extend the lease by a year on the same terms.”"
    what = story.What(firm.POST, Channel.POST, Direction.INBOUND, "letter")
    return Beat(
        local(now, 12, 0, days=24),
        *what[:4],
        (Clue("email", "joana@alcantara-nova.example"),),
        "Lease",
        text,
        brand=firm.PRO,
    )


def corrected(now: datetime) -> Sequence[Beat]:
    """A call as it was first logged, and as its author set it right."""
    at = local(now, 14, 10, days=2)
    first = Beat(
        at,
        *story.CALL_IN[:4],
        (Clue("email", WRITTEN_ABOUT),),
        "Asked for a quote",
        "Wants a price for 4 machines.",
        "Carmen",
    )
    return first, replaced(first, text="Wants a price for 14 machines, delivered in two lots.")


def replaced(beat: Beat, *, text: str) -> Beat:
    return beat._replace(text=text)


def cancelled(now: datetime) -> Sequence[OrderIn]:
    """An order, and the cancellation that took it back two days later."""
    party = Party((Clue("email", "filipe@rio-manso.example"),))
    line = LineIn("1", "Serena M", Decimal(1), Decimal(2490), Decimal(2490))
    order = OrderIn(firm.ERP, CANCELLED, local(now, 11, 30, days=33), party, (line,), "EUR", firm.PRO)
    back = replace(line, line="1c", quantity=-line.quantity, amount=-line.amount)
    gone = replace(order, external_id=f"{CANCELLED}-C", ordered_at=local(now, 9, 5, days=31), lines=(back,))
    return order, gone


def errands(now: datetime) -> Iterator[Errand]:
    today = datetime.combine(now.astimezone(ZoneInfo(firm.LISBON)).date(), time(16), ZoneInfo(firm.LISBON))
    yield Errand("Answer Marta on invoice R47113", "Ana", MARTA, max(today, now + 40 * MINUTE))
    yield Errand("One-page quote for the second floor", "Ana", MARTA, now + 2 * DAY)
    yield Errand("Check R47113 against the March cancellation", "Mia", MARTA, now + HOUR)
    yield Errand("Renew the care plan of Aurora Clínicas", "Rui", MARTA, now + 40 * DAY)
    yield Errand("Call Elena Vidal about the office in Getafe", "Carmen", WRITTEN_ABOUT, now + DAY)
    yield Errand(
        "Find out why Goldener Specht stopped ordering",
        "Stefan",
        "renate.leitner@goldener-specht.example",
        now - 4 * DAY,
    )
    yield Errand("Thank Marta for the referral", "Ana", "filipe@rio-manso.example", now - 30 * DAY, done=True)
