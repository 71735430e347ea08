"""Reports of servers: believed about what we sent, and about nothing else."""

import pytest
from django.utils import timezone

from rapport.channels.mail.mailbox import Found
from rapport.channels.mail.reports import report_of
from rapport.consent.hear import hear
from rapport.consent.models import Cause, Message, Return, State, Suppression
from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import main_member
from rapport.mail.models import MailFile
from rapport.mail.take_in import take

pytestmark = [pytest.mark.django_db, pytest.mark.req("G1")]
BOUNCE = """From: MAILER-DAEMON@mx.example
To: ana@aurora.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 02 Mar 2026 10:00:00 +0000
Message-ID: <dsn-1@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user

--b
Content-Type: message/rfc822

Message-ID: <{original}>
Subject: Spring

Dear Ann
--b--
"""
SPAM = """From: fbl@big.example
To: ana@aurora.example
Subject: complaint
Date: Mon, 02 Mar 2026 10:00:00 +0000
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is spam.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Big/1
Original-Rcpt-To: <ann.lee@x.example>

--b
Content-Type: message/rfc822

Message-ID: <ours-1@aurora.example>

x
--b--
"""


@pytest.fixture
def sent(ana):
    now = timezone.now()
    return Message.objects.create(
        key="1",
        member=main_member(customer_at()),
        to=["ann.lee@x.example"],
        by=ana,
        due_at=now,
        message_id="ours-1@aurora.example",
        subject="Spring",
        text="T",
        state=State.SENT,
        sent_at=now,
    )


def bounce(to="ann.lee@x.example", action="failed", status="5.1.1", original="ours-1@aurora.example"):
    return BOUNCE.format(to=to, action=action, status=status, original=original).encode()


def test_mail_that_came_back_for_good_stops_the_address_and_is_told_its_author(sent, ana, run_jobs):
    box = MailFile.objects.create(file_name="s", path="/n", by=ana)
    take([Found(1, 0, 1.0, bounce())], box, at=timezone.now())
    run_jobs()
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == (State.RETURNED, "returned")
    one = Suppression.objects.get()
    assert (one.cause, one.key, one.by) == (Cause.BOUNCED, "ann.lee@x.example", None)
    assert "No such user" in one.evidence
    assert "came back" in ana.tasks.get().title


@pytest.mark.parametrize(
    "forged",
    [
        bounce(original="somebody-elses@x.example"),
        bounce(to="boss@x.example"),
        bounce(original=""),
        b"From: mailer-daemon@x.example\n\nann.lee@x.example does not exist",
    ],
)
def test_a_forged_report_silences_nobody(sent, forged):
    report = report_of(forged)
    if report:
        hear(report, at=timezone.now())
    sent.refresh_from_db()
    assert sent.state == State.SENT
    assert not Suppression.objects.exists()


def test_a_delay_is_counted_and_stops_nothing(sent):
    for _again in range(2):
        assert hear(report_of(bounce(action="delayed", status="4.4.1")), at=timezone.now())
    assert Return.objects.get().kind == "delayed"
    sent.refresh_from_db()
    assert sent.state == State.SENT
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7"])
def test_a_full_mailbox_or_a_filter_returns_the_letter_but_leaves_the_address_open(sent, status):
    hear(report_of(bounce(status=status)), at=timezone.now())
    sent.refresh_from_db()
    assert sent.state == State.RETURNED
    assert not Suppression.objects.exists()


def test_a_complaint_stops_the_address_and_the_letter_stays_sent(sent):
    assert hear(report_of(SPAM.encode()), at=timezone.now())
    assert Suppression.objects.get().cause == Cause.COMPLAINT
    sent.refresh_from_db()
    assert sent.state == State.SENT
