"""20,000 messages out of a real Dovecot: how fast a mailbox is read, and in how much memory.

Needs Dovecot and root. Alone: `python -m bench.backfill_mail [messages]`. Prints the lines of docs/performance.md.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from tools import dovecot

ADDRESS = "bench@aurora.example"
PEOPLE = 2_000
KEEP = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
django.setup()
from rapport.channels.models import MailAccount
from rapport.mail.models import Mailbox
account = MailAccount(name="bench", address="{address}", imap_host="127.0.0.1", imap_port={port}, imap_security="none")
account.secrets = {{"password": "{password}"}}
account.save()
Mailbox.objects.create(account=account)
"""


def main() -> int:
    if dovecot.missing():
        print("Needs Dovecot, started as root (Debian: apt install dovecot-imapd).", file=sys.stderr)
        return 2
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    home = Path(tempfile.mkdtemp(prefix="rapport-bench-"))
    home.chmod(0o711)
    environment = {**os.environ, "RAPPORT_HOME": str(home)}
    rapport = [sys.executable, "-m", "rapport"]
    with dovecot.running() as server:
        fill(server.folder / "mail" / ADDRESS / "cur", count)
        serve = subprocess.Popen([*rapport, "serve"], env={**environment, "RAPPORT_PORT": str(dovecot.free_port())})
        try:
            wait_for(rapport, environment)
            code = KEEP.format(address=ADDRESS, port=server.port, password=dovecot.PASSWORD)
            begun = time.monotonic()
            subprocess.run([sys.executable, "-c", code], env=environment, check=True)
            seen, peak = watched(rapport, environment, serve.pid, count)
        finally:
            serve.terminate()
            serve.wait(60)
            shutil.rmtree(home, ignore_errors=True)
    seconds = time.monotonic() - begun
    print(f"| messages read | {seen:,} of {count:,} |")
    print(f"| rate | {seen / seconds:,.0f} a second ({seconds:,.0f} s) |")
    print(f"| most memory of the mail reader | {peak / 1024:,.0f} MB |")
    return 0 if seen == count else 1


def fill(folder: Path, count: int, mark: str = "bench") -> None:
    """Messages straight into the maildir: 2,000 people, every third answers, every tenth with an attachment."""
    folder.mkdir(parents=True)
    chance = random.Random(4711)
    start = datetime(2024, 1, 1, 8, tzinfo=UTC)
    for number in range(count):
        message = EmailMessage()
        who = chance.randrange(PEOPLE)
        message["From"] = f"Person {who} <person{who}@customer{who % 300}.example>"
        message["To"] = f"{mark}@aurora.example"
        message["Subject"] = f"{'Re: ' if number % 3 == 0 else ''}Order {chance.randrange(5_000)}"
        message["Date"] = format_datetime(start + timedelta(minutes=30 * number))
        message["Message-ID"] = f"<{number}@{mark}.example>"
        if number % 3 == 0 and number > 100:
            message["In-Reply-To"] = f"<{number - chance.randrange(1, 100)}@{mark}.example>"
        message.set_content(
            " ".join(chance.choice(("order", "invoice", "please", "thanks", "when")) for _ in range(200))
        )
        if number % 10 == 0:
            message.add_attachment(chance.randbytes(20_000), maintype="application", subtype="pdf", filename="a.pdf")
        (folder / f"{1_700_000_000 + number}.M{number}.bench:2,S").write_bytes(bytes(message))
    for path in (folder.parent, folder, *folder.iterdir()):
        os.chown(path, dovecot.NOBODY, dovecot.NOBODY)


def wait_for(rapport: list[str], environment: dict[str, str]) -> None:
    for _try in range(120):
        if (
            subprocess.run([*rapport, "mailbox", "list"], env=environment, capture_output=True, check=False).returncode
            == 0
        ):
            return
        time.sleep(1)
    raise TimeoutError


def watched(rapport: list[str], environment: dict[str, str], parent: int, count: int) -> tuple[int, int]:
    """How many were read in the end, and the most kilobytes that the reader held."""
    peak, seen, still = 0, 0, 0
    while seen < count and still < 60:
        time.sleep(2)
        peak = max(peak, held_by_reader(parent))
        listed = subprocess.run(
            [*rapport, "mailbox", "list", "--json"], env=environment, capture_output=True, check=True
        )
        now = json.loads(listed.stdout.splitlines()[-1])["messages"]
        still, seen = (still + 1, seen) if now == seen else (0, now)
    return seen, peak


def held_by_reader(parent: int) -> int:
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if b"mailbox" in Path(f"/proc/{pid}/cmdline").read_bytes():
            status = Path(f"/proc/{pid}/status").read_text()
            return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
