"""Run database, web server, worker and mail reader as children, restart whichever ends, and stop them all together.

The parent opens no connection and no thread: what it forks inherits nothing that could be locked.
"""

import argparse
import os
import select
import signal
import socket
import sys
import time
from typing import NoReturn

from django.conf import settings

from rapport.installation.child import Child
from rapport.lib import installed, keeper

HELP = "Run database, web server, worker and mail reader until stopped (SIGTERM or Ctrl-C)."
NOT_STARTED = 2
STOP_SECONDS = 5.0
DATABASE_STOP_SECONDS = 30.0
PYTHON = sys.executable
ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A text for the person at the terminal, handed over where other users of the machine do not see it.
GREETING = "RAPPORT_GREETING"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none: the environment says where it serves."""


def run(_options: argparse.Namespace) -> int:
    greeting = os.environ.pop(GREETING, "")
    if not is_free(settings.HOST, settings.PORT):
        sys.stderr.write(
            f"rapport: something else answers on {settings.HOST}:{settings.PORT}. Stop it, or set RAPPORT_PORT.\n"
        )
        return NOT_STARTED
    return Parent(greeting).serve()


def become(greeting: str) -> NoReturn:
    """Go on as ``rapport serve`` in the place of the running command; a signal that comes meanwhile waits for it."""
    sys.stdout.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    os.execve(PYTHON, [PYTHON, "-m", "rapport", "serve"], {**os.environ, GREETING: greeting})  # noqa: S606


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def web() -> Child:
    command = [PYTHON, "-m", "granian", "--interface", "asginl", "--no-ws", "--log-level", "warning"]
    command += ["--host", settings.HOST, "--port", str(settings.PORT)]
    command += ["--workers", str(settings.WEB_WORKERS), "--workers-kill-timeout", "2"]
    return Child("web server", [*command, "rapport.asgi:application"], RAPPORT_POOLED="1")


class Parent:
    """What ``rapport serve`` is while it runs."""

    def __init__(self, greeting: str) -> None:
        self.greeting = greeting
        self.stopping = False
        self.address = ""
        self.wake, self.woken = os.pipe()
        self.keeper = Child("database", keeper.command(settings.HOME))
        self.children = [
            web(),
            Child("worker", [PYTHON, "-m", "rapport", "worker"]),
            Child("mail reader", [PYTHON, "-m", "rapport", "mailbox", "watch"]),
        ]

    def serve(self) -> int:
        self.listen()
        try:
            if not settings.DATABASE_URL:
                self.keeper.start(os.environ)
            if not self.prepare():
                return 0 if self.stopping else NOT_STARTED
            self.address = installed.embedded_url(settings.HOME)
            self.look_after()
        finally:
            self.stop()
        return 0

    def listen(self) -> None:
        """Every signal wakes the parent at once, wherever it waits."""
        os.set_blocking(self.woken, False)
        signal.set_wakeup_fd(self.woken)
        for number in ENDS:
            signal.signal(number, self.end)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)

    def end(self, *_: object) -> None:
        self.stopping = True

    def prepare(self) -> bool:
        """Tables and static files, before anybody asks for a page."""
        child = Child("preparation", [PYTHON, "-m", "rapport", "prepare"])
        child.start(os.environ)
        while child.process and child.process.poll() is None and not self.stopping:
            self.rest(1)
        if self.stopping:
            child.ask_to_stop()
        child.wait(STOP_SECONDS)
        return not self.stopping and child.process is not None and child.process.returncode == 0

    def rest(self, seconds: float) -> None:
        readable, _, _ = select.select([self.wake], [], [], seconds)
        if readable:
            os.read(self.wake, 1024)

    def look_after(self) -> None:
        greeted = False
        while not self.stopping:
            now = time.monotonic()
            for child in self.all():
                code = child.look(now)
                if code is not None:
                    tell(f"The {child.name} ended ({code}); it starts again in {child.pause:g} s.")
                if child.is_due(now):
                    child.start(os.environ)
            self.follow_the_database()
            if not greeted and answers():
                greeted = True
                tell(f"Rapport is at http://{settings.HOST}:{settings.PORT}", self.greeting)
            self.rest(0.2 if not greeted or any(child.process is None for child in self.all()) else 5)

    def follow_the_database(self) -> None:
        """When the database came back elsewhere, because its port was taken, the others start again to find it."""
        address = installed.embedded_url(settings.HOME)
        if address != self.address:
            self.address = address
            for child in self.children:
                child.ask_to_stop()

    def all(self) -> list[Child]:
        return self.children if settings.DATABASE_URL else [self.keeper, *self.children]

    def stop(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait(until - time.monotonic())
        self.keeper.ask_to_stop()
        self.keeper.wait(DATABASE_STOP_SECONDS)


def answers() -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    try:
        with socket.create_connection((host, settings.PORT), timeout=1):
            return True
    except OSError:
        return False


def tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines if line))
    sys.stdout.flush()
