"""Mail in the browser: files, the ledger, and what a line shows besides its words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.customers.edit import edit
from rapport.customers.models import Condition, Customer
from rapport.mail.models import LedgerLine, Mail, MailFile, State
from rapport.mail.tests.letters import letter, mbox
from rapport.people.models import OwnAddress

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]
REPLY = "It is.\n\nOn Mon, 2 Mar 2026, Ana wrote:\n> Is it ready?\n"
LAID_OUT = '<p>It is.</p><script>alert(1)</script><img src="https://spy.example/a.gif">'


@pytest.fixture
def bring(settings, tmp_path, signed_in, ana, run_jobs):
    """Upload bytes as Ana and let the queue work; her browser."""
    settings.HOME = tmp_path
    settings.FILES = tmp_path / "files"
    client = signed_in(ana)

    def brought(content, name="box.mbox"):
        answer = client.post("/mail/files/new/", {"file": SimpleUploadedFile(name, content), "strangers": "found"})
        assert answer.status_code == 302, answer.content.decode()
        run_jobs()
        return client

    return brought


def test_an_upload_runs_in_the_background_and_is_not_kept_longer_than_needed(bring, tmp_path):
    client = bring(mbox(letter(1), letter(2)))
    mail_file = MailFile.objects.get()
    assert (mail_file.state, mail_file.taken) == (State.DONE, 2)
    assert not list((tmp_path / "mail_files").iterdir())
    page = client.get(f"/mail/files/{mail_file.pk}/").content.decode()
    assert "What became of every message" in page
    assert "box.mbox" in client.get("/mail/files/").content.decode()


def test_the_same_upload_again_before_its_turn_is_one(bring, signed_in, ana, run_jobs, tmp_path):
    client = signed_in(ana)
    for _again in range(2):
        upload = SimpleUploadedFile("box.mbox", mbox(letter(1), letter(2)))
        client.post("/mail/files/new/", {"file": upload, "strangers": "found"})
    assert len(list((tmp_path / "mail_files").iterdir())) == 1
    run_jobs()
    assert (MailFile.objects.get().state, MailFile.objects.get().taken) == (State.DONE, 2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0....", "Outlook"),
        (b"hello", "no mail file"),
        (b"PK\x03\x04....", "zip"),
    ],
)
def test_what_is_no_mail_file_is_told_at_once_or_on_its_page(bring, signed_in, ana, content, told):
    answer = signed_in(ana).post("/mail/files/new/", {"file": SimpleUploadedFile("x", content), "strangers": "found"})
    if answer.status_code == 302:
        bring(content, "x")
        answer = signed_in(ana).get(answer.headers["Location"])
    assert told in answer.content.decode()


@pytest.mark.req("K2")
def test_the_line_shows_the_new_part_and_leads_to_the_rest(bring):
    first = letter(1, text="Is it ready?")
    answer = letter(
        2, text=REPLY, html=LAID_OUT, files={"plan.pdf": b"%PDF"}, headers={"In-Reply-To": "<1@mail.example>"}, hours=1
    )
    client = bring(mbox(first, answer))
    mail = Mail.objects.get(message_id="2@mail.example")
    base = f"/interactions/{mail.pk}/mail/"
    page = client.get(f"/customers/{Customer.objects.get().pk}/").content.decode()
    assert "1 earlier" in page
    assert f'href="{base}attachments/1/"' in page
    assert "Is it ready?" in client.get(base).content.decode()
    assert "Is it ready?" in client.get(f"{base}earlier/").content.decode()
    shown = client.get(f"{base}html/")
    assert "spy.example" not in shown.content.decode()
    assert "1 picture is not shown" in shown.content.decode()
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    download = client.get(f"{base}attachments/1/")
    assert b"".join(download.streaming_content) == b"%PDF"
    assert 'attachment; filename="plan.pdf"' in download.headers["Content-Disposition"]


@pytest.mark.req("G5")
def test_who_may_not_see_the_customer_gets_neither_the_mail_nor_what_came_with_it(bring, signed_in, nils):
    bring(mbox(letter(1, text=REPLY, files={"plan.pdf": b"%PDF"})))
    edit(Customer.objects.get(), {"team": "Iberia"}, by=None, at=timezone.now())
    pk, other = Mail.objects.get().pk, signed_in(nils)
    for path in ("", "earlier/", "html/", "attachments/1/"):
        assert other.get(f"/interactions/{pk}/mail/{path}").status_code == 404


@pytest.mark.req("G5")
def test_earlier_mails_of_another_teams_customer_are_not_counted(bring, signed_in, nils):
    stranger = letter(2, sender="jo@else.example", hours=1, headers={"In-Reply-To": "<1@mail.example>"})
    bring(mbox(letter(1), stranger))
    edit(Customer.objects.get(name="Marta Leal"), {"team": "Iberia"}, by=None, at=timezone.now())
    page = signed_in(nils).get(f"/customers/{Customer.objects.get(name='jo@else.example').pk}/").content.decode()
    assert "Question 2" in page
    assert "earlier" not in page


def test_the_ledger_answers_why_a_mail_is_not_here(bring, signed_in, mia, nils, boss):
    OwnAddress.objects.create(value="rapport.example")
    client = bring(mbox(letter(1), letter(2, sender="mia@rapport.example", subject="Lunch among us")))
    page = client.get("/mail/ledger/?about=lunch").content.decode()
    assert "Only our own people" in page
    assert "Question 1" not in page
    assert "Question 1" in client.get("/mail/ledger/?about=marta@aurora.example&outcome=taken").content.decode()
    for reader, sees in ((mia, True), (boss, True), (nils, False)):
        page = signed_in(reader).get("/mail/ledger/").content.decode()
        assert ("Lunch among us" in page) is sees


def test_the_ledger_pages_and_bears_what_is_typed_into_it(bring):
    client = bring(mbox(*(letter(number) for number in range(60))))
    page = client.get("/mail/ledger/").content.decode()
    assert page.count("<tr>") == 51
    oldest = LedgerLine.objects.order_by("-pk")[49].pk
    assert f"before={oldest}" in page
    assert client.get(f"/mail/ledger/?before={oldest}").content.decode().count("<tr>") == 11
    for typed in ("%00", "'", "&outcome=x&file=-1&before=999999999999999999999", "((("):
        assert client.get(f"/mail/ledger/?about={typed}").status_code == 200


def test_a_page_costs_the_same_for_two_mails_or_twenty(bring):
    def answer(number):
        return letter(number, hours=number, text=REPLY, files={"a.pdf": b"x"})

    browser = bring(mbox(letter(0), answer(1)))
    url = f"/customers/{Customer.objects.get().pk}/"
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    bring(mbox(*map(answer, range(2, 20))), "more.mbox")
    # Twenty mails and then none for long are a silence, whose card asks a question of its own.
    Condition.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        browser.get(url)
    assert len(many) == len(few)


def test_an_administrator_says_which_domains_are_ours(signed_in, boss):
    browser = signed_in(boss)
    assert (
        browser.post(
            "/people/organisation/addresses/", {"addresses": "Aurora.example\n@b.example x@c.example"}
        ).status_code
        == 302
    )
    assert sorted(OwnAddress.objects.values_list("value", flat=True)) == ["aurora.example", "b.example", "x@c.example"]
    assert "aurora.example" in browser.get("/people/organisation/").content.decode()
    wrong = browser.post("/people/organisation/addresses/", {"addresses": "no domain"})
    assert wrong.status_code == 422
    assert "neither an address nor a domain" in wrong.content.decode()
