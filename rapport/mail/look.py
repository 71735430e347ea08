"""Answer why a mail did not come in from a mailbox: the state of each, and what its server says when it is asked."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from rapport.channels.mail.imap import Imap, connected
from rapport.channels.mail.parse import LARGEST
from rapport.channels.mail.sign_in import SignInError, credentials
from rapport.channels.mail.wire import ImapError
from rapport.customers.models import Identifier
from rapport.customers.veil import hidden_kinds
from rapport.mail.models import LedgerLine, Mailbox, MailFolder
from rapport.mail.told import connection_in_words, reason_in_words
from rapport.people.models import User
from rapport.ui.why import Cause

MOST_MAILBOXES, MOST_FOLDERS, MOST_FOUND = 5, 40, 3


def look(words: str, *, reader: User, at: datetime) -> list[Cause]:
    """What the mailboxes that ``reader`` may look into know of a message that is in no ledger."""
    said = words.replace("\x00", "").strip().strip("<>")
    found = Mailbox.objects.visible_to(reader).read().select_related("account")
    # Only its owner looks into somebody's own mailbox.
    mine = [one for one in found.order_by("pk") if one.account.user_id in {None, reader.pk}]
    return [cause for mailbox in mine[:MOST_MAILBOXES] for cause in causes_of(mailbox, said, at=at)]


def causes_of(mailbox: Mailbox, words: str, *, at: datetime) -> list[Cause]:
    url, about = reverse("mail:mailbox", args=[mailbox.pk]), str(mailbox)
    if mailbox.trouble and mailbox.failing_since:
        since = formats.date_format(timezone.localtime(mailbox.failing_since), "DATETIME_FORMAT")
        told = {"since": since, "why": connection_in_words(mailbox.trouble)}
        return [Cause(_("The mailbox can't be read since %(since)s. %(why)s") % told, url, about=about)]
    try:
        with connected(mailbox.account, credentials(mailbox.account, at=at)) as imap:
            found = list(on_the_server(mailbox, imap, words))
    except (ImapError, SignInError) as problem:
        return [Cause(connection_in_words(str(problem)), url, about=about)]
    texts = found or [_("The server has no such message in any of its folders.")]
    return [Cause(text, url, about=about) for text in texts[:MOST_FOUND]]


def on_the_server(mailbox: Mailbox, imap: Imap, words: str) -> Iterator[str]:
    """For each folder that holds such a message, why it is not here."""
    for folder in mailbox.folders.filter(listed=True).order_by("-wanted", "pk")[:MOST_FOLDERS]:
        try:
            opened = imap.open(folder.name)
            uids = having(imap, words)
        except ImapError as problem:
            if str(problem) not in {"folder", "refused"}:
                raise
            continue
        if uids:
            lines = LedgerLine.objects.filter(folder=folder, uid_validity=opened.uid_validity, number__in=uids)
            known = lines.values_list("number", flat=True)
            missing = sorted(set(uids) - set(known))
            if missing:
                yield reason(folder, imap, missing[-1], renumbered=opened.uid_validity != folder.uid_validity)


def having(imap: Imap, words: str) -> list[int]:
    """By address, else by subject; a message id is asked for when it looks like one."""
    if "@" not in words:
        return imap.having("SUBJECT", words)
    return imap.having("HEADER Message-ID", words) or imap.having("FROM", words) or imap.having("TO", words)


def reason(folder: MailFolder, imap: Imap, uid: int, *, renumbered: bool) -> str:
    about = {"folder": folder.name, "size": LARGEST // 1024**2}
    if not folder.wanted:
        return _("It lies in the folder “%(folder)s”, which is not read. Choose the folder to have it.") % about
    if imap.sizes([uid]).get(uid, 0) > LARGEST:
        return _("It lies in “%(folder)s” and is larger than %(size)s MB.") % about
    if folder.mailbox.since and uid not in imap.between(uid, uid, since=folder.mailbox.since):
        return _("It lies in “%(folder)s” and is older than what shall be read.") % about
    if renumbered or folder.below is not None:
        return _("It lies in “%(folder)s”; the mailbox has not got that far yet.") % about
    return _("It lies in “%(folder)s” and is about to come in.") % about


def explain(words: str, reader: User) -> list[Cause]:
    """For the one question that is put to every room: what the ledger and the mailboxes know of a mail."""
    covers = Identifier.Kind.EMAIL in hidden_kinds(reader)
    lines = LedgerLine.objects.visible_to(reader).about(words, by_address=not covers).order_by("-pk")[:MOST_FOUND]
    url = f"{reverse('mail:ledger')}?about={quote(words)}"
    told = [Cause(said_of(line), url, at=line.at, about=line.subject or line.message_id) for line in lines]
    failing = Mailbox.objects.visible_to(reader).read().exclude(trouble="").select_related("account")
    if told or "@" not in words:
        return told
    return [
        Cause(connection_in_words(one.trouble), reverse("mail:mailbox", args=[one.pk]), one.failing_since, str(one))
        for one in failing[:MOST_MAILBOXES]
    ]


def said_of(line: LedgerLine) -> str:
    reason = reason_in_words(line.reason)
    return f"{line.get_outcome_display()}. {reason}".strip()
