"""Mailboxes over the API: how each goes, folder by folder. Passwords and tokens are never told."""

from datetime import datetime

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.mail.intake import COUNTS
from rapport.mail.mailbox_pages import folder_state, state_of
from rapport.mail.models import Mailbox
from rapport.people.endpoint import endpoint
from rapport.people.tokens import ApiRequest


class FolderOut(BaseModel):
    name: str
    read: bool
    on_server: int
    present: int = Field(description="In the ledger and still on the server.")
    older: int = Field(description="Older than what shall be read.")
    complete: bool = Field(description="Whether each message on the server is accounted for.")
    outcomes: dict[str, int]


class MailboxOut(BaseModel):
    id: int
    address: str
    name: str
    owner: str = Field(description="Empty: shared.")
    active: bool
    read_by: str = Field(description="everybody, team, steer or owner.")
    trouble: str = Field(description="Why it can't be read, in words; empty when all is well.")
    failing_since: datetime | None
    next_try_at: datetime | None
    last_read_at: datetime | None
    last_compared_at: datetime | None
    folders: list[FolderOut]

    @classmethod
    def of(cls, mailbox: Mailbox) -> "MailboxOut":
        account = mailbox.account
        states = [folder_state(one) for one in mailbox.folders.order_by("name")]
        return cls(
            id=mailbox.pk,
            address=account.address,
            name=account.name,
            owner=str(account.user or ""),
            active=account.active,
            read_by=mailbox.circle.kind if mailbox.circle else "everybody",
            trouble=state_of(mailbox, at=timezone.now()).trouble,
            failing_since=mailbox.failing_since,
            next_try_at=mailbox.next_try_at,
            last_read_at=mailbox.seen_at,
            last_compared_at=mailbox.checked_at,
            folders=[
                FolderOut(
                    name=one.folder.name,
                    read=one.folder.wanted,
                    on_server=one.folder.exists,
                    present=one.present,
                    older=one.folder.older,
                    complete=one.folder.caught_up and one.adds_up,
                    outcomes={name: getattr(one.folder, name) for name in COUNTS},
                )
                for one in states
            ],
        )


class MailboxPage(BaseModel):
    items: list[MailboxOut]


@endpoint("GET", "/mailboxes", needs="mail.keep_mailbox", answers={200: MailboxPage})
def list_mailboxes(request: ApiRequest) -> MailboxPage:
    """The mailboxes that one may see, and how each goes."""
    found = Mailbox.objects.visible_to(request.user).select_related("account__user", "circle").order_by("pk")
    return MailboxPage(items=[MailboxOut.of(one) for one in found])


@endpoint("GET", "/mailboxes/{int:mailbox_id}", needs="mail.keep_mailbox", answers={200: MailboxOut}, problems=(404,))
def read_mailbox(request: ApiRequest, mailbox_id: int) -> MailboxOut:
    """One mailbox, and how it goes."""
    found = Mailbox.objects.visible_to(request.user).select_related("account__user", "circle").filter(pk=mailbox_id)
    one = found.first()
    if one is None:
        raise Http404
    return MailboxOut.of(one)
