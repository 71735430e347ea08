"""What Rapport and somebody's own calendar say of one meeting, laid side by side. Pure.

A part that changed on one side goes to the other. A part that changed on both to different things is a clash: it stays
as it is on each side until somebody chooses, and everything else goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PARTS = ("title", "time", "place", "note")
# By part: text, or [begin, end, whole day] with moments as ISO text in UTC.
Said = Mapping[str, Any]


@dataclass
class Agreed:
    """What is to be written where, and what clashes: part → [here, there]."""

    here: dict[str, Any] = field(default_factory=dict)
    there: dict[str, Any] = field(default_factory=dict)
    clash: dict[str, list[Any]] = field(default_factory=dict)


def agree(last: Said, here: Said, there: Said, clash: Mapping[str, Any]) -> Agreed:
    """``last`` is what both said when they were last the same."""
    found = Agreed()
    for part in PARTS:
        ours, theirs = here[part], there[part]
        if ours == theirs:
            continue
        if part in clash:
            found.clash[part] = [ours, theirs]
        elif theirs == last[part]:
            found.there[part] = ours
        elif ours == last[part]:
            found.here[part] = theirs
        else:
            found.clash[part] = [ours, theirs]
    return found
