"""Real mail in, beside an independent computation; and how well what is new is told from what is quoted.

A part of `make acceptance`; alone: `python -m bench.acceptance_mail`. Prints the tables of docs/acceptance.md and
docs/accuracy.md. Ends with 1 when a figure differs.
"""

import email
import email.policy
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses, parsedate_to_datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.alone import installation

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
ENRON, CORPUS = DATA / "mail_enron_labelled" / "enron_labelled_messages.tar.xz", DATA / "mail_eml_corpus" / "mikel_mail"
REPLIES = DATA / "mail_reply_signature" / "email_reply_parser" / "emails"
OURS = "enron.com"
COUNTS = ("messages", "taken", "unassigned", "duplicate", "own", "stranger", "automatic", "refused")

# What the authors of the fixtures state in their tests (github.com/github/email_reply_parser,
# test/email_reply_parser_test.rb): what is shown, whole or in part, and what is hidden.
STATED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "correct_sig": ("", (), ("rick",)),
    "email_1_1": (
        "",
        ("What is the best way", "I am currently using the Java HTTP API."),
        ("-Abhishek", "mailing list"),
    ),
    "email_1_2": ("", ("Hi,", "You can list"), ("_____",)),
    "email_1_3": ("", ("Oh thanks.\n\nHaving",), ("\n-A", "____", "\nOn ")),
    "email_1_4": ("", ("Awesome",), ("Loader", "\nOn ")),
    "email_1_5": ("*", (), ()),
    "email_1_6": ("", ("I get",), ("Was this", "\nOn ")),
    "email_1_7": ("", (":+1:",), ("Steps 0-2", "\nOn ")),
    "email_1_8": ("", ("I will reply", "and under this."), ("inline", "this is my signature")),
    "email_2_1": ("Outlook with a reply", (), ()),
    "email_2_2": ("Outlook with a reply directly above line", (), ()),
    "email_2_3": ("Outlook with a reply directly above line", (), ()),
    "email_BlackBerry": ("Here is another email", (), ()),
    "email_bullets": (
        (
            "test 2 this should list second\n\nand have spaces\n\nand retain this formatting\n\n\n"
            "   - how about bullets\n   - and another"
        ),
        (),
        (),
    ),
    "email_iPhone": ("Here is another email", (), ()),
    "email_multi_word_sent_from_my_mobile_device": ("Here is another email", (), ()),
    "email_one_is_not_on": ("", ("One outstanding question",), ("On Oct 1, 2012",)),
    "email_sent_from_my_not_signature": (
        "Here is another email\n\nSent from my desk, is much easier then my mobile phone.",
        (),
        (),
    ),
    "email_sig_delimiter_in_middle_of_line": ("*", (), ()),
    "greedy_on": ("", ("On your remote host",), ("On 9 Jan 2014",)),
}
ID, ANSWER = re.compile(r"<([^<>\s]+)>"), re.compile(r"\s*(?:re|fwd?|aw|wg)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
# How many of the pairs must be the same: the rules are the same, told twice.
AGREE = 0.9
SLOW = ("email_long_quote", "pathological")


def main() -> int:
    """Alone, with a database of its own."""
    if not DATA.is_dir():
        print("The data sets are not beside this checkout (../shared/data): nothing to accept.")
        return 0
    with installation() as url:
        return accept(url)


def accept(url: str) -> int:
    import psycopg  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, psycopg.connect(url, autocommit=True) as database:
        if ENRON.exists():
            with tarfile.open(ENRON, mode="r:xz") as archive:
                archive.extractall(folder, filter="data")
        database.execute("INSERT INTO people_ownaddress (value) VALUES (%s) ON CONFLICT DO NOTHING", [OURS])
        print(
            "| mail | messages | taken | unassigned | duplicates | own only | strangers | automatic | refused | threads | again | seconds |"
        )
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|")
        faults = [*one("Enron, labelled", Path(folder), database), *one("mikel/mail", CORPUS, database)]
        print(
            "\n| mail | messages here | pairs in one thread | computed apart | in both | attachments | computed apart |"
        )
        print("|---|--:|--:|--:|--:|--:|--:|")
        faults += [*beside("Enron, labelled", Path(folder), database), *beside("mikel/mail", CORPUS, database)]
    faults += folded()
    for fault in faults:
        print(f"DIFFERS: {fault}")
    return 1 if faults else 0


def one(title: str, folder: Path, database: Any) -> Iterator[str]:
    expected = computed(folder)
    threads = "SELECT count(*) FROM mail_thread"
    before = database.execute(threads).fetchone()[0]
    start = time.perf_counter()
    found = taken(folder)
    took = time.perf_counter() - start
    again = taken(folder)
    for name, wanted in expected.items():
        if found[name] != wanted:
            yield f"{title}: {name} is {found[name]}, computed apart {wanted}"
    if found["messages"] != sum(found[name] for name in COUNTS[1:]):
        yield f"{title}: the counts do not add up"
    here = found["taken"] + found["unassigned"] + found["duplicate"]
    if again["taken"] or again["unassigned"] or again["duplicate"] != here:
        yield f"{title}: taken in again, {again}"
    numbers = " | ".join(f"{found[name]:,}" for name in COUNTS)
    made = database.execute(threads).fetchone()[0] - before
    print(f"| {title} | {numbers} | {made:,} | all duplicates | {took:.1f} |", flush=True)
    reasons = "SELECT reason, count(*) FROM mail_ledgerline WHERE outcome = 'refused' AND mail_file_id = (SELECT min(id) FROM mail_mailfile WHERE path = %s) GROUP BY 1 ORDER BY 1"
    told = ", ".join(f"{reason} {count}" for reason, count in database.execute(reasons, [str(folder.resolve())]))
    print(f"| – refused because of | {told or 'none'} |" + " |" * 10, flush=True)


def taken(folder: Path) -> dict[str, int]:
    command = [sys.executable, "-m", "rapport", "mail", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{folder.name}: exit {done.returncode}\n{done.stderr[-2000:]}")
    counts: dict[str, int] = json.loads(done.stdout.strip().splitlines()[-1])
    return counts


def computed(folder: Path) -> dict[str, int]:
    """How many files there are and, for a folder of nothing but mail, how many are only among our own people or refused."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    counts = {"messages": len(files)}
    if folder == CORPUS:
        return counts
    messages = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    sane = [one for one in messages if believable(one)]
    return {**counts, "own": sum(map(among_us, sane)), "refused": len(messages) - len(sane)}


def believable(message: Any) -> bool:
    sent = message["Date"].datetime
    return bool(datetime(1982, 1, 1, tzinfo=UTC) <= sent <= datetime.now(UTC) + timedelta(days=1))


def among_us(message: Any) -> bool:
    people = [one.addr_spec for name in ("From", "To", "Cc", "Bcc") for one in getattr(message[name], "addresses", ())]
    real = [one for one in people if one.count("@") == 1 and not one.startswith("@")]
    return all(one.lower().rpartition("@")[2] == OURS or one.lower().endswith(f".{OURS}") for one in real)


def beside(title: str, folder: Path, database: Any) -> Iterator[str]:
    """Threads and attachments beside what Python's email alone makes of the same files."""
    query = """SELECT m.message_id, m.thread_id, array_remove(array_agg(f.sha256 ORDER BY a.position), NULL)
               FROM mail_mail m LEFT JOIN mail_attachment a ON a.mail_id = m.interaction_id
               LEFT JOIN files_file f ON f.id = a.file_id GROUP BY m.interaction_id"""
    found = database.execute(query).fetchall()
    read = [(plain_id(one["Message-ID"]), one) for one in read_apart(folder)]
    often = Counter(name for name, _one in read)
    # Which of several messages with one id is here, only Rapport says.
    own = {name: one for name, one in read if name and often[name] == 1}
    here = {name: thread for name, thread, _files in found if name in own}
    ours = couples(here)
    theirs = couples(threaded({name: own[name] for name in here}))
    kept = {name: files for name, _thread, files in found if name in own}
    wanted = {name: [hashlib.sha256(one).hexdigest() for one in attached(own[name])] for name in here}
    numbers = (len(here), len(ours), len(theirs), len(ours & theirs), sum(map(len, kept.values())))
    print(f"| {title} | {' | '.join(f'{one:,}' for one in numbers)} | {sum(map(len, wanted.values())):,} |", flush=True)
    for name, files in kept.items():
        if sorted(files) != sorted(wanted[name]):
            yield f"{title}: the attachments of {name}"
    if len(ours & theirs) < AGREE * max(len(ours), len(theirs)):
        yield f"{title}: threads agree too little, see {sorted(ours ^ theirs)[:5]}"


def read_apart(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)


def plain_id(said: object) -> str:
    return str(said or "").strip().strip("<>")


def couples(threads: dict[str, Any]) -> set[tuple[str, str]]:
    """Every two messages that stand in one thread."""
    together: dict[Any, list[str]] = {}
    for name, thread in sorted(threads.items()):
        together.setdefault(thread, []).append(name)
    return {pair for names in together.values() for pair in combinations(names, 2)}


def threaded(messages: dict[str, Any]) -> dict[str, str]:
    """By the ids that messages name; by subject, people and time where they name none."""
    head: dict[str, str] = {}

    def root(name: str) -> str:
        while head.setdefault(name, name) != name:
            name = head[name]
        return name

    for name, one in messages.items():
        for other in ID.findall(f"{one['References'] or ''} {one['In-Reply-To'] or ''}"):
            head[root(other)] = root(name)
    silent = [(name, one) for name, one in messages.items() if not one["References"] and not one["In-Reply-To"]]
    told = {name: (bare(one), people(one), moment(one)) for name, one in silent}
    for (one, (subject, who, at)), (other, (another, whom, then)) in combinations(told.items(), 2):
        later = one if at > then else other
        answers = bool(ANSWER.match(str(messages[later]["Subject"] or "")))
        if subject and subject == another and answers and len(who & whom) > 1 and abs(at - then) <= timedelta(days=30):
            head[root(one)] = root(other)
    return {name: root(name) for name in messages}


def bare(one: Any) -> str:
    subject = str(one["Subject"] or "")
    while ANSWER.match(subject):
        subject = ANSWER.sub("", subject, count=1)
    return " ".join(subject.lower().split())


def people(one: Any) -> set[str]:
    said = [str(value) for name in ("From", "To", "Cc", "Bcc") for value in one.get_all(name, [])]
    return {address.lower() for _name, address in getaddresses(said) if "@" in address}


def moment(one: Any) -> datetime:
    try:
        at = parsedate_to_datetime(str(one["Date"]))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def attached(one: Any) -> Iterator[bytes]:
    """The contents of all that is no text to be read; a message in a message as its bytes."""
    if one.get_content_maintype() == "multipart":
        # Without its boundary it is only text.
        for part in one.get_payload() if one.is_multipart() else ():
            yield from attached(part)
        return
    named = one.get_content_disposition() == "attachment" or one.get_filename()
    if one.get_content_type() == "message/delivery-status":
        return
    if one.get_content_maintype() == "message" and one.is_multipart():
        yield b"\n".join(part.as_bytes() for part in one.get_payload())
    elif named or one.get_content_type() not in {"text/plain", "text/html"}:
        yield one.get_payload(decode=True) or b""


def folded() -> Iterator[str]:
    """Each stated result beside what is found; the slow ones must only be quick."""
    from rapport.channels.mail.fold import fold, new_part  # noqa: PLC0415

    right = 0
    for name, (whole, shown, hidden) in STATED.items():
        text = (REPLIES / f"{name}.txt").read_text(encoding="utf-8").replace("\r\n", "\n")
        new = new_part(fold(text))
        equal = not whole or new == (text.strip() if whole == "*" else whole)
        if equal and all(part in new for part in shown) and not any(part in new for part in hidden):
            right += 1
        else:
            yield f"folding of {name}"
    start = time.perf_counter()
    for name in SLOW:
        fold((REPLIES / f"{name}.txt").read_text(encoding="utf-8"))
    print(f"\nFolding: {right} of {len(STATED)} as stated; the two slow ones in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
