"""A letter from the customer page: written, filled, sent, on the timeline, answered."""

from datetime import timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.channels.mail.mailbox import Found
from rapport.consent.gate import send
from rapport.consent.models import Message, State
from rapport.consent.object import object_to
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.write import Draft, write
from rapport.customers.edit import edit, main_member
from rapport.customers.preference import Topic
from rapport.customers.wish import Said, wish
from rapport.letters.models import Signature, Template
from rapport.mail.models import Mail, MailFile
from rapport.mail.take_in import take
from rapport.mail.tests.letters import letter
from rapport.people.role import Role
from rapport.timeline.models import Circle, Interaction, Tally

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]
WAIT = timedelta(seconds=11)


@pytest.fixture
def peer():
    with serving() as one:
        yield one


@pytest.fixture
def ann(db):
    return edit(customer_at(), {"first_name": "Ann", "last_name": "Lee"}, by=None, at=timezone.now())


@pytest.fixture
def post(signed_in, ana, ann, peer, settings, tmp_path):
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"
    account = account_for(ana, peer.port)
    client = signed_in(ana)

    def posted(**named):
        given = {
            "key": str(uuid4()),
            "account": account.pk,
            "to": "ann.lee@x.example",
            "subject": "Your order",
            "text": "It is on its way.",
        }
        return client.post(f"/letters/{ann.pk}/", given | named, headers={"HX-Request": "true"})

    return posted


@pytest.fixture
def leave(run_jobs):
    """Time passes; whatever waits leaves."""

    def passed():
        Message.objects.filter(state=State.WAITING).update(due_at=timezone.now())
        for message in Message.objects.filter(state=State.WAITING):
            send(message.pk, at=timezone.now())
        run_jobs()

    return passed


def test_a_letter_waits_ten_seconds_then_leaves_and_stands_on_the_timeline(post, peer, ann, ana, leave, signed_in):
    assert post(text="**Thank you**, Ann.").status_code == 200
    message = Message.objects.get()
    assert timedelta(seconds=9) < message.due_at - message.created_at < WAIT
    client = signed_in(ana)
    page = client.get(f"/customers/{ann.pk}/").content.decode()
    assert "Take back" in page
    assert peer.envelopes == []
    leave()
    assert peer.envelopes[0].rcpt_tos == ["ann.lee@x.example"]
    one = Interaction.objects.get(kind="mail")
    assert (one.direction, one.subject, one.author, one.text) == ("outbound", "Your order", ana, "*Thank you*, Ann.")
    assert "<b>Thank you</b>" in one.mail.html
    assert Tally.objects.get(channel="email", direction="outbound").count == 1
    page = client.get(f"/customers/{ann.pk}/").content.decode()
    assert "Take back" not in page
    assert "Your order" in page


def test_a_letter_taken_back_in_time_never_leaves(post, peer, ann, ana, leave, signed_in):
    post()
    client = signed_in(ana)
    client.post(f"/messages/{Message.objects.get().pk}/undo/")
    leave()
    assert (peer.envelopes, Message.objects.get().state) == ([], State.DROPPED)
    assert not Interaction.objects.filter(kind="mail").exists()


def test_the_copy_in_the_folder_of_sent_mail_is_known_already(post, peer, ana, leave):
    post()
    leave()
    content = peer.envelopes[0].content
    box = MailFile.objects.create(file_name="sent", path="/none", by=ana)
    counts = take([Found(1, 0, 1.0, content)], box, at=timezone.now())
    assert counts["duplicate"] == 1
    assert Mail.objects.count() == Interaction.objects.filter(kind="mail").count() == 1


def test_the_copy_may_also_come_first(post, peer, ana, leave, run_jobs):
    post()
    Message.objects.update(due_at=timezone.now())
    send(Message.objects.get().pk, at=timezone.now())
    take(
        [Found(1, 0, 1.0, peer.envelopes[0].content)],
        MailFile.objects.create(file_name="s", path="/n", by=ana),
        at=timezone.now(),
    )
    run_jobs()
    assert Interaction.objects.filter(kind="mail").count() == 1
    assert Message.objects.get().interaction is not None


def test_a_field_that_is_empty_or_unknown_stops_the_letter_and_says_which(post):
    answer = post(text="Dear {{ first name }}, in {{ city }}: {{ shoe size }}")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "{{ city }}" in said
    assert "{{ shoe size }}" in said
    assert answer.headers["HX-Retarget"] == "#letter-errors"
    assert not Message.objects.exists()


def test_a_template_comes_filled_for_the_customer(ana, ann, signed_in):
    one = Template.objects.create(
        name="Welcome", subject="Hello {{ Vorname }}", text="From {{ my name }} in {{ city }}"
    )
    page = signed_in(ana).get(f"/letters/{ann.pk}/words/?template={one.pk}").content.decode()
    assert "Hello Ann" in page
    assert "From Ana Klein in {{ city }}" in page


@pytest.mark.req("K3")
@pytest.mark.parametrize("way", ["", "text/", "post/"])
def test_how_they_want_to_be_addressed_and_reached_stands_where_one_writes(way, ann, ana, signed_in):
    now = timezone.now()
    for topic, value in ((Topic.ADDRESS, "Dr. Lee"), (Topic.CHANNEL, "phone"), (Topic.TIME, "mon-fri 10:00-12:00")):
        wish(ann, Said(topic, value, "in a letter"), by=ana, at=now)
    page = signed_in(ana).get(f"/letters/{ann.pk}/{way}").content.decode()
    assert "Address as <b>Dr. Lee</b>" in page
    assert "wants Phone" in page
    assert "10:00" in page


def test_whoever_objected_is_named_before_one_writes_and_refused_when_one_does(post, ann, ana, signed_in):
    object_to("ann.lee@x.example", evidence="by phone on 3 May, told to Ana", by=ana, at=timezone.now())
    form = signed_in(ana).get(f"/letters/{ann.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "by phone on 3 May, told to Ana" in form
    assert "told to Ana" in signed_in(ana).get(f"/customers/{ann.pk}/").content.decode()
    answer = post()
    assert answer.status_code == 422
    assert "told to Ana" in answer.content.decode()
    assert not Message.objects.exists()


def test_signature_and_files_go_along(post, peer, ana, leave):
    Signature.objects.create(user=ana, text="Ana Klein\nAurora")
    post(attachments=[SimpleUploadedFile("plan.pdf", b"%PDF"), SimpleUploadedFile("b.txt", b"b", "text/plain")])
    leave()
    content = peer.envelopes[0].content.decode()
    assert "-- \r\nAna Klein\r\nAurora" in content.replace("--=20", "-- ")
    assert 'filename="plan.pdf"' in content
    assert [one.name for one in Mail.objects.get().attachments.order_by("position")] == ["plan.pdf", "b.txt"]


def test_files_too_large_for_a_mail_are_refused_and_nothing_is_lost(post):
    answer = post(attachments=[SimpleUploadedFile("film.mov", b"x" * (25 * 1024 * 1024))])
    assert answer.status_code == 422
    assert "18 MB" in answer.content.decode()
    assert not Message.objects.exists()


def test_an_answer_goes_to_the_sender_in_the_same_thread_from_the_account_that_got_it(
    post, peer, ana, ann, leave, signed_in
):
    came = (
        b"From: Ann Lee <ann.lee@x.example>\r\nTo: ana@aurora.example\r\nCc: bob@x.example\r\nSubject: AW: Offer\r\n"
        b"Message-ID: <q1@x.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n\r\nIs it ready?\r\n"
    )
    take([Found(1, 0, 1.0, came)], MailFile.objects.create(file_name="s", path="/n", by=ana), at=timezone.now())
    mail = Mail.objects.get()
    client = signed_in(ana)
    page = client.get(f"/customers/{ann.pk}/").content.decode()
    assert f"answers={mail.pk}&amp;mode=reply" in page
    form = client.get(f"/letters/{ann.pk}/?answers={mail.pk}&mode=all", headers={"HX-Request": "true"})
    html = form.content.decode()
    assert 'value="Re: Offer"' in html
    assert 'value="bob@x.example"' in html
    assert "Is it ready?" in html
    post(answers=mail.pk, mode="reply", subject="Re: Offer", text="It is.", quote="on")
    leave()
    content = peer.envelopes[0].content.decode()
    assert "In-Reply-To: <q1@x.example>" in content
    assert "> Is it ready?" in content
    assert Mail.objects.values("thread").distinct().count() == 1
    assert Interaction.objects.get(direction="outbound", kind="mail").text == "It is."


def test_a_letter_that_did_not_leave_is_a_task_for_its_author(post, peer, ana, leave):
    peer.answers["RCPT"] = "550 no such user"
    post()
    leave()
    assert Task.objects.get().assignee == ana
    assert "was not sent" in Task.objects.get().title


def test_colleagues_accounts_are_not_to_be_written_from(ana, nils, signed_in, ann):
    theirs = account_for(nils, 0, address="nils@aurora.example")
    answer = signed_in(ana).post(
        f"/letters/{ann.pk}/",
        {"key": str(uuid4()), "account": theirs.pk, "to": "ann.lee@x.example", "subject": "S", "text": "T"},
    )
    assert answer.status_code == 422


@pytest.mark.req("G5")
def test_nobody_writes_in_the_name_of_another_persons_account(post, mia, boss, ana, leave, peer):
    theirs = account_for(mia, peer.port, address="mia@aurora.example")
    assert post(account=theirs.pk).status_code == 422
    bosss = account_for(boss, peer.port, address="boss@aurora.example", active=False)
    assert post(account=bosss.pk).status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "Hello\r\nBcc: eve@evil.example"},
        {"subject": "Hello\x0bBcc: eve@evil.example\u2028X: y"},
        {"to": "ann.lee@x.example\r\nBcc: eve@evil.example"},
        {"to": '"Ann\r\nBcc: eve@evil.example" <ann.lee@x.example>'},
        {"cc": "ann.lee@x.example, <eve@evil.example>\nX: y@x.example"},
        {"subject": "Hello\x00"},
    ],
)
def test_no_header_is_smuggled_in_by_what_is_typed(said, post, leave, peer):
    """It is refused, or leaves as one header that says what was typed."""
    if post(**said).status_code == 422:
        assert not Message.objects.exists()
        return
    leave()
    (envelope,) = peer.envelopes
    letter = message_from_bytes(envelope.content)
    assert "Bcc" not in letter
    assert "X" not in letter
    assert len(letter.get_all("Subject")) == len(letter.get_all("To")) == 1
    assert "eve@evil.example" not in envelope.rcpt_tos or "eve@evil.example" in (letter["Cc"] or "") + letter["To"]


@pytest.mark.req("G5")
def test_a_hidden_mail_is_neither_quoted_nor_forwarded_with_its_files(post, ann, ana, nils, signed_in, leave, peer):
    arrived = Found(
        1, 1, 1.0, bytes(letter(7, sender="Ann Lee <ann.lee@x.example>", files={"secret.pdf": b"%PDF-secret"}))
    )
    take([arrived], MailFile.objects.create(file_name="x", path="/x"), at=timezone.now())
    mail = Mail.objects.get()
    circle = Circle.objects.create(kind="owner", keeper=nils)
    Interaction.objects.filter(pk=mail.pk).update(circles=[circle.pk])
    page = signed_in(ana).get(f"/letters/{ann.pk}/?answers={mail.pk}&mode=forward").text
    assert "secret.pdf" not in page
    assert "What about 7?" not in page
    assert post(answers=mail.pk, mode="forward", quote="on").status_code == 200
    leave()
    sent = peer.envelopes[0].content
    assert b"secret" not in sent
    assert b"What about 7?" not in sent
    assert b"In-Reply-To" not in sent


def test_what_a_customer_is_called_is_text_in_a_letter_and_never_a_field_of_its_own(post, ann, leave, peer):
    edit(ann, {"first_name": "{{ my address }}"}, by=None, at=timezone.now())
    assert post(text="Dear {{ first name }}, hello.").status_code == 200
    leave()
    assert b"ana@rapport.example" not in peer.envelopes[0].content


def test_the_customers_page_says_why_they_got_it_or_not(post, ann, ana, boss, leave, signed_in):
    post(subject="First")
    leave()
    object_to("ann.lee@x.example", evidence="by phone on 3 May, told to Ana", by=ana, at=timezone.now())
    now = timezone.now()
    draft = Draft(("ann.lee@x.example",), "Spring offer", "T", purpose="offers")
    late = write(draft, ana.mail_accounts.get(), key="x", member=main_member(ann), by=ana, due_at=now, at=now)
    send(late.pk, at=now)
    card = signed_in(ana).get(f"/customers/{ann.pk}/panels/messages/").content.decode()
    assert card.index("Spring offer") < card.index("told to Ana") < card.index("First")
    whole = signed_in(ana).get(f"/customers/{ann.pk}/messages/").content.decode()
    assert "Nothing stood against ann.lee@x.example." in whole
    assert "Legitimate interest" in whole


def test_without_a_mailbox_the_form_says_so_and_leads_to_one_or_to_whom_to_ask(ann, ana, boss, signed_in):
    address = f"/letters/{ann.pk}/"
    page = signed_in(ana).get(address).content.decode()
    assert "There is no mailbox to write from yet." in page
    assert 'href="/mail/mailboxes/new/"' in page
    assert 'name="account"' not in page
    Role.objects.filter(key=ana.role_id).update(removed=["mail.keep_mailbox"])
    page = signed_in(ana).get(address).content.decode()
    assert "Ask for one: Bea Boss." in page
    assert "/mail/mailboxes/new/" not in page
