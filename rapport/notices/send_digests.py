"""Send the digests that are due, through the gate: each once for its moment."""

from datetime import datetime

from django.db import transaction

from rapport.channels.models import MailAccount
from rapport.consent.sender import sender
from rapport.consent.write import Draft, write
from rapport.notices.choose import Rhythm, next_after
from rapport.notices.digest import digest_of
from rapport.notices.models import Digest, Notice


def send_digests(*, at: datetime) -> None:
    account = sender()
    for user_id in Digest.objects.filter(next_at__lte=at, user__is_active=True).values_list("pk", flat=True):
        send_digest(user_id, account, at=at)


@transaction.atomic
def send_digest(user_id: int, account: MailAccount | None, *, at: datetime) -> None:
    """With nothing to tell, or nothing to send it with, the next one is waited for."""
    mine = Digest.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    wanted = mine.filter(pk=user_id, next_at__lte=at).first()
    if wanted is None:
        return
    user = wanted.user
    letter = digest_of(user, at=at) if account else None
    if letter:
        draft = Draft((user.email,), letter.subject, letter.text, reader=user)
        key = f"digest:{user.pk}:{wanted.next_at.isoformat()}"
        write(draft, account, key=key, member=None, by=None, due_at=at, at=at)
        Notice.objects.filter(pk__in=[one.pk for one in letter.told]).update(digested_at=at)
    wanted.next_at = next_after(Rhythm(wanted.every, wanted.hour, wanted.weekday), user, at)
    wanted.save(update_fields=["next_at"])
