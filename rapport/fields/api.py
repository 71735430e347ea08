"""The organisation's own fields over the API: what may be written under `fields` of a customer."""

from pydantic import BaseModel, Field

from rapport.fields.models import About, CustomField, Type
from rapport.people.endpoint import endpoint
from rapport.people.tokens import ApiRequest


class ChoiceOut(BaseModel):
    key: str
    label: str
    retired: bool


class FieldOut(BaseModel):
    """One field. `key` is what its values are written and read under."""

    key: str
    label: str
    type: Type
    about: About
    hint: str
    group: str = Field(description="Fields of one group stand together on the customer page.")
    required: bool
    choices: list[ChoiceOut]
    currency: str = Field(description="Taken for an amount without one.")
    formula: str
    retired: bool = Field(description="Its values can be read under `retired_fields` and no longer be written.")

    @classmethod
    def of(cls, one: CustomField) -> "FieldOut":
        return cls(
            key=one.key,
            label=one.label,
            type=Type(one.type),
            about=About(one.about),
            hint=one.hint,
            group=one.group,
            required=one.required,
            choices=[ChoiceOut(key=each.key, label=each.label, retired=each.retired) for each in one.options],
            currency=one.currency,
            formula=one.formula,
            retired=one.retired_at is not None,
        )


class FieldsOut(BaseModel):
    items: list[FieldOut]


@endpoint("GET", "/fields", needs="fields.view_field", answers={200: FieldsOut})
def list_fields(request: ApiRequest) -> FieldsOut:
    """Every field that the organisation declared, in its order."""
    return FieldsOut(items=[FieldOut.of(one) for one in CustomField.objects.visible_to(request.user).in_order()])
