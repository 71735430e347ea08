"""Somebody with values that stand nowhere else, put through every door and room there is."""

import base64
import json
import uuid
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.models import Recent
from rapport.agenda.pin import pin
from rapport.calendars.plan import Wish as MeetingWish
from rapport.calendars.plan import plan
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.consent.ledger import Said
from rapport.consent.object import object_as, object_to
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.write import Draft, write
from rapport.customers.edit import edit, main_member
from rapport.customers.identify import identify, unidentify
from rapport.customers.locate import locate
from rapport.customers.models import Address, Customer, Relationship
from rapport.customers.preference import Preference
from rapport.customers.relate import relate
from rapport.drafts.keep_draft import keep_draft
from rapport.fields.declare import Wish, declare
from rapport.files.keep import Content, set_aside
from rapport.handovers.open_handover import open_handover
from rapport.handovers.plan import Plan
from rapport.handovers.receive_handover import send_back
from rapport.handovers.send_handover import fill_handover, send_handover
from rapport.handovers.shape_plan import begin_plan
from rapport.identity.merge import merge
from rapport.imports.fields import Kind as ImportKind
from rapport.imports.keep import keep
from rapport.imports.propose import Wishes
from rapport.imports.run import run as run_import
from rapport.imports.start import start as start_import
from rapport.lib.identifiers import normalise
from rapport.lists.models import View
from rapport.mail.intake import Strangers
from rapport.mail.run import run as run_mail
from rapport.mail.start import FOLDER, brought
from rapport.mail.start import start as start_mail
from rapport.notices.follow import follow
from rapport.notices.remind import About, remind
from rapport.quotes.answer import Kind
from rapport.quotes.answer_quote import Said as QuoteSaid
from rapport.quotes.answer_quote import answer_quote
from rapport.quotes.send_quote import Cover, send_quote
from rapport.quotes.write_quote import Heading, change_quote, write_quote
from rapport.rules.declare import Wish as RuleWish
from rapport.rules.declare import declare as declare_rule
from rapport.sales.move_deal import move_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End
from rapport.sales.record_orders import LineIn, OrderIn, record_orders
from rapport.sales.set_lines import LineWish, set_lines
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.telephony.models import Call
from rapport.timeline.log_call import Call as Talk
from rapport.timeline.log_call import log_call
from rapport.timeline.note import note
from rapport.timeline.receive import receive
from rapport.web.models import Site, WebForm
from rapport.web.submit import Sent, submit
from rapport.webhooks.declare import Wish as SourceWish
from rapport.webhooks.declare import declare as declare_source
from rapport.webhooks.subscribe import Wanted, subscribe

NAME, BEFORE = "Quirina Zwergflamm", "Quirina Altflamm"
MAIL, SECOND, PAST = "quirina@zwergflamm.example", "q.zwerg@nirgendwo.example", "alt@zwergflamm.example"
PHONE, DIALLED = "+4915790123456", "0157 9012-3456"
# A word for each door, which stands nowhere else.
DOORS = (
    *("note", "talk", "task", "reminder", "meeting", "place", "letter", "attached", "mailbody", "mailfile", "form"),
    *("hook", "custom", "tag", "street", "city", "label", "wish", "evidence", "role", "orderdata", "call", "draft"),
    *("import", "imported", "failed", "claim", "chat", "version", "enclosed", "twin", "marked", "search"),
    *("deal", "offer", "quotenote", "quoteterms", "declined", "question", "handover", "sentback"),
)
WORD = {door: f"zq{door}xv" for door in DOORS}
VALUES = [NAME, BEFORE, MAIL, SECOND, PAST, PHONE, *WORD.values()]
OTHERS = "Bodo Bleibt"


def put(boss, colleague, browser, run_jobs):
    """The customer; every value of `VALUES` stands somewhere now."""
    now = timezone.now()
    field = declare("text", Wish("Nick name", "all"))
    subscribe(Wanted("Shop", "https://shop.example/", ["customers created", "customers changed"]), by=boss, at=now)
    subscribe(Wanted("Told", "https://told.example/", ["interactions received"]), by=boss, at=now)
    declare_rule(RuleWish("Tag", "changed", {}, "", "tag", {"tags": ["seen"]}), by=boss, at=now)
    customer = arrived(MAIL, BEFORE, WORD["chat"], WORD["version"])
    other = arrived("bodo@bleibt.example", OTHERS, "Good day", "Good evening")
    run_jobs()
    imported(boss, now)
    mailed(boss, now)
    customer = Customer.objects.get(pk=customer.pk)
    described(customer, other, field, boss, now)
    talked(customer, other, boss, now)
    worked(customer, other, boss, colleague, now)
    agreed(customer, boss, now)
    offered(customer, boss, now)
    by_programs(boss, browser, now)
    run_jobs()
    browser.get(f"/customers/{customer.pk}/")
    browser.get("/customers/", {"q": NAME})
    browser.post(f"/customers/{customer.pk}/notes/", {"text": f"{WORD['search']} by hand", "key": str(uuid.uuid4())})
    run_jobs()
    return Customer.objects.get(pk=customer.pk), other


def arrived(address, name, said, corrected):
    now = timezone.now()
    party = Party((Clue("email", address),), name=name)
    first = Inbound("shop", address, now, Channel.CHAT, Direction.INBOUND, "chat", (party,), text=f"{said} hi")
    found = Customer.objects.get(pk=receive([first], by=None, at=now)[0].customer_id)
    receive([first._replace(text=f"{corrected} hello")], by=None, at=now)
    return edit(found, {"name": name}, by=None, at=now)


def imported(boss, now):
    lines = [
        "name,email,city,birthday,note",
        f"{NAME},{MAIL},{WORD['import']},1980-01-01,{WORD['imported']}",
        f"{WORD['failed']} {NAME},no address at all {MAIL},,,",
        "Bodo Bleibt,bodo@bleibt.example,Bonn,1970-01-01,stays",
    ]
    upload = SimpleUploadedFile("people.csv", "\n".join(lines).encode())
    draft = keep(upload, Wishes(ImportKind.CUSTOMERS, source="crm"), by=boss, at=now)
    run_import(start_import(draft, by=boss, at=now, defer=False).pk)


def mailed(boss, now):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = f"{NAME} <{MAIL}>", "hello@aurora.example", WORD["mailfile"]
    letter["Message-ID"], letter["Date"] = "<one@zwergflamm.example>", now.strftime("%a, %d %b %Y %H:%M:%S +0000")
    letter.set_content(f"Dear all, {WORD['mailbody']}. Call me: {DIALLED}")
    letter.add_attachment(
        WORD["attached"].encode(), maintype="text", subtype="plain", filename=f"{WORD['attached']}.txt"
    )
    path = set_aside(SimpleUploadedFile("one.eml", bytes(letter)), FOLDER)
    run_mail(start_mail(brought(path, "one.eml", Strangers.FOUND, by=boss, at=now), at=now, defer=False).pk)


def described(customer, other, field, boss, now):
    edit(
        customer, {"name": NAME, "street": WORD["street"], "city": WORD["city"], "tags": [WORD["tag"]]}, by=boss, at=now
    )
    edit(customer, {field.claim: WORD["custom"]}, by=boss, at=now)
    identify(customer, normalise("phone", PHONE), label=WORD["label"], by=boss, at=now)
    identify(customer, normalise("email", SECOND), by=boss, at=now)
    gone = identify(customer, normalise("email", PAST), by=boss, at=now)
    unidentify(gone.identifier, by=boss, at=now)
    address = Address(member=main_member(customer), street=f"{WORD['claim']} 7", city="Bonn")
    locate(customer, address, by=boss, at=now)
    relate(customer, other, Relationship.Kind.FAMILY, role=WORD["role"], by=boss, at=now)
    Preference.objects.create(
        member=main_member(customer),
        topic="other",
        value=WORD["wish"],
        said_at=now,
        source="crm",
        evidence=NAME,
        by=boss,
    )
    twin = arrived("twin@zwergflamm.example", WORD["twin"], "Hello", "Hello again")
    merge(customer, twin, by=boss, at=now)


def talked(customer, other, boss, now):
    note(customer, f"{WORD['note']}: {NAME} called, {MAIL}", key="a", by=boss, at=now)
    log_call(
        customer, Talk(Direction.INBOUND, WORD["talk"], f"{WORD['talk']} {PHONE}", 3, now), key="b", by=boss, at=now
    )
    note(other, f"Met {NAME} ({MAIL}, {DIALLED}) at the fair; stays otherwise", key="c", by=boss, at=now)
    both = (Party((Clue("email", MAIL),), role="from"), Party((Clue("email", "bodo@bleibt.example"),), role="to"))
    words = f"Dear Bodo, it was me, Quirina, of {PHONE}. The contract stays. Copy to bodo@bleibt.example."
    receive(
        [Inbound("chat", "two", now, Channel.CHAT, Direction.INBOUND, "chat", both, subject=NAME, text=words)],
        by=None,
        at=now,
    )


def worked(customer, other, boss, colleague, now):
    later = now + timedelta(days=1)
    add_task(f"{WORD['task']} for {NAME}", assignee=colleague, by=boss, at=now, due_at=later, customer=customer)
    add_task(f"Ask {NAME} of Bodo", assignee=colleague, by=boss, at=now, due_at=later, customer=other)
    remind(About(customer=customer), due_at=now, note=WORD["reminder"], by=boss, at=now)
    follow(customer, by=boss, at=now)
    pin(boss, customer=customer, title=NAME, at=now)
    Recent.objects.get_or_create(user=boss, customer=customer, defaults={"at": now})
    wish = MeetingWish("meeting", WORD["meeting"], later, later, "uid-one", place=WORD["place"], note=NAME)
    plan(wish, customers=[customer], colleagues=[boss], by=boss, at=now)
    keep_draft(boss, f"/customers/{customer.pk}/notes/", f"{WORD['draft']} {NAME}", at=now)
    keep_draft(boss, "/unassigned/", f"{WORD['draft']} {MAIL}", at=now)
    View.objects.create(listing="customers", name="Flames", state=f"q={MAIL.replace('@', '%40')}", owner=boss)
    Call.objects.create(
        call_id="one",
        state="ended",
        number=PHONE,
        rang_at=now,
        ended_at=now,
        subject=WORD["call"],
        member=main_member(customer),
    )
    line = LineIn("1", "Lamp", Decimal(1), Decimal(9), Decimal(9), {"engraving": WORD["orderdata"]})
    record_orders(
        [OrderIn("shop", "O-1", now, Party((Clue("email", MAIL),)), (line,), currency="EUR")], by=None, at=now
    )


def agreed(customer, boss, now):
    offers = Purpose.objects.get(code="offers")
    say(Word(offers, MAIL, Said.GRANTED, evidence=WORD["evidence"], proven=True), by=boss, at=now)
    object_to(SECOND, evidence=f"{WORD['marked']} {NAME}", by=boss, at=now)
    object_as(main_member(customer), evidence=f"{NAME} by phone", by=boss, at=now)
    letter = Draft(
        (MAIL,),
        f"Dear {NAME}",
        WORD["letter"],
        enclosed=(Content("plan.txt", "text/plain", WORD["enclosed"].encode()),),
    )
    write(letter, None, key="letter", member=main_member(customer), by=boss, due_at=now + timedelta(days=9), at=now)


def offered(customer, boss, now):
    """A deal with a quote that was sent, asked about and declined."""
    today = now.date()
    stage = begin_pipeline("Sales", by=boss, at=now).stages.order_by("place")[0]
    deal = open_deal(NewDeal(WORD["deal"], stage, boss, next_step="Call"), customer=customer, by=boss, at=now)
    wish = LineWish(None, Decimal(1), Decimal(80), name=WORD["offer"])
    set_lines(deal.pk, [wish], currency="EUR", seen=None, by=boss, at=now)
    deal.refresh_from_db()
    quote = write_quote(deal, by=boss, at=now, today=today)
    heading = Heading(today + timedelta(days=9), note=WORD["quotenote"], terms=WORD["quoteterms"])
    quote = change_quote(quote.pk, heading, [wish], by=boss, at=now)
    send_quote(quote.pk, Cover(), by=boss, at=now, today=today)
    answer_quote(quote.pk, QuoteSaid(Kind.QUESTION, words=WORD["question"]), at=now, today=today)
    answer_quote(quote.pk, QuoteSaid(Kind.DECLINED, name=NAME, words=WORD["declined"]), at=now, today=today)
    handed_over(deal, boss, now)


def handed_over(deal, boss, now):
    """It was sold all the same, handed over, and came back."""
    move_deal(deal.pk, deal.pipeline.stages.get(end=End.WON), seen=None, brought={}, by=boss, at=now)
    begin_plan(Plan(name="Sales"), by=boss, at=now)
    handover = open_handover(deal.pk, by=boss, at=now)
    said = {one.pk: WORD["handover"] for one in handover.answers.all()}
    fill_handover(handover.pk, said, by=boss, at=now)
    send_handover(handover.pk, by=boss, at=now)
    send_back(handover.pk, f"{WORD['sentback']} {NAME}", by=boss, at=now)


def by_programs(boss, browser, now):
    site = Site.objects.create(name="Aurora", origins=["https://aurora.example"])
    form = WebForm.objects.create(site=site, title="Ask us", asked={"email": True}, owner=boss, consent="Yes.")
    said = (("Message", WORD["form"]), ("Name", NAME))
    submit(form, Sent("n1", NAME, MAIL, PHONE, said, {}, consented=True), at=now)
    wish = SourceWish("Shop", "hex", "", "", "interaction", {"text": "text", "email": "email"})
    source = declare_source(wish, by=boss, at=now)
    body = json.dumps({"text": WORD["hook"], "email": MAIL})
    source.arrivals.create(digest="one", body=body.encode(), at=now, sent_id=MAIL)


def forms_of(value):
    """How a value may stand somewhere: as it is, folded, reversed, in base64 and in hex."""
    raw = value.encode()
    found = {value, value.lower(), value.upper(), raw.hex(), raw.hex().upper()}
    for shift in range(3):
        # Base64 of a longer text: as it would stand at each place, without the ends that its neighbours change.
        inner = base64.b64encode(b"x" * shift + raw).decode()
        found.add(inner[4 * (shift > 0) : len(inner) - 4])
    digits = "".join(sign for sign in value if sign.isdigit())
    if len(digits) > 9:
        found |= {digits, digits[::-1], digits[-9:], f"0{digits[2:]}"}
    return {one for one in found if len(one) > 5}
