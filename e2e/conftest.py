"""A running Rapport, and a browser that is signed in to it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from rapport.lib import postgres
from tools import prepared

PASSWORD = "a long enough password"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Running:
    """A Rapport that serves from a data folder of its own."""

    address: str
    environment: dict[str, str]

    def command(self, *arguments: str | Path, given: str = "", ends: int = 0) -> str:
        """What a `rapport` command prints; it must end with the code ``ends``."""
        command = [sys.executable, "-m", "rapport", *map(str, arguments)]
        done = subprocess.run(
            command, input=given, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == ends, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield chromium
        chromium.close()


def surroundings(home: Path) -> dict[str, str]:
    usual = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**usual, "RAPPORT_HOME": str(home), "RAPPORT_PORT": str(postgres.free_port())}


def served(*arguments: str) -> Iterator[Running]:
    home = prepared.another("rapport-e2e-")
    environment = surroundings(home)
    server = subprocess.Popen([sys.executable, "-m", "rapport", *arguments], env=environment)
    try:
        running = Running(f"http://127.0.0.1:{environment['RAPPORT_PORT']}", environment)
        wait_for(running.address + "/health", server)
        yield running
    finally:
        server.terminate()
        server.wait(30)
        postgres.remove(home)


@pytest.fixture(scope="module")
def rapport() -> Iterator[Running]:
    """An empty installation, served."""
    yield from served("serve")


@pytest.fixture(scope="module")
def demo() -> Iterator[Running]:
    """The demo company, served."""
    yield from served("demo", "--serve")


def wait_for(address: str, server: "subprocess.Popen[bytes]", seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.3)
    raise TimeoutError(address)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a fresh browser window; whatever the page complains about fails the test at its end."""
    contexts = []
    complaints: list[str] = []

    def opened(size: dict[str, int] = WIDE, scheme: str = "light", language: str = "en-GB") -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme, locale=language, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # A form that comes back with its mistakes (422), or a link that opens nothing any more (410), is no fault.
        page.on("console", lambda said: complaints.append(said.text) if is_fault(said) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


# What a page was just fetching is given up when it is left; htmx says so twice.
GIVEN_UP = ("htmx:sendAbort, ", "htmx:afterRequest, ")


def is_fault(said: ConsoleMessage) -> bool:
    harmless = "of 422" in said.text or "of 410" in said.text or said.text.startswith(GIVEN_UP)
    return said.type == "error" and not harmless


def settled(page: Page) -> None:
    """Wait until the page has put in whatever htmx fetched for it: an answer alone has not changed it yet."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def sign_in(page: Page, running: Running, email: str, password: str = PASSWORD) -> None:
    page.goto(running.address + "/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(running.address + "/")
