"""The timeline on a page: pages that follow each other, filters in the address, notes, long texts, versions."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.timeline.lines import days
from rapport.timeline.models import ChannelChoice, Interaction
from rapport.timeline.read import timeline_of
from rapport.timeline.receive import receive
from rapport.ui.templatetags.ui import channel_icon

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MARTA = Party((Clue("email", "marta@aurora.example"),), role="from")
HTMX = {"HX-Request": "true"}


def mail(number, *, channel=Channel.EMAIL, kind="mail", at=None, **more):
    at = at or NOW - timedelta(hours=number)
    return Inbound("mail", str(number), at, channel, Direction.INBOUND, kind, (MARTA,), f"Mail {number}", **more)


@pytest.fixture
def marta(db):
    return Customer.objects.get(pk=receive([mail(0)], by=None, at=NOW)[0].customer_id)


def lines_url(customer):
    return reverse("timeline:lines", args=[customer.pk])


def subjects(html):
    return [int(number) for number in re.findall(r">Mail (\d+)<", html)]


def link(html, name):
    return re.search(rf'class="{name}"[^>]*hx-get="([^"]+)"', html).group(1).replace("&amp;", "&")


def test_older_lines_follow_without_gap_and_a_day_has_one_heading(ana, marta, signed_in):
    receive([mail(number) for number in range(1, 70)], by=None, at=NOW)
    client = signed_in(ana)
    html = client.get(lines_url(marta)).content.decode()
    seen, headings = subjects(html), html.count('class="day"')
    while "older-ahead" in html:
        html = client.get(link(html, "older-ahead")).content.decode()
        seen += subjects(html)
        headings += html.count('class="day"')
    assert seen == list(range(70))
    assert headings == len({(NOW - timedelta(hours=number)).date() for number in range(70)})


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_channel_is_called_the_same_beside_its_sign_and_in_the_filter(language):
    with translation.override(language):
        for channel in ChannelChoice:
            assert f'title="{channel.label}"' in channel_icon(channel.value)


@pytest.mark.parametrize(("language", "words"), [("en", "Text message"), ("de", "SMS")])
def test_a_text_message_without_a_subject_is_called_so(ana, marta, signed_in, language, words):
    ana.language = language
    ana.save()
    edit(marta, {"owner": ana.email}, by=None, at=NOW)
    now = timezone.now()
    receive([mail(1, channel=Channel.SMS, kind="sms", at=now)._replace(subject="")], by=None, at=now)
    client = signed_in(ana)
    for address in (lines_url(marta), "/"):
        page = client.get(address).text
        assert "Sms" not in page
        assert ">sms<" not in page
    assert f">{words}<" in client.get(lines_url(marta)).text
    assert f">{words}<" in client.get("/").text


def test_what_is_new_comes_on_top_and_what_was_shown_stays(ana, marta, signed_in):
    receive([mail(number) for number in range(1, 70)], by=None, at=NOW)
    client = signed_in(ana)
    html = client.get(lines_url(marta)).content.decode()
    shown = subjects(html)
    receive([mail(99, at=NOW + timedelta(minutes=1))], by=None, at=NOW)
    again = client.get(link(html, 'leaf" id="newest')).content.decode()
    assert subjects(again) == [99, *shown]
    assert "older-ahead" not in again


def test_filters_stand_in_the_address_of_the_page(ana, marta, signed_in):
    receive([mail(1, channel=Channel.CHAT), mail(2, text="Invoice 4711")], by=None, at=NOW)
    client = signed_in(ana)
    asked = {"channel": "email", "text": "4711", "since": "2026-03-01", "until": "2026-03-02", "direction": ""}
    answer = client.get(lines_url(marta), asked, headers=HTMX)
    assert subjects(answer.content.decode()) == [2]
    address = answer.headers["HX-Replace-Url"]
    assert address == f"/customers/{marta.pk}/?channel=email&text=4711&since=2026-03-01&until=2026-03-02"
    assert subjects(client.get(lines_url(marta), {"channel": "nonsense", "before": "x"}).content.decode())


def test_many_visits_of_one_day_are_one_line_and_a_chat_is_one_too(ana, marta):
    minutes = [timedelta(minutes=number) for number in range(1, 7)]
    visits = [mail(10 + n, channel=Channel.WEB, kind="view", at=NOW - m) for n, m in enumerate(minutes[:4])]
    chat = [
        mail(20 + n, channel=Channel.CHAT, at=NOW - timedelta(hours=3) - m)._replace(subject="Export", text=f"{n}")
        for n, m in enumerate(minutes[:3])
    ]
    receive([*visits, *chat, mail(30, channel=Channel.WEB, kind="view", at=NOW - timedelta(days=1))], by=None, at=NOW)
    page = timeline_of(list(marta.members.values_list("pk", flat=True)), reader=ana)
    laid = [[1 + len(line.more) for line in day.lines] for day in days(page.entries)]
    assert laid == [[1, 4, 3], [1]]


def test_mailings_that_nobody_answered_are_one_line_however_many_months_they_went_on(ana, marta, signed_in):
    months = [
        mail(40 + n, at=NOW - timedelta(days=1 + 30 * n))._replace(source="campaigns", direction=Direction.OUTBOUND)
        for n in range(6)
    ]
    answer = mail(50, at=NOW - timedelta(days=80))
    receive([*months, answer], by=None, at=NOW)
    page = timeline_of(list(marta.members.values_list("pk", flat=True)), reader=ana)
    laid = [[1 + len(line.more) for line in day.lines] for day in days(page.entries)]
    assert laid == [[1], [3], [1], [3]]
    shown = signed_in(ana).get(f"/customers/{marta.pk}/").content.decode()
    assert shown.count("and 2 more since") == 2
    assert all(one.subject in shown for one in months)


def test_a_note_is_written_once_and_belongs_to_its_writer(ana, nils, marta, signed_in):
    url, given = reverse("timeline:add_note", args=[marta.pk]), {"key": uuid.uuid4(), "text": "Likes <b>figures</b>"}
    client = signed_in(ana)
    for _ in range(2):
        assert client.post(url, given, headers=HTMX).headers["HX-Trigger"].startswith('{"live:customer:')
    note = Interaction.objects.get(kind="note")
    assert (note.channel, note.direction, note.author, note.version) == ("system", "internal", ana, 1)
    html = client.get(lines_url(marta)).content.decode()
    assert "Likes &lt;b&gt;figures&lt;/b&gt;" in html
    # Another's key is another's note, never a change of this one.
    signed_in(nils).post(url, {**given, "text": "Mine"}, headers=HTMX)
    assert Interaction.objects.filter(kind="note").count() == 2
    note.refresh_from_db()
    assert (note.text, note.version) == ("Likes <b>figures</b>", 1)


def test_an_empty_note_is_refused_with_a_reason(ana, marta, signed_in):
    url = reverse("timeline:add_note", args=[marta.pk])
    answer = signed_in(ana).post(url, {"key": uuid.uuid4(), "text": " "}, headers=HTMX)
    assert answer.status_code == 422
    assert "form-error" in answer.content.decode()


def test_a_note_is_no_contact(ana, marta, signed_in):
    before = Customer.objects.get(pk=marta.pk).last_contact_at
    url = reverse("timeline:add_note", args=[marta.pk])
    signed_in(ana).post(url, {"key": uuid.uuid4(), "text": "Hm"}, headers=HTMX)
    assert Customer.objects.get(pk=marta.pk).last_contact_at == before


def test_a_corrected_line_says_so_and_shows_what_it_said(ana, marta, signed_in):
    receive([mail(0, text="Now right")], by=None, at=timezone.now())
    client = signed_in(ana)
    assert "version 2" in client.get(lines_url(marta)).content.decode()
    pk = Interaction.objects.get().pk
    receive([mail(0, text="Right at last")], by=None, at=timezone.now())
    assert "Now right" in client.get(reverse("timeline:versions", args=[pk])).content.decode()


def test_a_long_text_begins_on_the_line_and_is_whole_on_demand(ana, marta, signed_in):
    text = " ".join(f"word{number}" for number in range(400))
    receive([mail(1, text=text)], by=None, at=NOW)
    client = signed_in(ana)
    html = client.get(lines_url(marta)).content.decode()
    assert "word5 " in html
    assert "word399" not in html
    pk = Interaction.objects.get(text=text).pk
    assert "word399" in client.get(reverse("timeline:text", args=[pk])).content.decode()


def test_an_empty_timeline_says_what_it_is_for(ana, signed_in):
    nobody = Customer.objects.create(name="N", sort_key="n", fold_key="n")
    assert "Nothing has happened yet" in signed_in(ana).get(lines_url(nobody)).content.decode()


def test_a_filter_up_to_the_end_of_the_calendar_shows_all(ana, marta, signed_in):
    page = signed_in(ana).get(f"/customers/{marta.pk}/timeline/", {"since": "0001-01-01", "until": "9999-12-31"})
    assert page.status_code == 200


def test_days_the_wrong_way_round_are_called_so(ana, marta, signed_in):
    receive([mail(1)], by=None, at=NOW)
    asked = {"since": "2026-03-03", "until": "2026-03-02"}
    told = signed_in(ana).get(lines_url(marta), asked, headers=HTMX).content.decode()
    assert "the wrong way round: from 3 Mar 2026 to 2 Mar 2026" in told
    assert "Nothing fits" not in told
