"""Campaigns in waves: the same words to many at once, opened by some, answered by few."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from rapport.demo import story
from rapport.demo.phrases import LANGUAGES, Scene, months
from rapport.demo.spin import luck
from rapport.demo.story import DAY, MINUTE, Beat, Story
from rapport.demo.world import Human

# Month, day of the first wave, whom it goes to, and how many waves follow each other a week apart.
YEARLY = (
    ("campaign_energy", 1, 22, "pro", 2),
    ("campaign_service", 3, 11, "all", 3),
    ("campaign_launch", 5, 13, "all", 2),
    ("campaign_summer", 6, 17, "home", 2),
    ("campaign_autumn", 9, 23, "all", 2),
    ("campaign_gift", 11, 12, "all", 2),
)
NEWSLETTER_DAY = 4
OPENED, ANSWERED = 0.42, 0.035


def campaigns(tales: Sequence[Story], *, seed: int, start: datetime, now: datetime) -> Iterator[Beat]:
    """Every touch and answer of every campaign between ``start`` and ``now``."""
    rng = Random(f"campaigns {seed}")  # noqa: S311
    readers = [(tale, human) for tale in tales for human in tale.account.people if luck(rng, 0.6)]
    faithful = [reader for reader in readers if luck(rng, 0.4)]
    for year in range(start.year, now.year + 1):
        for month in range(1, 13):
            at = start.replace(year=year, month=month, day=NEWSLETTER_DAY, hour=7, minute=30, second=0, microsecond=0)
            yield from wave("campaign_news", at, faithful, rng, start, now)
        for name, month, day, whom, waves in YEARLY:
            invited = [one for one in readers if whom == "all" or (one[0].account.place == "home") == (whom == "home")]
            for turn in range(waves):
                at = start.replace(year=year, month=month, day=day, hour=8, minute=0, second=0, microsecond=0)
                yield from wave(name, at + turn * 7 * DAY, invited[turn::waves], rng, start, now)


def wave(
    name: str, at: datetime, readers: Sequence[tuple[Story, Human]], rng: Random, start: datetime, now: datetime
) -> Iterator[Beat]:
    if not start < at < now:
        return
    machine = rng.choice(("Serena M", "Atria 45", "Lume 4", "Boreal 80"))
    words = {}
    for language in LANGUAGES:
        month = months(language)[at.month - 1]
        for brand in ("Alvorena Pro", "Casa Alvorena"):
            words[language, brand] = Scene(rng, language, "office", machine=machine, brand=brand, month=month).say(name)
    title = f"{name.removeprefix('campaign_').capitalize()} {at:%Y-%m}"
    for place, (tale, human) in enumerate(readers):
        account = tale.account
        if account.since > at or (account.trend == "silent" and at > account.turn):
            continue
        subject, text = words[human.language, account.brand]
        sent = at + place * MINUTE / 40
        opened = luck(rng, OPENED)
        data = (("campaign", title), ("opened", "yes" if opened else "no"))
        yield Beat(sent, *story.TOUCH[:4], (human.mail,), subject, text, brand=account.brand, data=data)
        if opened and luck(rng, ANSWERED / OPENED):
            author = tale.minder()
            scene = tale.scene(human, author, campaign=subject)
            count = len(tale.beats)
            tale.say(tale.later(sent, 0.1, 4), story.MAIL_IN, human, scene, "campaign_reply")
            tale.say(tale.later(sent, 4, 7), story.MAIL_OUT, human, scene, "fault_reply")
            yield from tale.beats[count:]
            del tale.beats[count:]
