"""Mailboxes in the browser: added, tested in plain words, changed by those who may, and never with a password shown."""

import pytest
from django.test import Client

from rapport.channels.models import MailAccount
from rapport.consent.sender import sender
from rapport.customers.models import Customer
from rapport.lib.oauth import providers
from rapport.mail.keep import circle_for
from rapport.mail.models import LedgerLine, Mailbox
from rapport.mail.tests.letters import letter
from rapport.mail.tests.live import mailbox_at
from rapport.mail.visit import sync
from rapport.people.models import ApiToken
from rapport.timeline.models import Interaction
from tools.dovecot import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]


def answers(port, **more):
    return {
        "address": "ana@aurora.example",
        "password": PASSWORD,
        "proof": "password",
        "whose": "mine",
        "circle": "everybody",
        "strangers": "found",
        "imap_host": "127.0.0.1",
        "imap_port": port,
        "imap_security": "none",
        **more,
    }


def test_a_mailbox_is_tested_before_it_is_kept_and_read_once_it_is(dovecot, ana, signed_in):
    client = signed_in(ana)
    tested = client.post("/mail/mailboxes/new/", answers(dovecot.port, test="1"), HTTP_HX_REQUEST="true")
    assert "It works. Messages in the inbox: 0" in tested.content.decode()
    assert not Mailbox.objects.exists()
    kept = client.post("/mail/mailboxes/new/", answers(dovecot.port))
    mailbox = Mailbox.objects.get()
    assert kept.headers["Location"] == f"/mail/mailboxes/{mailbox.pk}/"
    assert mailbox.account.user == ana
    assert not sync(mailbox).trouble


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"imap_port": 1}, "nothing answers at this port"),
        ({"password": "wrong"}, "refused the user name or the password"),
        ({"imap_host": "no.such.server.invalid"}, "no server of this name"),
        ({"imap_security": "tls"}, "does not speak this kind of security"),
        ({"smtp_host": "127.0.0.1", "smtp_port": 1}, "Sending (SMTP)"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(wrong, words, dovecot, ana, signed_in):
    given = answers(dovecot.port, test="1") | wrong
    found = signed_in(ana).post("/mail/mailboxes/new/", given, HTTP_HX_REQUEST="true").content.decode()
    assert words in found
    assert PASSWORD not in found


def test_the_servers_of_a_large_provider_need_not_be_known(ana, signed_in):
    given = answers("", imap_host="", address="ana@gmx.de")
    signed_in(ana).post("/mail/mailboxes/new/", given)
    account = MailAccount.objects.get()
    assert (account.imap_host, account.imap_port, account.smtp_host) == ("imap.gmx.net", 993, "mail.gmx.net")


def test_a_password_is_never_shown_and_never_sent_to_a_server_it_was_not_given_for(ana, signed_in):
    mailbox = mailbox_at(9, user=ana)
    page = f"/mail/mailboxes/{mailbox.pk}/edit/"
    client = signed_in(ana)
    assert PASSWORD not in client.get(page).content.decode()
    moved = answers(9, password="", imap_host="evil.example")
    assert "Say the password again" in client.post(page, moved).content.decode()
    client.post(page, answers(9, password="", name="Ana's"))
    mailbox.account.refresh_from_db()
    assert (mailbox.account.name, mailbox.account.secrets) == ("Ana's", {"password": PASSWORD})


def test_somebody_elses_mailbox_is_not_found_and_a_shared_one_is_changed_by_managers_only(
    ana, nils, mia, boss, signed_in
):
    own = mailbox_at(9, user=ana)
    assert signed_in(nils).get(f"/mail/mailboxes/{own.pk}/").status_code == 404
    edit = f"/mail/mailboxes/{own.pk}/edit/"
    assert signed_in(boss).get(edit).headers["Location"] == f"/mail/mailboxes/{own.pk}/"
    signed_in(boss).post(f"/mail/mailboxes/{own.pk}/retire/")
    own.account.refresh_from_db()
    assert not own.account.active
    shared = mailbox_at(9, "info@aurora.example")
    assert signed_in(ana).get(f"/mail/mailboxes/{shared.pk}/edit/").status_code == 302
    assert signed_in(mia).get(f"/mail/mailboxes/{shared.pk}/edit/").status_code == 200


def test_the_api_tells_how_a_mailbox_goes_and_nothing_secret(dovecot, ana):
    address = "api@aurora.example"
    dovecot.put(address, bytes(letter(1, sender="Marta Leal <marta@x.example>", to=address)))
    mailbox = mailbox_at(dovecot.port, address, user=ana)
    sync(mailbox, check=True)
    token = ApiToken.issue(ana, "test", [])
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/mailboxes")
    (told,) = answer.json()["items"]
    inbox = next(one for one in told["folders"] if one["name"] == "INBOX")
    assert (inbox["on_server"], inbox["present"], inbox["complete"], inbox["outcomes"]["taken"]) == (1, 1, True, 1)
    assert "sealed" not in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


def test_private_mail_is_its_owners_until_they_open_it(dovecot, ana, nils, signed_in):
    address = "private@aurora.example"
    dovecot.put(address, bytes(letter(1, sender="Marta Leal <marta@x.example>", to=address, files={"a.pdf": b"%PDF"})))
    mailbox = mailbox_at(dovecot.port, address, user=ana)
    mailbox.circle = circle_for("owner", mailbox.account)
    mailbox.save()
    sync(mailbox)
    mail, page = Interaction.objects.get(), f"/customers/{Customer.objects.get().pk}/"
    for path in ("mail/", "mail/html/", "mail/attachments/1/", "text/"):
        assert signed_in(nils).get(f"/interactions/{mail.pk}/{path}").status_code == 404
    assert "Question 1" not in signed_in(nils).get(page).content.decode()
    assert not LedgerLine.objects.visible_to(nils).exists()
    own = signed_in(ana).get(page).content.decode()
    assert "Question 1" in own
    assert "Make public" in own
    assert signed_in(ana).post(f"/interactions/{mail.pk}/mail/privacy/", {"private": "0"}).status_code == 200
    assert "Question 1" in signed_in(nils).get(page).content.decode()
    assert signed_in(nils).post(f"/interactions/{mail.pk}/mail/privacy/", {"private": "1"}).status_code == 409


def test_a_copy_in_another_mailbox_opens_a_private_mail_only_if_its_words_are_the_same(dovecot, ana, nils):
    private, forged, shared = "p1@aurora.example", "p2@aurora.example", "p3@aurora.example"
    true = bytes(letter(1, sender="Marta Leal <marta@x.example>", to=private))
    false = bytes(letter(1, sender="Marta Leal <marta@x.example>", to=private, text="Something else."))
    for address, content in ((private, true), (forged, false), (shared, true)):
        dovecot.put(address, content)
    mine = mailbox_at(dovecot.port, private, user=ana)
    mine.circle = circle_for("owner", mine.account)
    mine.save()
    sync(mine)
    sync(mailbox_at(dovecot.port, forged))
    assert list(Interaction.objects.visible_to(nils).values_list("text", flat=True)) == ["Something else."]
    sync(mailbox_at(dovecot.port, shared))
    assert Interaction.objects.visible_to(nils).count() == 2


def test_the_ledger_asks_the_server_for_the_true_cause(dovecot, ana, signed_in):
    address = "ledger@aurora.example"
    dovecot.put(address, bytes(letter(7, sender="Marta Leal <marta@x.example>", to=address)), folder="Junk")
    sync(mailbox_at(dovecot.port, address, user=ana))
    asked = signed_in(ana).get("/mail/ledger/", {"about": "Question 7"}).content.decode()
    assert "It lies in the folder “Junk”, which is not read." in asked
    nowhere = signed_in(ana).get("/mail/ledger/", {"about": "nobody@x.example"}).content.decode()
    assert "The server has no such message in any of its folders." in nowhere


def test_the_provider_is_asked_with_a_state_that_no_other_answer_fits(ana, signed_in, settings):
    settings.MAIL_OAUTH = providers({"RAPPORT_GOOGLE_CLIENT": "us"})
    mailbox = mailbox_at(9, user=ana, proof="google")
    client = signed_in(ana)
    away = client.post(f"/mail/mailboxes/{mailbox.pk}/allow/").headers["Location"]
    assert away.startswith("https://accounts.google.com/")
    assert "code_challenge_method=S256" in away
    back = client.get("/mail/mailboxes/allowed/", {"state": "forged", "code": "x"}, follow=True)
    assert "belongs to no question of yours" in back.content.decode()


def test_where_a_provider_is_set_a_mailbox_may_only_send_through_it(signed_in, boss, settings):
    client = signed_in(boss)
    page = "/mail/mailboxes/new/"
    assert "Send through" not in client.get(page).content.decode()
    settings.MAIL_PROVIDER = "postmark"
    assert "Send through Postmark" in client.get(page).content.decode()
    asked = {"address": "news@aurora.example", "proof": "password", "whose": "1", "circle": "everybody"}
    asked |= {"strangers": "found", "imap_host": "", "smtp_host": ""}
    assert client.post(page, asked).status_code == 422, "with a server of its own it has to say the password"
    assert client.post(page, asked | {"provided": "on"}).status_code == 302
    account = MailAccount.objects.get(address="news@aurora.example")
    assert (account.imap_host, account.smtp_host, account.user) == ("", "", None)
    assert sender() == account
