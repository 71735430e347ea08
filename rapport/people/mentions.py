"""Find the colleagues that a text speaks to: @Ana Klein, or @ana@rapport.example where two share a name.

What is kept is a reference, `[beginning, end, user id]`, so that a colleague who changes the name is shown under the new.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rapport.people.models import User

Place = tuple[int, int, int]
MOST = 50


def spoken_to(text: str, colleagues: Iterable[User]) -> list[Place]:
    """Where ``text`` names one of ``colleagues`` behind an @, in order; of two names that fit, the longer one."""
    if "@" not in text:
        return []
    # The same letters in the same places, also where a capital is written with two.
    plain = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    known = sorted(handles(colleagues).items(), key=lambda one: -len(one[0]))
    places: list[Place] = []
    start = plain.find("@")
    while start >= 0 and len(places) < MOST:
        name, user_id = next(((name, pk) for name, pk in known if begins(plain, start, name)), ("", 0))
        if name:
            places.append((start, start + 1 + len(name), user_id))
        start = plain.find("@", start + 1 + len(name))
    return places


def handles(colleagues: Iterable[User]) -> dict[str, int]:
    """Each colleague by the address, and by the name where nobody else has it."""
    everybody = list(colleagues)
    names = Counter(one.name.lower() for one in everybody)
    found = {one.name.lower(): one.pk for one in everybody if one.name and names[one.name.lower()] == 1}
    return found | {one.email.lower(): one.pk for one in everybody}


def begins(text: str, at: int, name: str) -> bool:
    """Whether the @ at this place stands for itself and ``name`` follows it whole."""
    end = at + 1 + len(name)
    alone = at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "._@")
    return alone and text.startswith(name, at + 1) and not text[end : end + 1].isalnum()


def renamed(text: str, places: Sequence[Sequence[int]], names: Mapping[int, str]) -> str:
    """``text`` with the names that the colleagues have now."""
    for begin, end, user_id in sorted(places, key=lambda one: -one[0]):
        if user_id in names and 0 <= begin < end <= len(text):
            text = f"{text[:begin]}@{names[user_id]}{text[end:]}"
    return text
