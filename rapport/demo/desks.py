"""What desks and switchboards sent: it waits in the queue, for nobody can know who wrote."""

from collections.abc import Iterator
from datetime import datetime

from rapport.channels.inbound import Clue
from rapport.demo import firm, story
from rapport.demo.clock import local
from rapport.demo.story import Beat

SHARED = (
    (
        "info@goldener-specht.example",
        "Frage zur Rechnung",
        "Guten Tag,\nwir finden die Rechnung vom letzten Monat nicht mehr. Können Sie sie noch einmal schicken?\nRezeption",
    ),
    (
        "info@aurora-clinicas.example",
        "Filtros de água",
        "Bom dia,\nprecisamos de seis filtros F3 para a clínica de Lisboa.\nReceção",
    ),
    (
        "reception@foxglove-house.example",
        "Milk system",
        "Hi,\nthe milk comes out cold at the bar machine. Who do we call?\nFront desk",
    ),
    (
        "office@larkfield-studios.example",
        "Invoice address",
        "Please send invoices to our new address from next month.\nThe office",
    ),
    ("recepcion@grupo-olivar.example", "Pedido", "Buenos días,\n20 kg de Serra para el jueves, por favor.\nRecepción"),
    ("empfang@praxis-sandvoss.example", "Termin", "Bitte den Wartungstermin auf Mittwoch legen.\nEmpfang"),
    (
        "geral@quinta-amendoeiras.example",
        "Máquina parada",
        "A máquina do pequeno-almoço está parada desde ontem.\nReceção",
    ),
    ("sekretariat@kranichfeld.example", "Leihgerät", "Wie lange dürfen wir das Leihgerät behalten?\nSekretariat"),
)
NUMBERS = ("+49 30 23125-0", "+44 800 000 1234", "+351 800 555 010", "+34 900 555 010")


def queue(now: datetime) -> Iterator[Beat]:
    """Mails from desks and calls from switchboards: nobody can know who wrote, so they wait for somebody who does."""
    for place in range(22):
        address, subject, text = SHARED[place % len(SHARED)]
        subject = subject if place < len(SHARED) else f"Re: {subject}"
        text = (
            text
            if place < len(SHARED)
            else ("Any news?\n", "Gibt es schon etwas Neues?\n", "Há novidades?\n")[place % 3] + text.splitlines()[-1]
        )
        at = local(now, 8 + place % 9, place * 7 % 60, days=1 + place * 19 // 22)
        yield Beat(at, *story.MAIL_IN[:4], (Clue("email", address),), subject, text, brand=firm.PRO)
    for place in range(8):
        at = local(now, 9 + place, place * 13 % 60, days=1 + place * 2)
        subject = ("Missed call", "Call, no message", "Verpasster Anruf")[place % 3]
        yield Beat(at, *story.CALL_IN[:4], (Clue("phone", NUMBERS[place % len(NUMBERS)]),), subject, "", brand=firm.PRO)
