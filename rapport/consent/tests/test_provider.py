"""Mail through a provider: a real HTTP server on this machine takes it, and posts back what became of it."""

import hashlib
import hmac
import json
import time
from itertools import count

import pytest
from django.utils import timezone

from rapport.channels.mail.provider_news import LARGEST
from rapport.consent.gate import batch, send
from rapport.consent.ledger import Consent, Said
from rapport.consent.models import Cause, Message, Return, State, Suppression
from rapport.consent.purpose import Purpose
from rapport.consent.say import Word, say
from rapport.consent.tests.peer import account_for, customer_at, serving
from rapport.consent.tests.provider import SECRET, providing, told_by
from rapport.consent.write import Draft, write
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.files.keep import Content
from rapport.installation.doctor import mail_provider
from rapport.lib.mail_providers import chosen

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1"), pytest.mark.usefixtures("any_time")]
ANN = "ann.lee@x.example"
INACTIVE = f"Found inactive addresses: {ANN}. Inactive recipients are ones that have generated a hard bounce."


@pytest.fixture
def provider(settings):
    with providing(settings) as found:
        yield found


@pytest.fixture
def letter(ana, provider):
    """One that Ann agreed to, from an account that names no server for sending."""
    member, account = main_member(customer_at(ANN)), account_for(ana, 0)
    say(Word(Purpose.objects.get(code="offers"), ANN, Said.GRANTED), by=ana, at=timezone.now())
    keys = count()

    def make(**named):
        now = timezone.now()
        draft = Draft((ANN,), "Spring", "Dear Ann", **{"purpose": "offers", "html": "<p>Dear Ann</p>"} | named)
        return write(draft, account, key=str(next(keys)), member=member, by=ana, due_at=now, at=now)

    return make


def gone(message):
    return send(message.pk, at=timezone.now())


def event(message, kind, **named):
    return {
        "RecordType": kind,
        "MessageID": "their-own",
        "Metadata": {"rapport": message.message_id},
        "Recipient": ANN,
        **named,
    }


def bounce(message, kind, details):
    return event(message, "Bounce", Type=kind, Details=details, Email=ANN)


def test_a_letter_leaves_with_its_own_message_id_and_the_answer_is_kept(letter, provider):
    enclosed = (Content("list.pdf", "application/pdf", b"%PDF-1.4"),)
    message = gone(letter(references=("first@x.example",), enclosed=enclosed))
    (given,) = provider.letters
    headers = {one["Name"]: one["Value"] for one in given["Headers"]}
    assert given["token"] == "token-1"
    assert headers["Message-ID"] == f"<{message.message_id}>"
    assert headers["X-PM-KeepID"] == "true", "without it Postmark would put one of its own"
    assert headers["In-Reply-To"] == "<first@x.example>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (given["From"], given["To"]) == ("Ana Klein <ana@aurora.example>", ANN)
    assert given["TextBody"].startswith("Dear Ann")
    assert given["HtmlBody"].startswith("<p>Dear Ann</p>")
    assert given["Attachments"][0]["Name"] == "list.pdf"
    assert (given["TrackOpens"], given["TrackLinks"]) == (False, "None"), "nobody is watched while they read"
    assert message.state == State.SENT
    assert message.said.startswith("Postmark: sent ")


def test_an_account_with_a_server_of_its_own_uses_that(ana, letter, provider):
    with serving() as peer:
        message = letter()
        account = message.account
        account.smtp_host, account.smtp_port = "127.0.0.1", peer.port
        account.save()
        assert gone(message).state == State.SENT
        assert (len(peer.envelopes), provider.letters) == (1, [])


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ((401, {"ErrorCode": 10, "Message": "No valid token"}), State.FAILED, "sign in"),
        ((422, {"ErrorCode": 406, "Message": "Inactive recipient"}), State.FAILED, "recipient"),
        ((422, {"ErrorCode": 406, "Message": INACTIVE}), State.FAILED, "recipient"),
        ((422, {"ErrorCode": 402, "Message": "Invalid JSON"}), State.FAILED, "content"),
        ((413, {"ErrorCode": 1, "Message": "Too large"}), State.FAILED, "large"),
        ((429, {"ErrorCode": 429, "Message": "Slow down"}), State.WAITING, "away"),
        ((503, {"ErrorCode": 100, "Message": "Maintenance"}), State.WAITING, "away"),
        ((500, {"ErrorCode": 500, "Message": "Oops"}), State.DOUBT, "doubt"),
        ((200, "no JSON"), State.DOUBT, "doubt"),
        ("cut", State.DOUBT, "doubt"),
    ],
)
def test_what_it_answers_decides_and_what_it_may_have_taken_is_in_doubt(letter, provider, answer, state, reason):
    provider.answers = [answer]
    message = gone(letter())
    assert (message.state, message.reason) == (state, reason)
    assert message.said
    assert len(provider.letters) == 1, "nothing is tried twice at once"


def test_where_nobody_listens_it_waits(letter, settings):
    settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": "http://127.0.0.1:9/"}
    message = gone(letter())
    assert (message.state, message.reason, message.tries) == (State.WAITING, "away", 1)


def test_whom_it_leaves_out_is_told(letter, provider):
    provider.answers = [
        (
            200,
            {
                "ErrorCode": 0,
                "MessageID": "m-1",
                "To": ANN,
                "Message": f"Message OK, but will not deliver to these inactive addresses: {ANN}. "
                "Inactive recipients are ones that have generated a hard bounce or a spam complaint.",
            },
        )
    ]
    message = gone(letter(purpose="correspondence", cc=("bob@x.example",)))
    assert message.state == State.SENT
    assert [(one.address, one.said) for one in Return.objects.all()] == [(ANN, "Postmark: rejected")]


def test_mail_that_bounced_for_good_stops_the_address_like_any_other(letter, client, run_jobs, ana):
    message = gone(letter())
    assert told_by(client, bounce(message, "HardBounce", "smtp;550 5.1.1 No such user")) == 200
    run_jobs()
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.RETURNED, "returned")
    assert Suppression.objects.get().cause == Cause.BOUNCED
    assert "No such user" in Suppression.objects.get().evidence
    assert "came back" in ana.tasks.get().title
    assert gone(letter()).reason == Cause.BOUNCED


def test_gone_for_good_is_also_read_where_no_server_gave_a_status(letter, client):
    assert told_by(client, bounce(gone(letter()), "HardBounce", "The address is unknown")) == 200
    assert Suppression.objects.get().cause == Cause.BOUNCED


@pytest.mark.parametrize("details", ["smtp;552 5.2.2 Mailbox full", "smtp;550 5.7.1 Filtered", "Try again"])
def test_a_full_mailbox_leaves_the_address_open(letter, client, details):
    message = gone(letter())
    assert told_by(client, bounce(message, "SoftBounce", details)) == 200
    message.refresh_from_db()
    assert message.state == State.RETURNED
    assert not Suppression.objects.exists()


def test_a_complaint_stops_the_address(letter, client):
    message = gone(letter())
    assert told_by(client, event(message, "SpamComplaint", Type="SpamComplaint", Email=ANN)) == 200
    assert Suppression.objects.get().cause == Cause.COMPLAINT
    assert gone(letter()).state == State.REFUSED


def test_who_unsubscribes_at_the_provider_took_their_yes_back(letter, client):
    message = gone(letter())
    ended = event(message, "SubscriptionChange", SuppressSending=True, SuppressionReason="ManualSuppression")
    for _again in range(2):
        assert told_by(client, ended) == 200
    word = Consent.objects.order_by("-pk").first()
    assert (word.said, word.source, word.key) == (Said.WITHDRAWN, "mail provider", ANN)
    assert Consent.objects.filter(said=Said.WITHDRAWN).count() == 1
    assert gone(letter()).reason == "withdrawn"


def test_what_cannot_be_refused_by_purpose_ends_all_advertising(letter, client):
    message = gone(letter(purpose="correspondence"))
    assert told_by(client, event(message, "SubscriptionChange", SuppressionReason="ManualSuppression")) == 200
    assert Suppression.objects.get().extent == "advertising"


def test_an_arrival_ends_a_doubt(letter, provider, client):
    provider.answers = ["cut"]
    message = gone(letter())
    assert message.state == State.DOUBT
    assert told_by(client, event(message, "Delivery", Details="250 OK")) == 200
    message.refresh_from_db()
    assert message.state == State.SENT
    assert Return.objects.get().kind == "delivered"


def test_the_customers_page_tells_what_became_of_it(letter, client, signed_in, boss):
    message = gone(letter())
    told_by(client, event(message, "Delivery", Details="250 OK"))
    customer = Customer.objects.get()
    page = signed_in(boss).get(f"/customers/{customer.pk}/messages/").content.decode()
    assert "It reached the server of ann.lee@x.example." in page
    assert "Postmark: sent" in page


@pytest.mark.parametrize("secret", ["", "hook:guessed", "hook"])
def test_nobody_else_is_believed(letter, client, secret):
    message = gone(letter())
    assert told_by(client, bounce(message, "HardBounce", "550 5.1.1"), secret=secret) == 400
    assert not Return.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("words", ["{", "[]", '"x"', '{"RecordType": 7, "Metadata": []}', "[" * 100_000])
def test_what_cannot_be_read_is_refused_and_changes_nothing(ana, provider, client, words):
    assert told_by(client, words) in {200, 400}
    assert not Return.objects.exists()


def test_letters_of_others_are_ignored_and_one_still_on_its_way_is_asked_for_again(letter, client):
    message = letter()
    Message.objects.update(state=State.SENDING, begun_at=timezone.now())
    assert told_by(client, event(message, "Delivery")) == 503
    message.message_id = "nobody@x.example"
    assert told_by(client, event(message, "Delivery")) == 200
    assert not Return.objects.exists()


def test_a_signature_is_asked_for_where_the_provider_signs(letter, client, settings):
    message = gone(letter())
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = settings.ANYMAIL | {"MAILGUN_API_KEY": "k", "MAILGUN_WEBHOOK_SIGNING_KEY": "signs"}
    stamp = str(int(time.time()))

    def signed(key):
        digest = hmac.new(key.encode(), f"{stamp}token-1".encode(), hashlib.sha256).hexdigest()
        told = {
            "event": "failed",
            "severity": "permanent",
            "recipient": ANN,
            "timestamp": time.time(),
            "user-variables": {"rapport": message.message_id},
            "delivery-status": {"message": "No such mailbox", "code": 550},
        }
        signature = {"timestamp": stamp, "token": "token-1", "signature": digest}
        return json.dumps({"signature": signature, "event-data": told})

    assert told_by(client, signed("guessed")) == 400
    assert not Return.objects.exists()
    assert told_by(client, signed("signs")) == 200
    assert Suppression.objects.get().cause == Cause.BOUNCED


def test_without_a_provider_there_is_no_such_page(ana, client, settings):
    settings.MAIL_PROVIDER = ""
    assert told_by(client, {}) == 410


def test_the_environment_names_it_and_is_loud_when_wrong(tmp_path):
    secret = tmp_path / "token"
    secret.write_text("t-1\n")
    told = {
        "RAPPORT_MAIL_PROVIDER": "Postmark",
        "ANYMAIL_POSTMARK_SERVER_TOKEN_FILE": str(secret),
        "ANYMAIL_WEBHOOK_SECRET": "hook:x",
    }
    assert chosen(told) == ("postmark", {"POSTMARK_SERVER_TOKEN": "t-1", "WEBHOOK_SECRET": "hook:x"})
    assert chosen({}) == ("", {})
    with pytest.raises(ValueError, match="must be one of brevo"):
        chosen(told | {"RAPPORT_MAIL_PROVIDER": "pigeon"})
    with pytest.raises(ValueError, match="a colon and a password"):
        chosen(told | {"ANYMAIL_WEBHOOK_SECRET": "hook"})


def test_a_batch_takes_one_line(letter, provider):
    with batch() as lines:
        for _one in range(3):
            assert send(letter().pk, at=timezone.now(), lines=lines).state == State.SENT
    assert (len(provider.letters), provider.lines) == (3, 1)


def test_more_than_any_report_is_not_even_read(ana, provider, client):
    assert told_by(client, " " * (LARGEST + 1)) == 413


def test_the_doctor_says_what_is_missing(provider, settings):
    settings.PUBLIC_URL = "https://crm.example"
    assert mail_provider().says == "Postmark, which reports to https://crm.example/mail-provider/news/"
    assert not mail_provider().advice
    settings.PUBLIC_URL = ""
    assert "RAPPORT_PUBLIC_URL" in mail_provider().advice
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    assert "POSTMARK_SERVER_TOKEN" in mail_provider().advice
    settings.MAIL_PROVIDER = ""
    assert not mail_provider().advice
