"""Every command: its name, where it lives and what must stand before it runs."""

import argparse
import importlib
from collections.abc import Sequence
from dataclasses import dataclass

from rapport.lib.memory import load_at_ease

# What a command finds in place: nothing, a database that runs, or one with all its tables. See installation/ground.py.
NOTHING, DATABASE, TABLES = "nothing", "database", "tables"
INTERRUPTED = 130


@dataclass(frozen=True)
class Command:
    module: str
    ground: str
    summary: str


COMMANDS = {
    "serve": Command("rapport.installation.serve", NOTHING, "run database, web server and worker until stopped"),
    "prepare": Command("rapport.installation.prepare", TABLES, "bring tables and static files up to date"),
    "worker": Command("rapport.installation.worker", TABLES, "run one more worker for the queue"),
    "demo": Command("rapport.demo.command", TABLES, "fill an empty installation with the demo company"),
    "import": Command("rapport.imports.command", TABLES, "import a CSV or XLSX file"),
    "imports": Command("rapport.imports.history_command", TABLES, "list imports, take one back"),
    "migrate": Command("rapport.migration.command", TABLES, "move in from another CRM: all its files, linked"),
    "calendar": Command("rapport.calendars.command", TABLES, "take in calendars: .ics files or folders"),
    "mail": Command("rapport.mail.command", TABLES, "take in mail: .eml, .mbox, a .zip or folder"),
    "mailbox": Command("rapport.mail.mailbox_command", TABLES, "list, test, read or watch mailboxes"),
    "backup": Command("rapport.installation.backup", DATABASE, "write everything into one file"),
    "restore": Command("rapport.installation.restore", DATABASE, "bring back what a backup holds"),
    "erased": Command("rapport.privacy.erased_command", DATABASE, "write the list of who was erased"),
    "erase-again": Command("rapport.privacy.erase_again_command", TABLES, "after a restore, erase those again"),
    "erase-check": Command("rapport.privacy.erase_command", TABLES, "search everything for a value that is to be gone"),
    "doctor": Command("rapport.audit.examine", NOTHING, "say what is wrong with this installation"),
    "user": Command("rapport.people.commands.user", TABLES, "add a user, or give one a new role and password"),
    "token": Command("rapport.people.commands.token", TABLES, "make an API token for a user"),
}


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code is 0 well, 1 a surprise, 2 not started, 130 interrupted."""
    chosen = parser().parse_args(arguments)
    command = COMMANDS[chosen.command]
    load_at_ease()
    try:
        # Loaded only now: `rapport --help` answers at once.
        ground = importlib.import_module("rapport.installation.ground")
        return int(ground.run(chosen.command, command.module, command.ground, chosen.rest))
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items())
    found = argparse.ArgumentParser(
        prog="rapport",
        description=f"Rapport: one record per customer, one timeline.\n\ncommands:\n{listed}",
        epilog="`rapport COMMAND --help` tells more about a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    found.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return found
