"""What is asked for a mail file, and what may be asked of the ledger."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Identifier
from rapport.customers.veil import hidden_kinds
from rapport.mail.intake import Outcome, Strangers
from rapport.mail.models import LedgerLineQuerySet
from rapport.people.models import User


class MailFileForm(forms.Form):
    file = forms.FileField(label=_("Mail file"))
    strangers = forms.ChoiceField(
        label=_("People whom nobody knows yet"),
        choices=Strangers.choices,
        initial=Strangers.FOUND,
        help_text=_("Whoever only stands in copy, and whatever a machine wrote, makes nobody a customer."),
    )


class LedgerForm(forms.Form):
    """Questions as they stand in an address; what can't be understood asks nothing."""

    about = forms.CharField(label=_("Message id, address or words of the subject"), max_length=400, required=False)
    outcome = forms.ChoiceField(
        label=_("What became of it"), choices=[("", _("Anything")), *Outcome.choices], required=False
    )
    file = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)
    mailbox = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)

    def among(self, lines: LedgerLineQuerySet, *, reader: User) -> LedgerLineQuerySet:
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        if given.get("about"):
            covers = Identifier.Kind.EMAIL in hidden_kinds(reader)
            lines = lines.about(given["about"], by_address=not covers)
        if given.get("outcome"):
            lines = lines.filter(outcome=given["outcome"])
        if given.get("file"):
            lines = lines.filter(mail_file=given["file"])
        if given.get("mailbox"):
            lines = lines.filter(folder__mailbox=given["mailbox"])
        return lines
