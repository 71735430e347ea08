"""What is asked about a KPI."""

from django import forms
from django.utils.translation import gettext_lazy

from rapport.people.models import User


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"),
        label=gettext_lazy("Answers for it"),
        required=False,
        empty_label=gettext_lazy("nobody"),
    )
