"""The nouns of this room: how a business hands over, and the hand-overs themselves with what they pass on."""

from rapport.handovers.handover import Answer, Handover, Step  # noqa: F401 nouns of this room
from rapport.handovers.plan import Duty, Plan, Point, Station  # noqa: F401 nouns of this room
