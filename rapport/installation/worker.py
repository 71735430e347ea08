"""Run jobs from the queue until told to stop, and pick up those that a killed worker left behind."""

import argparse
import asyncio
import signal

from django.db import InterfaceError, OperationalError
from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Job
from procrastinate.psycopg_connector import PsycopgConnector

from rapport.installation.in_history import job_in_history
from rapport.lib.disk import is_full
from rapport.lib.origin import from_job

HELP = "Run jobs from the queue until stopped (SIGTERM or Ctrl-C). `rapport serve` runs one by itself."
HEARTBEAT_SECONDS = 5
# A worker that has been silent for so long is gone, and its jobs are anybody's.
SILENT_SECONDS = 30
GRACE_SECONDS = 4
# What a job may wait at most before it is tried again, and how often: for a day.
LONGEST_SECONDS, TRIES = 60, 1_440


class Again(BaseRetryStrategy):
    """A job that the database left alone (it restarted, its disk was full, two locked up) is tried again; each may run twice."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        passes = isinstance(exception, OperationalError | InterfaceError) or is_full(exception)
        if not passes or job.attempts >= TRIES:
            return None
        return RetryDecision(retry_in={"seconds": min(2**job.attempts, LONGEST_SECONDS)})


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queue", action="append", help="only this queue; may be given several times")
    parser.add_argument("--concurrency", type=int, default=1, help="jobs at a time (default %(default)s)")


def run(options: argparse.Namespace) -> int:
    return asyncio.run(work(options.queue, options.concurrency))


async def work(queues: list[str] | None, concurrency: int) -> int:
    """Exit code 0 when told to stop, 1 when the queue gave up (as it does when the database restarts)."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    options = WorkerOptions(
        concurrency=concurrency,
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=SILENT_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        delete_jobs="successful",
    )
    if queues:
        options["queues"] = queues
    # A second app for the queue itself: jobs that a job defers stay on Django's connection, in its transaction.
    # It fetches, ends and keeps alive a job at a time: one connection does for that, a second for when they meet.
    line = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)
    async with app.with_connector(line).open_async() as queue:
        queue.perform_import_paths()  # type: ignore[no-untyped-call]
        for known in queue.tasks.values():
            known.retry_strategy = Again()
            known.func = from_job(known.name, job_in_history(known.name, known.func))
        worker = asyncio.create_task(queue.run_worker_async(**options))
        tasks = {worker, asyncio.create_task(rescue(queue)), asyncio.create_task(told.wait())}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return 0 if told.is_set() else 1


async def rescue(queue: App) -> None:
    """Give the jobs of workers that fell silent another chance; every job may run twice."""
    while True:
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
            await queue.job_manager.retry_job(job)
        await asyncio.sleep(SILENT_SECONDS)
