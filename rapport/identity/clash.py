"""What arrived names several customers at once: they come into the queue, whatever else they have in common."""

from collections.abc import Iterable
from datetime import datetime

from rapport.identity.lexicon import look_up
from rapport.identity.profiles import read_profiles, weigh
from rapport.identity.suspect import write

Clash = tuple[int, int, str]


def clash(found: Iterable[Clash], *, at: datetime) -> None:
    """Write down that a record or arrival of a source named both customers: (one, other, source) each."""
    conflicts = {(min(one, other), max(one, other)): source for one, other, source in found if one != other}
    if not conflicts:
        return
    known = read_profiles(pk for couple in conflicts for pk in couple)
    lexicon = look_up(word for one in known.values() for word in one.profile.words)
    write(weigh(conflicts, known, lexicon), conflicts, at=at)
