"""Something that is done or not, ticked in the line of a list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tick:
    """``url`` is where the tick is sent, empty for a reader who may not; ``words`` say how it stands."""

    key: str
    title: str
    words: str
    url: str = ""
    on: bool = False

    def __str__(self) -> str:
        return self.words
