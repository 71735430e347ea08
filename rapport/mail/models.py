"""Mail files, what became of each message in them, the mail on timelines and the threads it belongs to."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.channels.mail.folders import Use
from rapport.channels.mail.message import Nature
from rapport.channels.models import MailAccount
from rapport.files.models import File
from rapport.mail.intake import Intake, Outcome, Strangers
from rapport.people.access import work_of
from rapport.people.models import User
from rapport.timeline.models import Circle, Interaction, circles_of


class State(models.TextChoices):
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    BROKEN = "broken", _("Broken off")


class MailFileQuerySet(models.QuerySet["MailFile"]):
    def visible_to(self, user: User) -> Self:
        """One's own; a manager sees those of the team, an administrator all."""
        if user.sees_all:
            return self
        return self.filter(work_of(user, "by"))

    def newest_first(self) -> Self:
        return self.select_related("by").order_by("-created_at", "-pk")


class MailFile(Intake):
    """A mail file on its way in. Number of messages and place of the last message move in the transaction that wrote it."""

    file_name = models.CharField(_("file"), max_length=400)
    path = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file; a folder has none.")
    strangers = models.CharField(max_length=10, choices=Strangers.choices, default=Strangers.FOUND)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RUNNING)
    share = models.FloatField(default=0, help_text="How much of the file has been read, from 0 to 1.")
    place = models.BigIntegerField(default=0, help_text="Where the next one begins.")
    trouble = models.CharField(max_length=400, blank=True, help_text="Why it broke off.")
    seconds = models.FloatField(default=0)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now, help_text="When it last got on.")
    ended_at = models.DateTimeField(null=True)

    objects = MailFileQuerySet.as_manager()

    class Meta(Intake.Meta):
        verbose_name = _("mail file")
        verbose_name_plural = _("mail files")

    def __str__(self) -> str:
        return self.file_name

    @property
    def busy(self) -> bool:
        return self.state == State.RUNNING

    @property
    def circle_id(self) -> int | None:
        """Whoever brings a file means everybody to see what is in it."""
        return None


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def visible_to(self, user: User) -> Self:
        """Of the accounts that one may see."""
        return self.filter(account__in=MailAccount.objects.visible_to(user))

    def read(self) -> Self:
        """Those that are read from a server."""
        return self.filter(account__active=True).exclude(account__imap_host="")


class Mailbox(models.Model):
    """What is taken in from a mail account, for whose eyes, and how reading it goes."""

    account = models.OneToOneField(MailAccount, models.PROTECT, primary_key=True, related_name="mailbox")
    strangers = models.CharField(
        _("People whom nobody knows yet"), max_length=10, choices=Strangers.choices, default=Strangers.FOUND
    )
    circle = models.ForeignKey(
        Circle, models.PROTECT, null=True, related_name="+", help_text="Nobody: everybody who sees the customer."
    )
    since = models.DateField(_("not older than"), null=True, blank=True)
    trouble = models.CharField(max_length=40, blank=True, help_text="A word for why it can't be read.")
    said = models.CharField(max_length=300, blank=True, help_text="What the server said about it.")
    failing_since = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0, help_text="In vain, one after the other.")
    next_try_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="When all its folders were last up to date with new mail.")
    checked_at = models.DateTimeField(null=True, help_text="When every message was last compared with the server.")
    asked_at = models.DateTimeField(null=True, help_text="When somebody last wanted it read at once.")

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")

    def __str__(self) -> str:
        return str(self.account)


class MailFolder(Intake):
    """A folder of a mailbox. How far it was read moves in the transaction that writes the messages.

    New mail is what has a higher UID than `newest`; what lies before is read from `below` downwards, None when done.
    """

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="folders", db_index=False)
    name = models.CharField(max_length=400)
    use = models.CharField(max_length=10, blank=True, choices=[(one.value, one.name) for one in Use if one.value])
    wanted = models.BooleanField(default=True)
    listed = models.BooleanField(default=True, help_text="Whether the server still has it.")
    uid_validity = models.BigIntegerField(null=True)
    newest = models.BigIntegerField(default=0)
    below = models.BigIntegerField(null=True)
    exists = models.BigIntegerField(default=0, help_text="How many the server said there are.")
    older = models.BigIntegerField(default=0, help_text="How many of those are older than what is wanted.")
    trouble = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta(Intake.Meta):
        verbose_name = _("folder")
        constraints: ClassVar = [
            *Intake.Meta.constraints,
            models.UniqueConstraint("mailbox", "name", name="each_folder_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def strangers(self) -> str:
        return self.mailbox.strangers

    @property
    def circle_id(self) -> int | None:
        """For whose eyes its mail is."""
        return self.mailbox.circle_id

    @property
    def caught_up(self) -> bool:
        """Whether all that lies in it was read."""
        return self.uid_validity is not None and self.below is None


class Thread(models.Model):
    """Mails that answer one another."""

    subject_key = models.CharField(max_length=200, blank=True, help_text="The subject without Re: and the like.")
    people = ArrayField(models.CharField(max_length=260), default=list, help_text="Who wrote or was written to.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mail thread")
        indexes: ClassVar = [models.Index(fields=["subject_key", "-last_at"], name="threads_by_subject")]

    def __str__(self) -> str:
        return self.subject_key


class Reference(models.Model):
    """That a message, here or only spoken of, belongs to a thread; so a question may come after its answer."""

    message_id = models.CharField(max_length=400, primary_key=True)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="references")

    class Meta:
        verbose_name = _("reference")

    def __str__(self) -> str:
        return self.message_id


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, user: User) -> Self:
        """What its interaction shows may be seen of it."""
        return self.filter(interaction__in=Interaction.objects.visible_to(user))


class Mail(models.Model):
    """What a mail holds besides the words on its line of the timeline."""

    interaction = models.OneToOneField(Interaction, models.PROTECT, primary_key=True, related_name="mail")
    message_id = models.CharField(max_length=400, blank=True)
    sender = models.CharField(max_length=260)
    at = models.DateTimeField()
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="mails", db_index=False)
    whole = models.TextField(blank=True, help_text="All of the text, where the line shows less.")
    html = models.TextField(blank=True, help_text="As it came; never shown before it was cleaned.")
    nature = models.CharField(max_length=20, blank=True, choices=[(one.value, one.name) for one in Nature if one.value])
    doubts = ArrayField(models.CharField(max_length=20), default=list)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        indexes: ClassVar = [
            models.Index(fields=["message_id"], name="mail_by_message_id"),
            models.Index(fields=["thread", "-at", "-interaction"], name="mail_of_a_thread"),
        ]

    def __str__(self) -> str:
        return self.message_id or str(self.interaction_id)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        """Who may see the interaction may have what came with it."""
        return self.filter(mail__interaction__in=Interaction.objects.visible_to(user)).select_related("file")


class Attachment(models.Model):
    """That a file came with a mail, under which name."""

    mail = models.ForeignKey(Mail, models.PROTECT, related_name="attachments", db_index=False)
    position = models.PositiveIntegerField()
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(max_length=130)
    inline = models.BooleanField(default=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        constraints: ClassVar = [models.UniqueConstraint("mail", "position", name="each_attachment_once")]

    def __str__(self) -> str:
        return self.name


class LedgerLineQuerySet(models.QuerySet["LedgerLine"]):
    def visible_to(self, user: User) -> Self:
        """Of the files and mailboxes that one may see."""
        circles = circles_of(user)
        among = Q(interaction__circles=[]) | Q(interaction__circles__overlap=circles)
        files = Q(mail_file__in=MailFile.objects.visible_to(user)) & (Q(interaction=None) | among)
        account = "folder__mailbox__account"
        # What did not reach a timeline is read by nobody but those whose mailbox it is.
        ours = Q(**{f"{account}__user": None}) & (
            Q(folder__mailbox__circle=None) | Q(folder__mailbox__circle__in=circles)
        )
        folders = Q(folder__mailbox__in=Mailbox.objects.visible_to(user)) & (
            Q(**{f"{account}__user": user}) | (Q(interaction=None) & ours) | (Q(interaction__isnull=False) & among)
        )
        return self.filter(files | folders)

    def about(self, words: str, *, by_address: bool) -> Self:
        """Lines of a message id, an address (or its part behind the @), or words of the subject."""
        said = words.replace("\x00", "").strip().strip("<>")
        lines = self.model.objects.annotate(words=SearchVector("subject", config="simple"))
        # Three questions, each of which has an index; asked with "or", none of them would be used.
        found = [
            lines.filter(message_id=said),
            lines.filter(addresses__contains=[said.lower().removeprefix("@")]),
            lines.filter(words=SearchQuery(said, config="simple")),
        ]
        if not by_address:
            del found[1]
        first, *rest = (one.order_by().values("pk") for one in found)
        return self.filter(pk__in=first.union(*rest))


class LedgerLine(models.Model):
    """What became of one message of a mail file, or of a folder on a server."""

    mail_file = models.ForeignKey(MailFile, models.CASCADE, null=True, related_name="lines", db_index=False)
    folder = models.ForeignKey(MailFolder, models.CASCADE, null=True, related_name="lines", db_index=False)
    uid_validity = models.BigIntegerField(null=True, help_text="Of the folder; renumbered, it holds other messages.")
    number = models.BigIntegerField(help_text="In the file; in a folder the UID.")
    message_id = models.CharField(max_length=400, blank=True)
    addresses = ArrayField(models.CharField(max_length=260), default=list, help_text="In lower case; also domains.")
    sender = models.CharField(max_length=260, blank=True)
    subject = models.CharField(_("subject"), max_length=1000, blank=True)
    at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    reason = models.CharField(max_length=20, blank=True)
    interaction = models.ForeignKey(Interaction, models.PROTECT, null=True, related_name="+", db_index=False)
    gone_at = models.DateTimeField(null=True, help_text="When it was found to be no longer in its folder.")

    objects = LedgerLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the mail ledger")
        constraints: ClassVar = [
            models.UniqueConstraint("mail_file", "number", name="each_message_once_a_file"),
            models.UniqueConstraint("folder", "uid_validity", "number", name="each_message_once_a_folder"),
            models.CheckConstraint(
                condition=Q(mail_file=None, folder__isnull=False) | Q(mail_file__isnull=False, folder=None),
                name="a_line_is_of_a_file_or_a_folder",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["message_id"], name="ledger_by_message_id"),
            GinIndex(fields=["addresses"], name="ledger_by_address"),
            models.Index(fields=["interaction"], name="ledger_by_interaction", condition=Q(folder__isnull=False)),
            GinIndex(SearchVector("subject", config="simple"), name="ledger_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.outcome}"
