"""The last contact in a sentence is good German in every combination."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from rapport.profile.last_word import OTHERWISE, SENTENCES, Contact, Open, last_word

NOW = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
NOTHING = Open(0)


def said(*contacts, opened=NOTHING):
    return str(last_word("Marta Leal", contacts or (None, None), opened, now=NOW))


def only(channel, direction, subject="", *, days=0, kind="", by=""):
    return said(Contact(channel, direction, kind, subject, NOW - timedelta(days=days), by), None)


@pytest.fixture(autouse=True)
def in_german():
    with timezone.override("UTC"), translation.override("de"):
        yield


def test_both_ways_and_what_is_open_are_one_sentence_after_the_other():
    mail = Contact("email", "outbound", "mail", "Verlängerung", NOW.replace(hour=9, minute=12), "Ana Klein")
    call = Contact("phone", "inbound", "call", "Rechnung 4711", YESTERDAY)
    assert said(mail, call, opened=Open(2, "Rechnung klären", NOW.replace(hour=16))) == (
        "Wir haben heute um 09:12 Uhr die E-Mail „Verlängerung“ geschickt (Ana Klein). "
        "Marta Leal hat gestern um 14:00 Uhr wegen „Rechnung 4711“ angerufen. "
        "2 Aufgaben sind offen, die nächste ist heute um 16:00 Uhr fällig."
    )


def test_nothing_yet_is_said_too():
    assert said(opened=Open(1, "Vorstellen")) == (
        "Mit Marta Leal gab es noch keinen Kontakt. Eine Aufgabe ist offen: „Vorstellen“."
    )
    assert said(opened=Open(3, "Vorstellen")) == ("Mit Marta Leal gab es noch keinen Kontakt. 3 Aufgaben sind offen.")


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (0, "Wir haben heute um 14:00 Uhr angerufen."),
        (1, "Wir haben gestern um 14:00 Uhr angerufen."),
        (3, "Wir haben am Sonntag angerufen."),
        (40, "Wir haben am 9. Oktober angerufen."),
        (400, "Wir haben am 14. Oktober 2025 angerufen."),
    ],
)
def test_days_are_called_as_people_call_them(days, sentence):
    assert only("phone", "outbound", days=days) == sentence


@pytest.mark.parametrize(
    ("due", "end"),
    [
        (NOW - timedelta(hours=1), "seit heute um 13:00 Uhr überfällig."),
        (NOW - timedelta(days=3, hours=1), "seit Sonntag um 13:00 Uhr überfällig."),
        (NOW.replace(hour=0) - timedelta(days=40), "seit 9. Oktober überfällig."),
        (NOW.replace(hour=0), "heute fällig."),
        (NOW.replace(hour=0) + timedelta(days=1), "morgen fällig."),
        (NOW.replace(hour=0) + timedelta(days=3), "am Samstag fällig."),
        (NOW.replace(hour=16) + timedelta(days=20), "am 8. Dezember um 16:00 Uhr fällig."),
    ],
)
def test_a_task_says_when_it_is_due_or_how_late_it_is(due, end):
    nobody = "Mit Marta Leal gab es noch keinen Kontakt."
    assert said(opened=Open(1, "Zurückrufen", due)) == f"{nobody} Eine Aufgabe ist offen: „Zurückrufen“, {end}"
    assert said(opened=Open(4, "Zurückrufen", due)) == f"{nobody} 4 Aufgaben sind offen, die nächste ist {end}"


@pytest.mark.parametrize(
    ("channel", "direction", "plain", "about"),
    [
        ("email", "outbound", "Wir haben heute um 14:00 Uhr eine E-Mail geschickt.", "die E-Mail „X“ geschickt."),
        ("email", "inbound", "Marta Leal hat heute um 14:00 Uhr eine E-Mail geschickt.", "die E-Mail „X“ geschickt."),
        ("phone", "inbound", "Marta Leal hat heute um 14:00 Uhr angerufen.", "wegen „X“ angerufen."),
        ("chat", "inbound", "Marta Leal hat heute um 14:00 Uhr im Chat geschrieben.", "über „X“ geschrieben."),
        ("sms", "outbound", "Wir haben heute um 14:00 Uhr eine SMS geschickt.", "die SMS „X“ geschickt."),
        ("post", "outbound", "Wir haben heute um 14:00 Uhr einen Brief geschickt.", "den Brief „X“ geschickt."),
        (
            "post",
            "inbound",
            "Ein Brief von Marta Leal kam heute um 14:00 Uhr an.",
            "Der Brief „X“ von Marta Leal kam heute um 14:00 Uhr an.",
        ),
        ("visit", "outbound", "Wir haben Marta Leal heute um 14:00 Uhr besucht.", "besucht: „X“."),
        ("visit", "inbound", "Marta Leal hat uns heute um 14:00 Uhr besucht.", "besucht: „X“."),
        (
            "web",
            "inbound",
            "Marta Leal war heute um 14:00 Uhr auf unserer Website.",
            "Marta Leal hat sich heute um 14:00 Uhr auf unserer Website „X“ angesehen.",
        ),
        ("social", "outbound", "Wir haben heute um 14:00 Uhr in sozialen Medien geantwortet.", "geantwortet: „X“."),
        ("portal", "inbound", "Marta Leal war heute um 14:00 Uhr im Portal.", "im Portal: „X“."),
        ("store", "inbound", "Marta Leal war heute um 14:00 Uhr im Geschäft.", "im Geschäft: „X“."),
        ("system", "outbound", "Wir hatten heute um 14:00 Uhr Kontakt.", "Kontakt: „X“."),
        ("system", "inbound", "Marta Leal hat sich heute um 14:00 Uhr gemeldet.", "gemeldet: „X“."),
    ],
)
def test_every_channel_has_its_sentence(channel, direction, plain, about):
    assert only(channel, direction) == plain
    assert only(channel, direction, "X").endswith(about)


def test_who_of_us_it_was_stands_behind_the_sentence():
    assert only("phone", "outbound", "Angebot", by="Ana Klein") == (
        "Wir haben heute um 14:00 Uhr wegen „Angebot“ angerufen (Ana Klein)."
    )


def test_an_order_is_an_order_wherever_it_was_placed():
    assert only("store", "inbound", "12 Stühle", kind="order") == (
        "Marta Leal hat heute um 14:00 Uhr „12 Stühle“ bestellt."
    )


def test_no_sentence_stays_english():
    pairs = [*SENTENCES.values(), *OTHERWISE.values()]
    german = {str(text) for pair in pairs for text in pair}
    with translation.override("en"):
        assert not german & {str(text) for pair in pairs for text in pair}
