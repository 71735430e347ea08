"""`rapport mailbox`: list mailboxes, test one, read one now, or watch them all as `rapport serve` does."""

import argparse
import json
import sys

from django.utils import timezone

from rapport.channels.mail.probe import probe
from rapport.mail.mailbox_pages import findings_in_words, state_of
from rapport.mail.models import Mailbox
from rapport.mail.visit import sync
from rapport.mail.watch import Watch

HELP = "List mailboxes, test one, read one now, or watch them all (`rapport serve` does that by itself)."
ALL_WELL, NOT_STARTED, FAILED = 0, 2, 3


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "exit codes: 0 all well, 3 the server could not be read, 2 there is no such mailbox."
    parser.add_argument("what", choices=("list", "test", "sync", "watch"))
    parser.add_argument("address", nargs="?", default="", help="of the mailbox (test, sync)")
    parser.add_argument("--check", action="store_true", help="with sync: compare every message with the server")
    parser.add_argument("--json", action="store_true", help="with list: for programs")


def run(options: argparse.Namespace) -> int:
    if options.what == "watch":
        return Watch().run()
    if options.what == "list":
        return listed(as_json=options.json)
    mailbox = Mailbox.objects.select_related("account").filter(account__address__iexact=options.address).first()
    if mailbox is None:
        sys.stderr.write(f"rapport mailbox: there is no mailbox {options.address!r}.\n")
        return NOT_STARTED
    return tested(mailbox) if options.what == "test" else read(mailbox, check=options.check)


def listed(*, as_json: bool) -> int:
    now = timezone.now()
    states = [state_of(one, at=now) for one in Mailbox.objects.select_related("account").order_by("pk")]
    for state in states:
        messages = sum(state.mailbox.folders.values_list("messages", flat=True))
        if as_json:
            row = {"address": state.mailbox.account.address, "trouble": state.mailbox.trouble, "messages": messages}
            sys.stdout.write(json.dumps(row) + "\n")
        else:
            words = f"{state.mailbox.account.address}: {state.words}, {messages:,} messages. {state.trouble}"
            sys.stdout.write(words.rstrip() + "\n")
    return ALL_WELL


def tested(mailbox: Mailbox) -> int:
    findings = findings_in_words(probe(mailbox.account, at=timezone.now()))
    for one in findings:
        sys.stdout.write(f"{one['part']}: {one['text']} {one['said']}".rstrip() + "\n")
    return ALL_WELL if all(one["well"] for one in findings) else FAILED


def read(mailbox: Mailbox, *, check: bool) -> int:
    sync(mailbox, check=check)
    sys.stdout.write(f"{state_of(mailbox, at=timezone.now()).words}\n")
    for folder in mailbox.folders.filter(wanted=True).order_by("name"):
        sys.stdout.write(f"  {folder.name}: {folder.exists:,} on the server, {folder.messages:,} seen\n")
    return FAILED if mailbox.trouble else ALL_WELL
