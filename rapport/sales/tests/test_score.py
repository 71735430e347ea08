"""The score: it finds what was planted, says so when there is nothing to find, and never looks ahead."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.lib.logit import Seen, auc, fit
from rapport.sales.deal import Deal
from rapport.sales.learn_scores import learn_scores
from rapport.sales.lesson import Lesson
from rapport.sales.record_deals import DealIn, record_deals
from rapport.sales.score import Ended, learn
from rapport.sales.scored import score_of
from rapport.sales.traits import ended_deals

DAY = timedelta(days=1)
BEGUN = date(2024, 1, 1)


def deals(number, chance, seed=1):
    """One a day, of four owners; ``chance`` says how likely each owner wins."""
    rng = Random(seed)  # noqa: S311
    found = []
    for place in range(number):
        owner = rng.choice(("Ana", "Ben", "Cem", "Dea"))
        opened = BEGUN + place * DAY
        won = rng.random() < chance(owner)
        found.append(Ended(opened, opened + rng.randrange(5, 80) * DAY, won, {"owner": owner, "product": "Mat"}))
    return found


def planted(owner):
    return {"Ana": 0.85, "Ben": 0.75, "Cem": 0.25, "Dea": 0.15}[owner]


def test_what_was_planted_is_found_and_the_shares_come_true():
    learned = learn(deals(900, planted))
    assert learned.usable
    assert learned.verdict.low > 0.7
    assert learned.verdict.off < 0.1, "what is said comes true"
    assert learned.weights.of["owner=Ana"] > 0.8 > -0.8 > learned.weights.of["owner=Dea"]
    assert abs(learned.weights.of["product=Mat"]) < 0.2


@pytest.mark.parametrize("seed", range(6))
def test_where_there_is_nothing_to_find_it_shows_no_score(seed):
    learned = learn(deals(900, lambda _owner: 0.6, seed))
    assert learned.verdict is not None
    assert not learned.usable


def test_too_few_teach_nothing():
    assert learn([]).verdict is None
    assert learn(deals(150, planted)).verdict is None
    assert learn([replace(one, won=True) for one in deals(400, planted)]).verdict is None


def test_it_is_learned_from_looks_before_the_end_only():
    (first, *later) = Ended(
        BEGUN, BEGUN + 40 * DAY, won=True, traits={}, stages=((BEGUN + 35 * DAY, "Proposal"),)
    ).looks()
    assert first[0] == BEGUN
    assert [day - BEGUN for day, _known in later] == [14 * DAY, 30 * DAY]
    assert all("stage" not in known for _day, known in [first, *later]), "it came there later"


def test_the_fit_is_that_of_the_textbook():
    """Of 80 with the trait 60 were good, of 80 without 20: the log-odds ratio is ln 9, drawn a little to nothing."""
    rows = [Seen(("x",), n < 60) for n in range(80)] + [Seen((), n < 20) for n in range(80)]
    weights = fit(rows)
    assert 1.6 < weights.of["x"] < 2.197
    assert abs(weights.share(("x",)) - 0.75) < 0.05


def test_the_area_counts_ties_by_half():
    assert auc([(0.9, True), (0.1, False)]) == 1
    assert auc([(0.5, True), (0.5, False)]) == 0.5
    assert auc([(0.2, True), (0.4, False), (0.6, True), (0.8, False)]) == 0.25


def kept(ended, boss):
    """The same as deals of ours, brought in from elsewhere, and one that is open."""
    told = [
        DealIn(
            "crm",
            str(place),
            stage="won" if one.won else "lost",
            owner=one.traits["owner"],
            product="Mat",
            amount=Decimal(5),
            currency="EUR",
            opened_at=datetime.combine(one.opened, datetime.min.time(), tzinfo=UTC),
            closed_at=datetime.combine(one.closed, datetime.min.time(), tzinfo=UTC),
        )
        for place, one in enumerate(ended)
    ]
    now = timezone.now()
    record_deals([*told, DealIn("crm", "open", owner="Ana", opened_at=now - 3 * DAY)], by=boss, at=now)
    return Deal.objects.get(external_id="open")


@pytest.mark.django_db
def test_a_deal_shows_its_score_with_reasons_and_what_a_colleague_said_beside_it(boss, signed_in):
    deal = kept(deals(600, planted), boss)
    found = ended_deals()
    assert {one.traits["owner"] for one in found} == {"Ana", "Ben", "Cem", "Dea"}
    assert learn_scores(at=timezone.now()).usable
    scored = score_of(deal, at=timezone.now())
    assert 70 < scored.share < 95
    assert scored.reasons[0].words == "with Ana"
    assert scored.reasons[0].for_it
    assert "600 deals" in scored.rests_on
    Deal.objects.filter(pk=deal.pk).update(probability=20)
    page = signed_in(boss).get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert f"{scored.share} %" in page
    assert "20 %" in page
    assert "said by a colleague" in page


@pytest.mark.django_db
def test_without_signal_or_data_the_page_says_why_there_is_no_score(boss, signed_in):
    deal = kept(deals(60, planted), boss)
    assert "Nothing was learned yet" in score_of(deal, at=timezone.now()).rests_on
    learn_scores(at=timezone.now())
    page = signed_in(boss).get(reverse("sales:deal", args=[deal.pk])).content.decode()
    assert "No score: 60 deals have ended" in page
    blind = learn_scores(at=timezone.now())
    assert (Lesson.objects.count(), blind.usable) == (2, False)
