"""A real Radicale on a high port of this machine, for tests: any user, no password that counts."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx

CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/calendars
[logging]
level = warning
"""
USER, PASSWORD = "ana", "the-calendar-password"
CALENDAR = (
    '<d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><d:resourcetype><d:collection/>'
    "<c:calendar/></d:resourcetype><c:supported-calendar-component-set><c:comp name='{kind}'/>"
    "</c:supported-calendar-component-set><d:displayname>{name}</d:displayname></d:prop></d:set></d:mkcol>"
)


def missing() -> bool:
    return find_spec("radicale") is None


@dataclass(frozen=True)
class Radicale:
    """A server that runs, and what can be done to a calendar behind Rapport's back."""

    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.address}/{USER}/{path}"
        return httpx.request(
            method, url, content=body.encode(), headers=named, auth=(USER, PASSWORD), timeout=20, trust_env=False
        )

    def make(self, path: str, name: str, kind: str = "VEVENT") -> str:
        """A calendar; its address."""
        self.ask("MKCOL", f"{path}/", CALENDAR.format(name=name, kind=kind)).raise_for_status()
        return f"{self.address}/{USER}/{path}/"

    def put(self, path: str, text: str) -> None:
        self.ask("PUT", path, text, Content_Type="text/calendar").raise_for_status()

    def get(self, path: str) -> str:
        return self.ask("GET", path).raise_for_status().text

    def delete(self, path: str) -> None:
        self.ask("DELETE", path).raise_for_status()

    def names(self, calendar: str) -> list[str]:
        """The entries of a calendar."""
        body = '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>'
        answer = self.ask("PROPFIND", f"{calendar}/", body, Depth="1").raise_for_status()
        parts = answer.text.split("href>")
        return sorted({one.split("<")[0].rsplit("/", 1)[-1] for one in parts if ".ics<" in one})


@contextmanager
def running() -> Iterator[Radicale]:
    with tempfile.TemporaryDirectory(prefix="rapport-radicale-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        port = free_port()
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        config = folder / "config"
        config.write_text(CONFIG.format(folder=folder, port=port))
        process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            await_answer(port, process)
            yield Radicale(port)
        finally:
            process.terminate()
            process.wait(10)


def await_answer(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    message = f"Radicale does not run: {process.poll()}"
    raise RuntimeError(message)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
