"""Every bad day by its name."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from soak import contract, crowd, disk, upgrade
from soak.checks import settled, sound
from soak.deeds import Backfill, Batches, Bulk, Deed, Import, Merges, Undo, killed
from soak.place import READING, VICTIMS, Place
from soak.stand import Stand

Live = Callable[[random.Random, Stand], str]


@dataclass(frozen=True)
class Day:
    """``live`` takes the chance that decides its moments, and tells what it was like. FaultError when it ends badly."""

    name: str
    what: str
    live: Live


def kills(deed: str, victim: str) -> Live:
    mark = f"{deed}{victim}"

    def live(chance: random.Random, stand: Stand) -> str:
        place = stand.place()
        one = begun(place, stand, deed, mark)
        try:
            words = killed(place, one, victim, chance)
            settled(place)
            one.check()
        finally:
            one.close()
        sound(place)
        return words

    return live


def begun(place: Place, stand: Stand, deed: str, mark: str) -> Deed:
    plain: dict[str, Callable[[], Deed]] = {
        "import": lambda: Import(place, mark),
        "batches": lambda: Batches(place, mark),
        "backfill": lambda: Backfill(place, mark),
        "merges": lambda: Merges(place, mark),
    }
    if deed in plain:
        return plain[deed]()
    return (Bulk if deed == "bulk" else Undo)(place, mark, stand.people())


def alone(live: Callable[[random.Random], str]) -> Live:
    """A day that needs an installation, or several, of its own."""
    return lambda chance, _stand: live(chance)


WHAT = {
    "import": "a file of customers is taken in",
    "batches": "a program sends interactions by the hundred",
    "bulk": "a whole result gets a tag",
    "undo": "that tag is taken back",
    "merges": "a program merges pairs of customers, which are parted again afterwards",
    "backfill": "a mailbox of 4,000 messages is read over IMAP",
}
DAYS = (
    *(
        Day(f"kill-{deed}-{victim}", f"{what}; the {victim} is killed meanwhile", kills(deed, victim))
        for deed, what in WHAT.items()
        for victim in (READING if deed == "backfill" else VICTIMS)
    ),
    Day("eight-clients", "eight clients send the same batches at once", crowd.eight),
    Day("database-restarts", "the database restarts three times under four programs and a reader", crowd.restarts),
    Day("disk-full", "the disk is full in the middle of an import", alone(disk.full)),
    Day(
        "disk-full-files",
        "no file of the database may grow beyond a size, in the middle of an import",
        alone(disk.files),
    ),
    Day("clock-set-back", "all that happened lies in the future", crowd.clock_set_back),
    Day("upgrade-tags", "from each tagged version, with the demo company", alone(upgrade.from_every_tag)),
    Day("upgrade-commits", "from older commits, with the demo company", alone(upgrade.from_older_commits)),
    Day("schemathesis", "whatever can be asked of the API", alone(contract.asked)),
)
