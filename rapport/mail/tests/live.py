"""Mailboxes on a server, for tests."""

from rapport.channels.models import MailAccount, Security
from rapport.mail.models import LedgerLine, Mailbox
from tools.dovecot import PASSWORD


def mailbox_at(port, address="ana@aurora.example", *, user=None, circle=None, **more):
    """A mailbox whose server answers on this machine at ``port``."""
    since, strangers = more.pop("since", None), more.pop("strangers", "found")
    account = MailAccount(
        name=address,
        address=address,
        user=user,
        imap_host="127.0.0.1",
        imap_port=port,
        imap_security=Security.NONE,
        **more,
    )
    account.secrets = {"password": PASSWORD}
    account.save()
    return Mailbox.objects.create(account=account, circle=circle, since=since, strangers=strangers)


def outcomes(mailbox):
    """Of each folder with lines: the subjects and what became of them."""
    found = {}
    for line in LedgerLine.objects.filter(folder__mailbox=mailbox).select_related("folder").order_by("number", "pk"):
        found.setdefault(line.folder.name, []).append((line.subject, line.outcome))
    return found
