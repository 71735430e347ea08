"""What is asked for a quote, its sending, its approval and for the limits; and what its customer is asked."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.channels.models import MailAccount
from rapport.letters.senders import accounts_of
from rapport.people.models import Brand, User
from rapport.people.role import Role
from rapport.quotes.approval import DiscountLimit
from rapport.quotes.quote import Quote, QuoteLine
from rapport.quotes.send_quote import Cover
from rapport.quotes.write_quote import Heading
from rapport.sales.line_forms import SPARE, LineForm, LinesForm
from rapport.sales.set_lines import MOST

FIRST_YEAR, LAST_YEAR = 1900, 2200


class HeadingForm(forms.ModelForm):  # type: ignore[type-arg]
    """What stands above and below the lines."""

    discount = forms.DecimalField(
        label=gettext_lazy("Discount on everything (%)"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("Taken off after the discounts of the lines."),
    )

    class Meta:
        model = Quote
        fields = ("valid_until", "brand", "discount", "note", "terms")
        widgets = {  # noqa: RUF012 - as Django wants it
            "valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 3}),
            "terms": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        brand = self.fields["brand"]
        if isinstance(brand, forms.ModelChoiceField):
            brand.queryset, brand.empty_label = Brand.objects.order_by("name"), "–"
        self.initial["discount"] = self.instance.discount.normalize()

    def clean_discount(self) -> Decimal:
        return self.cleaned_data["discount"] or Decimal(0)

    def clean_valid_until(self) -> Any:
        day = self.cleaned_data["valid_until"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Give a day that somebody will live to see."))
        return day

    def heading(self) -> Heading:
        return Heading(
            **{name: self.cleaned_data[name] for name in ("valid_until", "discount", "brand", "note", "terms")}
        )


class QuoteLines(LinesForm):
    """The lines of a quote, in its currency and terms."""

    def __init__(self, sent: Any = None, *, quote: Quote, lines: Sequence[QuoteLine]) -> None:
        self.quote = quote
        super().__init__(sent, deal=quote.deal, lines=lines)

    @property
    def currency(self) -> str:
        return self.quote.currency

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "inclusive": self.quote.inclusive}

    def clean(self) -> None:
        super().clean()
        if not any(self.errors) and not self.wishes():
            raise forms.ValidationError(_("A quote offers something: keep at least one line."))


QuoteLineSet: type[QuoteLines] = forms.formset_factory(  # type: ignore[assignment]
    LineForm, formset=QuoteLines, extra=SPARE, can_delete=True, max_num=MOST, absolute_max=MOST
)


class SendForm(forms.Form):
    """The mail that a quote goes out with."""

    account = forms.ModelChoiceField(
        MailAccount.objects.none(),
        label=gettext_lazy("From"),
        required=False,
        empty_label=gettext_lazy("no mail: I hand the link over myself"),
    )
    to = forms.EmailField(label=gettext_lazy("To"), required=False, max_length=320)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=400, required=False)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("The link to the quote is put below by itself."),
    )

    def __init__(self, sent: Any = None, *, by: User, initial: dict[str, Any]) -> None:
        super().__init__(sent, initial=initial)
        account = self.fields["account"]
        if isinstance(account, forms.ModelChoiceField):
            account.queryset = accounts_of(by)
            self.initial.setdefault("account", account.queryset.first())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("account"):
            for name in ("to", "subject", "text"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("A mail needs it."))
        return given

    def cover(self) -> Cover:
        given = self.cleaned_data
        return Cover(given["to"], given["subject"], given["text"], given["account"])


class WordsForm(forms.Form):
    """Some words beside a step."""

    words = forms.CharField(label=gettext_lazy("Why"), max_length=1000, required=False)


class AcceptForm(forms.Form):
    """A yes: a name under it, and a tick."""

    name = forms.CharField(
        label=gettext_lazy("Your name, as your signature"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agreed = forms.BooleanField(label=gettext_lazy("I accept this quote and may do so."))


class DeclineForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What was the reason?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class QuestionForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What would you like to know?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class LimitsForm(forms.Form):
    """A limit for each role."""

    def __init__(self, sent: Any = None) -> None:
        super().__init__(sent)
        self.roles = list(Role.objects.in_order())
        known = {str(one.role_id): one.percent for one in DiscountLimit.objects.all()}
        for role in self.roles:
            kept = known.get(role.key)
            self.fields[f"role-{role.pk}"] = forms.DecimalField(
                label=str(role),
                required=False,
                min_value=0,
                max_value=100,
                decimal_places=2,
                localize=True,
                initial=None if kept is None else kept.normalize(),
            )

    def limits(self) -> dict[Role, Decimal | None]:
        return {one: self.cleaned_data[f"role-{one.pk}"] for one in self.roles}
