"""One child of ``rapport serve``: started, started again whenever it ends, and stopped with all that it started."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

SHORTEST, LONGEST = 0.5, 30.0
# A child that lived so long was well; its next end starts counting afresh.
HEALTHY_SECONDS = 60.0
PR_SET_PDEATHSIG = 1


class Child:
    """A process in a session of its own, so that a signal from the terminal reaches only the parent."""

    def __init__(self, name: str, command: Sequence[str], **settings: str) -> None:
        self.name = name
        self.command = command
        self.settings = settings
        self.pause = SHORTEST
        self.due = 0.0
        self.started = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str]) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            env={**environment, **self.settings},
            stdin=subprocess.PIPE,
            start_new_session=True,
            # Safe: the parent has no threads.
            preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )

    def look(self, now: float) -> int | None:
        """The exit code, when the child ended since we last looked; its next start is then due after a pause."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        self.sweep()
        self.process = None
        self.pause = SHORTEST if now - self.started > HEALTHY_SECONDS else min(self.pause * 2, LONGEST)
        self.due = now + self.pause
        return code

    def is_due(self, now: float) -> bool:
        return self.process is None and now >= self.due

    def ask_to_stop(self) -> None:
        if self.process:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Give the child that long, then take it and everything it started away."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(max(seconds, 0.1))
            self.sweep()
            self.process.wait()

    def sweep(self) -> None:
        """Kill what is left of the child's session: processes that it started and left behind."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            if self.process.stdin:
                self.process.stdin.close()


def die_with_parent() -> None:
    """Ask Linux for SIGTERM when the parent is killed; elsewhere only the keeper of the database notices."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
