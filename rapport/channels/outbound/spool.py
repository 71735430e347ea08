"""Lay a text message or a letter into the spool, where a driver fetches it, and read what the driver says.

A message is one file, `NAME.json`, with `NAME.html` and `NAME.txt` beside it for a letter that is to be printed. It is
written whole under another name and then moved, the JSON last, so that a driver never sees half of one. The driver moves
the files to `sent/`, or to `failed/` with the reason in `NAME.reason`.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from rapport.channels.outbound.build import Letter
from rapport.channels.outbound.outcome import Failure, Laid, NotSent, Sent, words

SENT, FAILED = "sent", "failed"
ENDINGS = (".json", ".html", ".txt", ".reason")
LONGEST = 20_000


@dataclass(frozen=True)
class Found:
    """What a driver says about a message."""

    name: str
    outcome: Sent | NotSent


def lay(letter: Letter, folder: Path, channel: str) -> Laid | NotSent:
    """The same message is never laid twice: where its file lies already, a driver has it or will have it."""
    name = letter.name
    try:
        for place in (folder, folder / SENT, folder / FAILED):
            place.mkdir(parents=True, exist_ok=True)
        forget(folder, FAILED, name)
        if any((place / f"{name}.json").exists() for place in (folder, folder / SENT)):
            return Laid()
        if channel == "post":
            put(folder / f"{name}.txt", f"{chr(10).join(letter.to)}\n\n{letter.subject}\n\n{letter.text}")
            put(folder / f"{name}.html", printed(letter))
        put(folder / f"{name}.json", json.dumps(told(letter, channel), ensure_ascii=False, indent=1))
    except OSError as problem:
        return NotSent(Failure.NO_ROOM, permanent=False, said=words(problem.strerror or problem))
    return Laid()


def told(letter: Letter, channel: str) -> dict[str, object]:
    return {
        "id": letter.message_id,
        "channel": channel,
        "at": letter.at.isoformat(),
        "from": letter.sender_name,
        "to": list(letter.to),
        "subject": letter.subject,
        "text": letter.text,
    }


def put(path: Path, text: str) -> None:
    """Whole or not at all, also when the power fails."""
    half = path.with_name(f".{path.name}.half")
    with half.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


PAGE = """<!doctype html>
<html lang="">
<meta charset="utf-8">
<title>{subject}</title>
<style>
@page {{ size: A4; margin: 20mm 20mm 20mm 25mm }}
body {{ font: 11pt/1.4 serif }}
address {{ font-style: normal; white-space: pre-line; height: 45mm; padding-top: 25mm }}
h1 {{ font-size: 11pt }}
p {{ white-space: pre-wrap }}
</style>
<address>{to}</address>
<h1>{subject}</h1>
{body}
</html>
"""


def printed(letter: Letter) -> str:
    """A page of A4 with the address where windows of envelopes are (DIN 5008)."""
    body = letter.html or f"<p>{escape(letter.text)}</p>"
    return PAGE.format(subject=escape(letter.subject), to=escape("\n".join(letter.to)), body=body)


def outcomes(folder: Path) -> Iterator[Found]:
    """What drivers have done since the last look."""
    for path in sorted((folder / SENT).glob("*.json")):
        yield Found(path.stem, Sent())
    for path in sorted((folder / FAILED).glob("*.json")):
        reason = path.with_suffix(".reason")
        try:
            said = reason.read_text(encoding="utf-8", errors="replace")[:LONGEST] if reason.exists() else ""
        except OSError as problem:
            said = problem.strerror or ""
        yield Found(path.stem, NotSent(Failure.DRIVER, permanent=True, said=words(said.strip())))


def forget(folder: Path, part: str, name: str) -> None:
    """Remove the files of a message whose outcome is kept: they hold what was written to somebody."""
    for ending in ENDINGS:
        (folder / part / f"{name}{ending}").unlink(missing_ok=True)


def recall(folder: Path, name: str) -> None:
    """Take away what no driver fetched yet."""
    forget(folder, "", name)
