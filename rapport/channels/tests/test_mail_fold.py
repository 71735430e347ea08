"""What is new in a mail, what is quoted and what is the signature."""

import time

import pytest

from rapport.channels.mail.fold import Part, fold, new_part

pytestmark = pytest.mark.req("K2")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Ana Klein <ana@x.example> wrote:\n> Ready?", "Yes."),
        ("Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Ana Klein\n<ana@x.example> wrote:\n\nReady?", "Yes."),
        ("Ja.\n\nAm 02.03.2026 um 10:00 schrieb Ana Klein <ana@x.example>:\n> Fertig?", "Ja."),
        ("Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Ana\nGesendet: heute\nAn: Jo\nBetreff: x\n\nFertig?", "Ja."),
        ("Yes.\n\n________________________________\nFrom: Ana\nSent: today\nTo: Jo\nSubject: x\n\nReady?", "Yes."),
        ("Yes.\n\nVon: Ana\nDatum: heute\nAn: Jo\nBetreff: x\n\nFertig?", "Yes."),
        ("Oui.\n\nLe 2 mars 2026 à 10:00, Ana a écrit :\n> Prêt ?", "Oui."),
        ("Yes.\n-- \nAna Klein\nAurora", "Yes."),
        ("Yes.\n\nBest regards,\nAna Klein", "Yes."),
        ("Ja.\n\nMit freundlichen Grüßen\n\nAna Klein\nAurora GmbH", "Ja."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("Ja.\n\nVon meinem iPhone gesendet", "Ja."),
        ("> Ready?\nYes.\n> And the plan?\nTomorrow.", "Yes.\n\nTomorrow."),
        ("From: here to there\nit is far", "From: here to there\nit is far"),
        (
            "Best regards to your mother, she asked me\nto call on Monday.",
            "Best regards to your mother, she asked me\nto call on Monday.",
        ),
    ],
)
def test_the_new_part_stands_alone(text, new):
    assert new_part(fold(text)) == new


def test_what_is_only_passed_on_is_the_message():
    text = "---------- Forwarded message ---------\nFrom: Jo\nTo: Ana\nSubject: x\n\nHere it is."
    assert "Here it is." in new_part(fold(text))


def test_nothing_is_lost():
    text = "Yes.\n\nBest regards\nAna\n\nOn Mon, Jo wrote:\n> Ready?"
    pieces = fold(text)
    assert [piece.part for piece in pieces] == [Part.NEW, Part.SIGNATURE, Part.QUOTED]
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())


@pytest.mark.parametrize("piece", ["On ", "On a\n", ">", "-", "From: a\n", "a <b@c.example> "])
def test_a_text_takes_no_longer_than_its_length_says(piece):
    fold(piece * 10)
    short, long = (best_of_three(piece * count) for count in (2_000, 40_000))
    assert long < 20 * 10 * max(short, 0.001)


def best_of_three(text):
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        fold(text)
        took.append(time.perf_counter() - begun)
    return min(took)
