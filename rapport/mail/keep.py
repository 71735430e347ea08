"""Keep a mailbox: add or change it, retire it, choose its folders, want it read now, say who reads a mail."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from rapport.channels.models import MailAccount, Proof
from rapport.mail.models import LedgerLine, Mailbox
from rapport.people.models import Scope, User
from rapport.timeline.models import Circle, Interaction

MINE, EVERYBODY = "mine", "everybody"
PLAIN = (
    "name",
    "proof",
    "username",
    "imap_host",
    "imap_port",
    "imap_security",
    "smtp_host",
    "smtp_port",
    "smtp_security",
)


def account_of(given: dict[str, Any], mailbox: Mailbox | None, *, by: User) -> MailAccount:
    """The account as it would be, not saved."""
    account = mailbox.account if mailbox else MailAccount(address=given["address"], by=by)
    if not mailbox:
        account.user = by if given["whose"] == MINE else None
        account.scope_id = Scope.EVERYONE if given["whose"] == MINE else int(given["whose"])
    changed = account.proof != given["proof"]
    for name in PLAIN:
        setattr(account, name, given[name])
    account.name = given["name"] or given["address"]
    if given["proof"] == Proof.PASSWORD and given["password"]:
        account.secrets = {"password": given["password"]}
    elif changed:
        account.secrets = {}
    return account


@transaction.atomic
def keep(given: dict[str, Any], mailbox: Mailbox | None, *, by: User) -> Mailbox:
    """Add or change a mailbox; what was wrong with it is tried again at once."""
    account = account_of(given, mailbox, by=by)
    account.save()
    kept = mailbox or Mailbox(account=account)
    before = kept.circle_id
    kept.circle = circle_for(given["circle"], account)
    kept.strangers, kept.since = given["strangers"], given["since"]
    kept.trouble, kept.said, kept.tries, kept.next_try_at, kept.failing_since = "", "", 0, None, None
    if mailbox and widened(mailbox, given):
        mailbox.folders.filter(below=None).update(uid_validity=None)
    kept.save()
    if mailbox and before != kept.circle_id:
        draw_anew(kept, before)
    return kept


def widened(mailbox: Mailbox, given: dict[str, Any]) -> bool:
    """Whether older mail is wanted than before."""
    was = Mailbox.objects.values_list("since", flat=True).get(pk=mailbox.pk)
    return was is not None and (given["since"] is None or given["since"] < was)


def circle_for(kind: str, account: MailAccount) -> Circle | None:
    if kind == EVERYBODY:
        return None
    team = None if account.user_id else account.scope.team
    return Circle.objects.get_or_create(kind=kind, keeper=account.user, team=team)[0]


def draw_anew(mailbox: Mailbox, before: int | None) -> None:
    """The mail that came in under the old rule and was not decided by hand follows the new one."""
    theirs = LedgerLine.objects.filter(folder__mailbox=mailbox, outcome__in=["taken", "unassigned"])
    elsewhere = LedgerLine.objects.filter(interaction__isnull=False).exclude(folder__mailbox=mailbox)
    mails = Interaction.objects.filter(pk__in=theirs.values("interaction"))
    mails = mails.exclude(pk__in=elsewhere.filter(interaction__in=theirs.values("interaction")).values("interaction"))
    old = [before] if before else []
    mails.filter(circles=old).update(circles=[mailbox.circle_id] if mailbox.circle_id else [])


def may_change(mailbox: Mailbox, user: User) -> bool:
    """One's own; shared ones by managers of the team and administrators."""
    account = mailbox.account
    if account.user_id == user.pk:
        return True
    return account.user_id is None and user.allows("mail.keep_shared_mailbox")


def may_retire(mailbox: Mailbox, user: User) -> bool:
    """Also when its owner has left."""
    return may_change(mailbox, user) or user.allows("people.change_user")


def retire(mailbox: Mailbox, *, active: bool) -> None:
    """Read and send no more, or again; what came in stays."""
    MailAccount.objects.filter(pk=mailbox.pk).update(active=active)


def choose(mailbox: Mailbox, folder_ids: Collection[int]) -> None:
    """Read these folders and no others."""
    mailbox.folders.filter(pk__in=folder_ids).update(wanted=True)
    mailbox.folders.exclude(pk__in=folder_ids).update(wanted=False)


def ask(mailbox: Mailbox, *, check: bool, at: datetime) -> None:
    """Have it read at once; with ``check`` every message compared with the server."""
    mailbox.asked_at, mailbox.next_try_at = at, None
    mailbox.checked_at = None if check else mailbox.checked_at
    mailbox.save(update_fields=["asked_at", "next_try_at", "checked_at"])


def may_decide(interaction: Interaction, user: User) -> bool:
    return interaction.pk in decided_by(user, [interaction.pk])


def decided_by(user: User, interaction_ids: Collection[int]) -> set[int]:
    """The mails of which ``user`` says who reads them: they came to their own mailbox, or to a shared one they steer."""
    if not user.allows("mail.keep_mailbox"):
        return set()
    lines = LedgerLine.objects.filter(interaction__in=interaction_ids, folder__isnull=False)
    mine = Q(folder__mailbox__account__user=user)
    if user.allows("mail.keep_shared_mailbox"):
        mine |= Q(folder__mailbox__account__user=None)
    return {pk for pk in lines.filter(mine).values_list("interaction_id", flat=True) if pk}


@transaction.atomic
def decide(interaction: Interaction, *, private: bool, by: User) -> None:
    """Keep a mail to the owners of the mailboxes that it came to, or open it to everybody who sees the customer."""
    circles: list[int] = []
    if private:
        accounts = MailAccount.objects.filter(mailbox__folders__lines__interaction=interaction).distinct()
        owners = {account.user_id for account in accounts if account.user_id} | {by.pk}
        circles = [
            Circle.objects.get_or_create(kind=Circle.Kind.OWNER, keeper_id=pk, team=None)[0].pk for pk in sorted(owners)
        ]
    Interaction.objects.filter(pk=interaction.pk).update(circles=circles)
