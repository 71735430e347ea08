"""What is asked for a link by which others book a time."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from rapport.bookings.hours import in_words, spans
from rapport.bookings.models import BookingLink
from rapport.sales.enquiry import LeadSource

USUAL = "09:00–12:00, 13:00–17:00"
WORKING_DAYS = 5


class LinkForm(forms.ModelForm):  # type: ignore[type-arg]
    """A link with the hours of each day of the week, as people write them."""

    class Meta:
        model = BookingLink
        fields: ClassVar = (
            *("title", "kind", "minutes", "buffer", "notice_hours", "horizon_days"),
            *("place", "about", "source", "active"),
        )
        widgets: ClassVar = {"about": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar = {
            "title": _("As guests read it, such as “A first talk”."),
            "place": _("An address, the number you call or are called at, or the link of a video room."),
            "source": _("Whoever is no open lead yet becomes one, yours. None: only a meeting is planned."),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        known = self.instance.hours if self.instance.pk else None
        for day, name in WEEKDAYS.items():
            usual = USUAL if day < WORKING_DAYS else ""
            self.fields[f"day{day}"] = forms.CharField(
                label=capfirst(str(name)),
                required=False,
                max_length=120,
                initial=usual if known is None else in_words(known[day]),
            )
        source = self.fields["source"]
        if isinstance(source, forms.ModelChoiceField):
            source.queryset = LeadSource.objects.current()
        self.order_fields(["title", "kind", "minutes", *(f"day{day}" for day in WEEKDAYS)])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for day in WEEKDAYS:
            try:
                said[f"day{day}"] = spans(str(said.get(f"day{day}") or ""))
            except ValidationError as problem:
                self.add_error(f"day{day}", problem)
        if not self.errors and not any(said[f"day{day}"] for day in WEEKDAYS):
            raise ValidationError(_("Give hours on at least one day."))
        return said

    def hours(self) -> list[list[list[str]]]:
        return [self.cleaned_data[f"day{day}"] for day in WEEKDAYS]
