"""Which folders of a mailbox there are, and which of them are read unless somebody chooses otherwise."""

from collections.abc import Sequence

from rapport.channels.mail.folders import Listed, Use
from rapport.mail.models import Mailbox, MailFolder

UNWANTED = {Use.JUNK, Use.TRASH, Use.DRAFTS, Use.VIRTUAL}


def learn_folders(mailbox: Mailbox, listed: Sequence[Listed]) -> list[MailFolder]:
    """The folders that are to be read, new mail first where it arrives. What the server no longer has is only marked."""
    known = {one.name: one for one in mailbox.folders.all()}
    everything = any(one.use is Use.ALL for one in listed)
    MailFolder.objects.bulk_create(
        [
            MailFolder(
                mailbox=mailbox, name=one.name[:400], use=one.use, wanted=is_wanted(one.use, everything=everything)
            )
            for one in listed
            if one.name[:400] not in known
        ],
        ignore_conflicts=True,
    )
    names = {one.name[:400] for one in listed}
    mailbox.folders.filter(name__in=names, listed=False).update(listed=True)
    mailbox.folders.exclude(name__in=names).filter(listed=True).update(listed=False)
    order = [Use.INBOX, Use.SENT, Use.ALL]
    found = MailFolder.objects.filter(mailbox=mailbox, wanted=True, listed=True).select_related("mailbox")
    return sorted(found, key=lambda one: (order.index(Use(one.use)) if one.use in order else len(order), one.name))


def is_wanted(use: Use, *, everything: bool) -> bool:
    """Where one folder shows all mail, the others only show it again."""
    return use in {Use.INBOX, Use.SENT, Use.ALL} if everything else use not in UNWANTED
