"""What is asked for a mailbox: three answers where the provider is known, the servers where it is not."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rapport.channels.mail.presets import Preset, preset_of
from rapport.channels.models import MailAccount, Proof, Security
from rapport.lib.mail_providers import PROVIDERS
from rapport.mail.intake import Strangers
from rapport.mail.keep import EVERYBODY, MINE
from rapport.mail.models import Mailbox
from rapport.people.access import scopes_of
from rapport.people.models import Scope, User

SECURITY = [(one.value, one.label) for one in Security]
PORTS = {"imap": {Security.TLS: 993}, "smtp": {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}}
SERVERS = ("imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security", "username")


def shared_choices(user: User) -> list[tuple[str, Any]]:
    """Whose it may be: one's own; shared ones are made by whoever steers."""
    mine = [(MINE, _("Mine"))]
    if not user.allows("mail.keep_shared_mailbox"):
        return mine
    scopes = (
        Scope.objects.filter(pk__in=scopes_of(user), person=None, territory=None).select_related("team").order_by("pk")
    )
    return [*mine, *((str(one.pk), _("Shared: %(who)s") % {"who": one}) for one in scopes)]


class MailboxForm(forms.Form):
    """A mailbox, new or changed. The password is asked again when it would go to another server."""

    needed: ClassVar = {"password": _("needed to sign in with one")}

    address = forms.EmailField(label=_("Address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("Empty: the address."))
    proof = forms.ChoiceField(label=_("Signs in with"), choices=Proof.choices)
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept sealed and never shown. Some providers ask for an app password."),
    )
    whose = forms.ChoiceField(label=_("Whose it is"))
    circle = forms.ChoiceField(
        label=_("Who reads its mail"),
        choices=[
            (EVERYBODY, _("Everybody who sees the customer")),
            ("team", _("The team")),
            ("steer", _("The owner, their managers and administrators")),
            ("owner", _("Only the owner")),
        ],
        help_text=_("The others see that there was a mail, when and with whom of us."),
    )
    strangers = forms.ChoiceField(label=_("People whom nobody knows yet"), choices=Strangers.choices)
    since = forms.DateField(
        label=_("Only mail since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    provided = forms.BooleanField(
        required=False,
        help_text=_("Nothing is read without an IMAP server below. It needs no password if it only sends."),
    )
    username = forms.CharField(label=_("User name"), max_length=260, required=False, help_text=_("Empty: the address."))
    imap_host = forms.CharField(label=_("IMAP server (reading)"), max_length=253, required=False)
    imap_port = forms.IntegerField(label=_("IMAP port"), min_value=1, max_value=65535, required=False)
    imap_security = forms.ChoiceField(label=_("IMAP security"), choices=SECURITY, required=False)
    smtp_host = forms.CharField(label=_("SMTP server (sending)"), max_length=253, required=False)
    smtp_port = forms.IntegerField(label=_("SMTP port"), min_value=1, max_value=65535, required=False)
    smtp_security = forms.ChoiceField(label=_("SMTP security"), choices=SECURITY, required=False)

    def __init__(self, data: Any = None, *, user: User, mailbox: Mailbox | None = None) -> None:
        self.user, self.mailbox = user, mailbox
        super().__init__(data, initial=initial_of(mailbox))
        self.choice("whose").choices = shared_choices(mailbox.account.user or user if mailbox else user)
        self.choice("proof").choices = [
            (one.value, one.label) for one in Proof if one is Proof.PASSWORD or one.value in settings.MAIL_OAUTH
        ]
        if settings.MAIL_PROVIDER:
            told = {"provider": PROVIDERS[settings.MAIL_PROVIDER].name}
            self.fields["provided"].label = _("Send through %(provider)s") % told
        else:
            del self.fields["provided"]
        if mailbox:
            self.fields["password"].help_text = _("Empty: as it is. It is never shown.")
            for name in ("address", "whose"):
                self.fields[name].disabled = True

    def choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field

    def servers(self) -> list[Any]:
        return [self[name] for name in ("username", *(one for one in SERVERS if one != "username"))]

    def asked(self) -> list[Any]:
        names = ("address", "password", "provided", "proof", "name", "whose", "circle", "strangers", "since")
        return [self[name] for name in names if name in self.fields]

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip().lower()
        if not self.mailbox and MailAccount.objects.filter(address__iexact=address).exists():
            raise forms.ValidationError(_("There is a mailbox with this address already."))
        return address

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "address" in given:
            complete(given)
        shared = given.get("whose") != MINE
        if shared and given.get("circle") in {"owner", "steer"}:
            self.add_error("circle", _("A shared mailbox has no owner: choose everybody or the team."))
        if shared and given.get("circle") == "team" and given.get("whose") == str(Scope.EVERYONE):
            self.add_error("circle", _("It is shared with everyone, so there is no team to keep it to."))
        only_sends = given.get("provided") and not given.get("imap_host")
        if given.get("proof") == Proof.PASSWORD and not given.get("password") and not only_sends:
            self.miss_password(given)
        return given

    def miss_password(self, given: dict[str, Any]) -> None:
        account = self.mailbox.account if self.mailbox else None
        if account is None or account.proof != Proof.PASSWORD:
            self.add_error("password", _("Say the password."))
        elif any(given.get(name) != getattr(account, name) for name in SERVERS):
            self.add_error("password", _("Say the password again, since it would go to another server or user name."))


def initial_of(mailbox: Mailbox | None) -> dict[str, Any]:
    if mailbox is None:
        return {"whose": MINE, "circle": EVERYBODY, "strangers": Strangers.FOUND, "proof": Proof.PASSWORD}
    account = mailbox.account
    names = ("address", "name", "proof", *SERVERS)
    return {name: getattr(account, name) for name in names} | {
        "provided": not account.smtp_host,
        "whose": MINE if account.user_id else str(account.scope_id),
        "circle": mailbox.circle.kind if mailbox.circle else EVERYBODY,
        "strangers": mailbox.strangers,
        "since": mailbox.since,
    }


def complete(given: dict[str, Any]) -> None:
    """Servers that nobody named: those of the provider, else where they usually are."""
    preset = preset_of(given["address"])
    domain = given["address"].rpartition("@")[2]
    if given.get("provided"):
        given["smtp_host"] = ""
    elif not given.get("imap_host") and not given.get("smtp_host"):
        preset = preset or Preset(f"imap.{domain}", f"smtp.{domain}")
        for name in ("imap_host", "imap_port", "smtp_host", "smtp_port", "smtp_security"):
            given[name] = getattr(preset, name)
        given["imap_security"] = Security.TLS
    for part, usual in (("imap", 143), ("smtp", 25)):
        security = Security(given.get(f"{part}_security") or Security.TLS)
        given[f"{part}_security"] = security
        given[f"{part}_port"] = given.get(f"{part}_port") or PORTS[part].get(security, usual)
