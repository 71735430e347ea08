"""The register of processing over the API."""

from datetime import date

from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.people.endpoint import endpoint
from rapport.people.tokens import ApiRequest
from rapport.privacy.register import Activity


class ActivityOut(BaseModel):
    """One processing activity (Article 30 of the GDPR)."""

    id: int
    name: str
    purpose: str
    basis: str
    persons: str
    data: str
    tables: list[str] = Field(description="Tables of the data dictionary.")
    recipients: str
    transfers: str
    keeps: str
    security: str
    unit: str
    owner: int | None
    review_on: date | None
    ended_on: date | None
    overdue: bool


class ActivitiesOut(BaseModel):
    items: list[ActivityOut]


@endpoint("GET", "/processing-activities", needs="privacy.view_activity", answers={200: ActivitiesOut})
def list_activities(request: ApiRequest) -> ActivitiesOut:
    """All of the register, the running activities first."""
    today = timezone.localdate()
    return ActivitiesOut(
        items=[
            ActivityOut(
                id=one.pk,
                name=one.name,
                purpose=one.purpose,
                basis=one.basis,
                persons=one.persons,
                data=one.data,
                tables=one.tables,
                recipients=one.recipients,
                transfers=one.transfers,
                keeps=one.keeps,
                security=one.security,
                unit=str(one.unit or ""),
                owner=one.owner_id,
                review_on=one.review_on,
                ended_on=one.ended_on,
                overdue=one.is_overdue(today),
            )
            for one in Activity.objects.visible_to(request.user).by_name()
        ]
    )
