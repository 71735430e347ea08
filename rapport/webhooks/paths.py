"""Find values in a JSON document by paths such as data.customer.email or items.0.name."""

from collections.abc import Iterator

MOST_PATHS = 200
DEEPEST = 12


def look_up(document: object, path: str) -> object:
    """The value at ``path``, None where there is nothing."""
    found = document
    for step in filter(None, path.removeprefix("$").strip(". ").split(".")):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isascii() and step.isdigit() and len(step) < 6:  # noqa: PLR2004
            found = found[int(step)] if int(step) < len(found) else None
        else:
            return None
    return found


def paths_of(document: object) -> list[tuple[str, str]]:
    """The paths in ``document`` that lead to a plain value or a list, with the value in short."""
    found: list[tuple[str, str]] = []
    for path, value in walk(document, "", DEEPEST):
        if len(found) == MOST_PATHS:
            break
        found.append((path, value[:80]))
    return found


def walk(value: object, path: str, left: int) -> Iterator[tuple[str, str]]:
    if left == 0:
        return
    if isinstance(value, dict):
        for name, one in value.items():
            yield from walk(one, f"{path}.{name}" if path else str(name), left - 1)
    elif isinstance(value, list):
        if path:
            yield path, f"[{len(value)}]"
        if value:
            yield from walk(value[0], f"{path}.0" if path else "0", left - 1)
    elif value is not None:
        yield path, str(value)
