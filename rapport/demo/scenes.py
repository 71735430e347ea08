"""The scenes of which a customer's story is made: an order and what follows, a repair, a complaint, a talk now and then."""

from datetime import datetime
from decimal import Decimal
from random import Random

from rapport.channels.inbound import Party
from rapport.demo import firm, story
from rapport.demo.phrases import Scene, money
from rapport.demo.spin import luck
from rapport.demo.story import HOUR, Story
from rapport.demo.world import Account, Human
from rapport.sales.record_orders import LineIn, OrderIn

COMPANY = {
    "order": 5.4,
    "repair": 1.5,
    "checkin": 3.6,
    "talk": 0.8,
    "quote": 0.7,
    "note": 1.3,
    "browse": 6.8,
    "portal": 5.2,
    "chat": 0.7,
    "social": 0.12,
    "letter": 0.8,
}
HOME = {
    "order": 2.2,
    "repair": 0.5,
    "browse": 8.0,
    "chat": 0.6,
    "quote": 0.15,
    "social": 0.25,
    "portal": 1.2,
    "note": 0.15,
}


def told(account: Account, *, seed: int, start: datetime, now: datetime) -> Story:
    """The whole story of ``account``."""
    rng = Random(f"{seed} {account.number}")  # noqa: S311
    tale = Story(account, rng, start, now)
    arrive(tale)
    for name, rate in (HOME if account.place == "home" else COMPANY).items():
        weight = 0.55 + 0.45 * account.size if name != "order" else account.size**0.8
        for at in tale.moments(rate * weight):
            SCENES[name](tale, at)
    return tale


def arrive(tale: Story) -> None:
    """How it began, when it began within the story's time."""
    if tale.account.since <= tale.start:
        return
    who, author = tale.account.people[0], tale.minder()
    scene = tale.scene(who, author)
    at = tale.office(tale.account.since)
    buy(tale, at, who, machine=True)
    tale.say(tale.later(at, 3, 12), story.MAIL_OUT, who, scene, "welcome")
    tale.say(tale.soon(at, 5, 50), story.CONSENT, who, scene, "consent_yes" if luck(tale.rng, 0.7) else "consent_no")


def order(tale: Story, at: datetime) -> None:
    buy(tale, at, tale.somebody(), machine=luck(tale.rng, 0.035))


def buy(tale: Story, at: datetime, who: Human, *, machine: bool) -> None:
    rng, one = tale.rng, tale.account
    author = tale.minder()
    lines = basket(tale, at, machine=machine)
    total = sum((line.amount for line in lines), Decimal(0))
    number = f"{at:%y%m%d}{len(tale.orders) % 10}{one.number[-4:]}"
    scene = tale.scene(
        who,
        author,
        order=number,
        invoice=f"R{10_000 + (int(number[:7]) * 31 + int(one.number[1:])) % 90_000}",
        product=lines[0].product + (f" + {len(lines) - 1}" if len(lines) > 1 else ""),
        amount=money(float(total), one.land.currency, who.language),
    )
    online = luck(rng, one.online)
    if not online and luck(rng, 0.55):
        tale.say(tale.soon(at, -300, -20), story.MAIL_IN, who, scene, "reorder")
    if at >= tale.now:
        return
    # The ERP knows the firm by its number, the shop knows who was signed in.
    source, party = (firm.SHOP, Party((who.mail,))) if online else (firm.ERP, Party((one.account,)))
    tale.orders.append(OrderIn(source, number, at, party, lines, one.land.currency, one.brand))
    follow_up(tale, at, who, scene)
    if luck(rng, 0.015):
        back = tuple(
            LineIn(f"{line.line}c", line.product, -line.quantity, line.unit_price, -line.amount) for line in lines
        )
        gone = tale.later(at, 1, 6)
        if gone < tale.now:
            tale.orders.append(OrderIn(source, f"{number}-C", gone, party, back, one.land.currency, one.brand))


def basket(tale: Story, at: datetime, *, machine: bool) -> tuple[LineIn, ...]:
    rng, one = tale.rng, tale.account
    lot = 1 if one.place == "home" else max(1, round(2 + one.size * 4 * tale.mood(at)))
    wanted = [(rng.choice(firm.BEANS), rng.randrange(1, 1 + max(2, lot * 2)))]
    wanted += [(part, rng.randrange(1, 2 + lot // 4)) for part in rng.sample(firm.PARTS, rng.choice((0, 1, 1, 2, 3)))]
    if one.place != "home" and luck(rng, 0.18):
        wanted.append((firm.CARE, 1))
    if machine:
        wanted.insert(0, (next(kind for kind in firm.MACHINES[one.place] if kind.name == one.machine), 1))
    rate = firm.RATE[one.land.currency]
    lines = []
    for place, (item, quantity) in enumerate(wanted, start=1):
        price = (item.price * rate).quantize(Decimal("0.01"))
        lines.append(LineIn(str(place), item.name, Decimal(quantity), price, price * quantity))
    return tuple(lines)


def follow_up(tale: Story, at: datetime, who: Human, scene: Scene) -> None:
    """Confirmation, parcel, invoice, payment; now and then a question, a survey, or trouble."""
    rng, one = tale.rng, tale.account
    tale.say(tale.soon(at, 1, 30), story.NOTICE, who, scene, "order_confirm")
    sent = tale.later(at, 0.8, 3)
    if luck(rng, 0.65):
        tale.say(sent, story.SMS_OUT, who, scene, "dispatch")
    billed = tale.soon(sent, 60, 600)
    if one.place != "home" and luck(rng, 0.8):
        tale.say(billed, story.NOTICE, who, scene, "invoice_send")
    paid = tale.later(at, 9, 34) if one.place != "home" else tale.soon(at, 2, 15)
    if paid < tale.now and luck(rng, 0.96):
        subject, text = scene.say("payment" if one.place != "home" else "paid_online")
        data = (("order", scene["order"]),)
        tale.beats.append(
            story.Beat(paid, *story.PAYMENT[:4], (one.account,), subject, text, brand=one.brand, data=data)
        )
    if one.place != "home" and luck(rng, 0.06):
        dispute(tale, billed, who, scene)
    elif luck(rng, 0.025):
        complain(tale, sent, who, scene, parcel=True)
    elif luck(rng, 0.11):
        ask_opinion(tale, tale.later(sent, 2, 8), who, scene, unhappy=0.08)


def dispute(tale: Story, billed: datetime, who: Human, scene: Scene) -> None:
    asked = tale.later(billed, 1, 12)
    call = luck(tale.rng, 0.5)
    if call:
        minutes = tale.rng.randrange(3, 14)
        tale.say(asked, story.CALL_IN, who, scene, "invoice_call", data=(("minutes", minutes),))
    else:
        tale.say(asked, story.MAIL_IN, who, scene, "invoice_ask")
    tale.say(tale.later(asked, 0.5, 3), story.MAIL_OUT, who, scene, "invoice_answer")
    if luck(tale.rng, 0.25):
        tale.say(tale.later(asked, 3, 6), story.LETTER_OUT, who, scene, "letter")


TOLD_BY = (
    (story.CALL_IN, "fault_call"),
    (story.MAIL_IN, "fault_mail"),
    (story.PORTAL, "fault_portal"),
    (story.CHAT, "fault_chat"),
)


def repair(tale: Story, at: datetime) -> None:
    """Something broke: they tell us, we come, we ask how it was."""
    rng = tale.rng
    who, author = tale.somebody(), tale.minder()
    scene = tale.scene(who, author)
    way, occasion = rng.choices(TOLD_BY, (42, 30, 16, 12))[0]
    data = (("minutes", rng.randrange(3, 15)),) if way is story.CALL_IN else ()
    tale.say(at, way, who, scene, occasion, data=data)
    if way is story.CHAT and luck(rng, 0.6):
        return
    tale.say(tale.soon(at, 25, 400), story.MAIL_OUT, who, scene, "fault_reply")
    if luck(rng, 0.45):
        tale.say(tale.soon(at, 420, 900), story.MAIL_IN, who, scene, "thanks")
    visit = tale.later(at, 2, 8)
    if luck(rng, 0.75):
        tale.say(visit - 20 * HOUR, story.SMS_OUT, who, scene, "appointment")
    if luck(rng, 0.2):
        tale.say(visit - 2 * HOUR, story.SMS_IN, who, scene, "sms_in")
    tale.say(visit, story.SERVICE, who, scene, "service_report", touchpoint=scene["tech"])
    if luck(rng, 0.5):
        ask_opinion(tale, tale.later(visit, 1, 3), who, scene, unhappy=0.14)
    elif luck(rng, 0.5):
        tale.say(
            tale.later(visit, 4, 12), story.CALL_OUT, who, scene, "aftercare", data=(("minutes", rng.randrange(2, 9)),)
        )
    if luck(rng, 0.07):
        complain(tale, tale.later(visit, 3, 15), who, scene, parcel=False)


def ask_opinion(tale: Story, at: datetime, who: Human, scene: Scene, *, unhappy: float) -> None:
    rng = tale.rng
    mood = rng.random()
    occasion = "survey_bad" if mood < unhappy else "survey_mid" if mood < unhappy + 0.25 else "survey_good"
    score = {"survey_bad": rng.randrange(0, 5), "survey_mid": rng.randrange(6, 9), "survey_good": rng.randrange(8, 11)}[
        occasion
    ]
    if at >= tale.now:
        return
    words = scene.say(occasion)[1]
    data = (("question", "How likely is it that you recommend us?"), ("score", score), ("of", 10))
    tale.beats.append(
        story.Beat(at, *story.SURVEY[:4], (who.mail,), f"{score} / 10", words, brand=tale.account.brand, data=data)
    )


def complain(tale: Story, at: datetime, who: Human, scene: Scene, *, parcel: bool) -> None:
    """A complaint gets an answer, a call, and often the peace it needs."""
    rng = tale.rng
    way = story.COMPLAINT_MAIL if parcel or luck(rng, 0.6) else story.COMPLAINT_CALL
    if luck(rng, 0.08):
        way = story.COMPLAINT_LETTER
    tale.say(at, way, who, scene, "complaint" if way is not story.COMPLAINT_CALL else "fault_call")
    tale.say(tale.later(at, 0.2, 2), story.MAIL_OUT, who, scene, "complaint_reply")
    settled = tale.later(at, 3, 9)
    tale.say(settled, story.CALL_OUT, who, scene, "complaint_settled", data=(("minutes", rng.randrange(3, 16)),))
    if luck(rng, 0.3):
        ask_opinion(tale, tale.later(settled, 1, 5), who, scene, unhappy=0.4)


def checkin(tale: Story, at: datetime) -> None:
    rng = tale.rng
    who, author = tale.somebody(), tale.minder()
    scene = tale.scene(who, author)
    if luck(rng, 0.28):
        tale.say(at - 2 * HOUR, story.CALL_OUT, who, scene, "missed", data=(("minutes", 0),))
    tale.say(at, story.CALL_OUT, who, scene, "checkin", data=(("minutes", rng.randrange(2, 18)),))
    if luck(rng, 0.15):
        tale.say(tale.soon(at, 30, 300), story.MAIL_OUT, who, scene, "quote_send")


def talk(tale: Story, at: datetime) -> None:
    who, author = tale.account.people[0], tale.minder()
    scene = tale.scene(who, author)
    tale.say(at, story.VISIT, who, scene, "visit")
    if luck(tale.rng, 0.5):
        tale.say(tale.later(at, 1, 4), story.MAIL_OUT, who, scene, "quote_send")
    if luck(tale.rng, 0.4):
        tale.say(tale.later(at, 4, 9), story.MAIL_IN, who, scene, "thanks")


def quote(tale: Story, at: datetime) -> None:
    """They look around, ask, get an offer; some buy."""
    rng = tale.rng
    who, author = tale.somebody(), tale.minder()
    scene = tale.scene(who, author)
    tale.say(tale.later(at, -3, -0.2), story.PAGES, who, scene, "page")
    if luck(rng, 0.5):
        tale.say(at, story.MAIL_IN, who, scene, "quote_ask")
    else:
        tale.say(at, story.CALL_IN, who, scene, "quote_call", data=(("minutes", rng.randrange(4, 20)),))
    sent = tale.later(at, 0.4, 2)
    tale.say(sent, story.MAIL_OUT, who, scene, "quote_send")
    tale.say(tale.later(sent, 5, 9), story.CALL_OUT, who, scene, "checkin", data=(("minutes", rng.randrange(2, 12)),))
    if luck(rng, 0.35):
        buy(tale, tale.later(sent, 6, 30), who, machine=True)


def note(tale: Story, at: datetime) -> None:
    who = tale.somebody()
    tale.say(at, story.NOTE, who, tale.scene(who, tale.minder()), "note")


def browse(tale: Story, at: datetime) -> None:
    """Some pages in a row, by somebody whose browser we know."""
    rng = tale.rng
    who = tale.somebody()
    scene = tale.scene(who, tale.minder())
    at = at.replace(hour=rng.choice((8, 9, 11, 13, 16, 18, 20, 21, 22)))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        tale.say(at, story.PAGES, who, scene, "page", data=(("seconds", rng.randrange(15, 400)),))
        at = tale.soon(at, 1, 6)


def portal(tale: Story, at: datetime) -> None:
    who = tale.somebody()
    tale.say(at, story.PORTAL, who, tale.scene(who, tale.minder()), "portal")


def chat(tale: Story, at: datetime) -> None:
    who = tale.somebody()
    tale.say(at, story.CHAT, who, tale.scene(who, tale.minder()), "chat", touchpoint="www.alvorena.example")


def social(tale: Story, at: datetime) -> None:
    who, author = tale.somebody(), tale.minder()
    scene = tale.scene(who, author)
    tale.say(at, story.POSTED, who, scene, "social_good" if luck(tale.rng, 0.6) else "social_bad")
    tale.say(tale.soon(at, 20, 500), story.REPLIED, who, scene, "social_reply")


def letter(tale: Story, at: datetime) -> None:
    who = tale.account.people[0]
    tale.say(at, story.LETTER_OUT, who, tale.scene(who, tale.minder()), "letter")


SCENES = {
    "order": order,
    "repair": repair,
    "checkin": checkin,
    "talk": talk,
    "quote": quote,
    "note": note,
    "browse": browse,
    "portal": portal,
    "chat": chat,
    "social": social,
    "letter": letter,
}
