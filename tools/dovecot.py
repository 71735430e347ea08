"""A real Dovecot on a high port of this machine, for tests and measurements: any user, one password."""

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools.imap_utf7 import utf7_encode

NOBODY = 65534
PASSWORD = "the-mail-password"  # noqa: S105
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
maildir_very_dirty_syncs = yes
mailbox_list_index = no
imap_idle_notify_interval = 2 secs
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  process_limit = 256
}}
"""


def missing() -> bool:
    """Whether there is none here, or nobody who may start it."""
    return shutil.which("dovecot") is None or os.getuid() != 0


@dataclass(frozen=True)
class Dovecot:
    """A server that runs: its port, and what can be done to a mailbox behind Rapport's back."""

    port: int
    folder: Path

    def sign_in(self, user: str) -> imaplib.IMAP4:
        line = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        line.login(user, PASSWORD)
        return line

    def put(self, user: str, *messages: bytes, folder: str = "INBOX") -> None:
        line, folder = self.sign_in(user), utf7_encode(folder).decode()
        if folder != "INBOX":
            line.create(folder)
        for message in messages:
            line.append(folder, None, None, message)  # type: ignore[arg-type]
        line.logout()

    def move(self, user: str, number: int, *, to: str) -> None:
        line = self.sign_in(user)
        line.select("INBOX")
        line.create(to)
        line.uid("MOVE", str(number), to)
        line.logout()

    def delete(self, user: str, number: int, *, folder: str = "INBOX") -> None:
        line = self.sign_in(user)
        line.select(folder)
        line.uid("STORE", str(number), "+FLAGS", r"(\Deleted)")
        line.expunge()
        line.logout()

    def renumber(self, user: str) -> None:
        """As after a restored server: the same messages, another UIDVALIDITY."""
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
            "dovecot-uidvalidity",
        ):
            (self.folder / "mail" / user / name).unlink(missing_ok=True)
        for one in (self.folder / "mail" / user).glob("dovecot-uidvalidity*"):
            one.unlink()
        time.sleep(1.1)


@contextmanager
def running() -> Iterator[Dovecot]:
    """Started as root, which it asks for; it reads mail as nobody."""
    with tempfile.TemporaryDirectory(prefix="rapport-dovecot-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("run", "state", "mail"):
            (folder / part).mkdir()
        os.chown(folder / "mail", NOBODY, NOBODY)
        with started(folder) as server:
            yield server


@contextmanager
def started(folder: Path) -> Iterator[Dovecot]:
    port = free_port()
    config = folder / "dovecot.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, password=PASSWORD, uid=NOBODY))
    process = subprocess.Popen(
        ["dovecot", "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await_answer(port, process, folder)
        yield Dovecot(port, folder)
    finally:
        process.terminate()
        process.wait(10)


def await_answer(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
                if line.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.1)
    log = folder / "log"
    message = f"Dovecot does not run: {log.read_text() if log.exists() else process.poll()}"
    raise RuntimeError(message)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
