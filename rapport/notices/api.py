"""Notices, follows and reminders over the API: one's own."""

from datetime import datetime
from typing import Annotated, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from rapport.customers.api import the_customer
from rapport.customers.models import Customer, Member
from rapport.customers.reach import survivor
from rapport.notices.follow import follow, following, mute
from rapport.notices.mark import mark_all, mark_read
from rapport.notices.models import Follow, Kind, Notice, Reminder
from rapport.notices.read import Asked, Line, Reminded, in_words, notices_page, place_of, unread
from rapport.notices.remind import About, close, main_customer, put_off, remind
from rapport.people.endpoint import After, Answer, Given, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.timeline.models import Interaction
from rapport.timeline.payloads import Moment
from rapport.timeline.read import Cursor
from rapport.ui.problem import Fault, ProblemError

Note = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]


class NoticeOut(BaseModel):
    id: int
    kind: Kind
    title: str
    count: int = Field(description="How often it happened since the last one was read.")
    customer_id: int | None
    interaction_id: int | None = Field(description="The newest.")
    task_id: int | None
    url: str = Field(description="Where it leads, below the address of Rapport.")
    at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, line: Line) -> "NoticeOut":
        one = line.notice
        names = ("count", "interaction_id", "task_id", "at", "read_at")
        return cls(
            id=one.pk,
            kind=Kind(one.kind),
            title=line.title,
            customer_id=one.member.customer_id if one.member else None,
            url=place_of(one),
            **{name: getattr(one, name) for name in names},
        )


class NoticePage(BaseModel):
    items: list[NoticeOut]
    unread: int = Field(description="What the bell counts, at most 99.")
    next: str = Field(description="Send it as `after` for the following page; empty at the end.")


class NoticeChoice(Given):
    q: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$", description="Words in them.")] = ""
    kind: Kind | None = None
    unread: bool = False
    after: After = ""


class ReadIn(Given):
    ids: Annotated[list[int], Field(max_length=500)] | None = Field(default=None, description="Left out: all.")


class ReadOut(BaseModel):
    unread: int


@endpoint("GET", "/notices", needs="notices.view_notice", answers={200: NoticePage})
def list_notices(request: ApiRequest, choice: Query[NoticeChoice]) -> NoticePage:
    """What one was told, the newest first."""
    asked = Asked(choice.q, choice.kind or "", choice.unread, Cursor.parse(choice.after))
    page = notices_page(request.user, asked)
    items = [NoticeOut.of(line) for line in page.lines]
    return NoticePage(items=items, unread=unread(request.user), next=str(page.next or ""))


@endpoint("POST", "/notices/read", needs="notices.view_notice", answers={200: ReadOut})
def read_notices(request: ApiRequest, wanted: ReadIn) -> ReadOut:
    """Say that these were read, or all; those of others are left alone."""
    now = timezone.now()
    if wanted.ids is None:
        mark_all(request.user, at=now)
    else:
        mark_read(Notice.objects.visible_to(request.user).filter(pk__in=wanted.ids), at=now)
    return ReadOut(unread=unread(request.user))


class FollowIn(Given):
    follow: bool = Field(description="False: muted, also as the owner.")


class FollowOut(BaseModel):
    customer_id: int
    follow: bool
    because: Literal["chosen", "mentioned", "owner", ""]


class FollowList(BaseModel):
    items: list[FollowOut]


@endpoint("GET", "/follows", needs="notices.follow_customer", answers={200: FollowList})
def list_follows(request: ApiRequest) -> FollowList:
    """Customers that one chose or muted, and those one was mentioned at; not those one looks after."""
    found = Follow.objects.visible_to(request.user).select_related("member").order_by("-since", "-pk")[:1_000]
    words = {Follow.Reason.BY_HAND.value: "chosen", Follow.Reason.MENTIONED.value: "mentioned"}
    return FollowList(
        items=[
            FollowOut.model_validate(
                {
                    "customer_id": one.member.customer_id,
                    "follow": one.muted_at is None,
                    "because": words[one.reason] if one.muted_at is None else "",
                }
            )
            for one in found
        ]
    )


@endpoint(
    "PUT",
    "/customers/{int:customer_id}/follow",
    needs="notices.follow_customer",
    answers={200: FollowOut},
    problems=(404,),
)
def follow_customer(request: ApiRequest, customer_id: int, wanted: FollowIn) -> FollowOut:
    """Follow a customer, or mute it."""
    customer = the_customer(customer_id, request)
    (follow if wanted.follow else mute)(customer, by=request.user, at=timezone.now())
    members = Member.objects.visible_to(request.user).filter(customer=customer)
    now = following(customer, list(members.values_list("pk", flat=True)), reader=request.user)
    return FollowOut(customer_id=customer.pk, follow=now.on, because="chosen" if now.on else "")


class ReminderIn(Given):
    """Remind me at a moment; of a customer, of an interaction, or of what the note says."""

    at: Moment
    note: Note = ""
    customer_id: int | None = None
    interaction_id: int | None = None


class ReminderChange(Given):
    at: Moment
    note: Note | None = None


class ReminderOut(BaseModel):
    id: int
    at: datetime
    title: str
    note: str
    customer_id: int | None
    interaction_id: int | None
    task_id: int | None
    rung_at: datetime | None = Field(description="When it came back; none while it waits.")
    url: str

    @classmethod
    def of(cls, line: Reminded) -> "ReminderOut":
        one = line.reminder
        names = ("at", "note", "interaction_id", "task_id", "rung_at")
        return cls(
            id=one.pk,
            title=line.title,
            customer_id=one.member.customer_id if one.member else None,
            url=line.url,
            **{name: getattr(one, name) for name in names},
        )


class ReminderList(BaseModel):
    items: list[ReminderOut]


@endpoint("GET", "/reminders", needs="notices.set_reminder", answers={200: ReminderList})
def list_reminders(request: ApiRequest) -> ReminderList:
    """One's open reminders, the earliest first, 50 at most."""
    found = Reminder.objects.visible_to(request.user).open().order_by("at", "pk")
    return ReminderList(items=[ReminderOut.of(line) for line in in_words(found)])


@endpoint("POST", "/reminders", needs="notices.set_reminder", answers={200: ReminderOut})
def set_reminder(request: ApiRequest, wanted: ReminderIn) -> ReminderOut:
    """Set a reminder; one that stands open about the same is moved."""
    due_at, now = ahead(wanted.at), timezone.now()
    made = remind(about_of(request.user, wanted), due_at=due_at, note=wanted.note, by=request.user, at=now)
    return told(request.user, made.pk)


def about_of(user: User, wanted: ReminderIn) -> About:
    """What is meant by the ids of the body; a problem when there is no such thing for ``user``."""
    if wanted.interaction_id is not None:
        one = Interaction.objects.visible_to(user).filter(pk=wanted.interaction_id).first()
        if one is None:
            raise nothing("interaction")
        seen = Customer.objects.visible_to(user).living()
        return About(seen.filter(pk=main_customer(one, reader=user)).first(), interaction=one)
    if wanted.customer_id is not None:
        customer = survivor(wanted.customer_id, reader=user)
        if customer is None:
            raise nothing("customer")
        return About(customer)
    return About()


def nothing(what: str) -> ProblemError:
    reason = f"There is no such {what}."
    return ProblemError(422, f"{what}_id: {reason}", [Fault(reason, f"#/{what}_id")])


def ahead(at: datetime) -> datetime:
    if at <= timezone.now():
        detail = "That is over already."
        raise ProblemError(422, f"at: {detail}", [Fault(detail, "#/at")])
    return at


@endpoint(
    "PATCH",
    "/reminders/{int:reminder_id}",
    needs="notices.set_reminder",
    answers={200: ReminderOut},
    problems=(404,),
)
def put_reminder_off(request: ApiRequest, reminder_id: int, wanted: ReminderChange) -> ReminderOut:
    """Put it off: it comes back at another moment."""
    one = the_reminder(request.user, reminder_id)
    note = one.note if wanted.note is None else wanted.note
    put_off(one, due_at=ahead(wanted.at), note=note, at=timezone.now())
    return told(request.user, one.pk)


@endpoint("DELETE", "/reminders/{int:reminder_id}", needs="notices.set_reminder", answers={204: None}, problems=(404,))
def close_reminder(request: ApiRequest, reminder_id: int) -> Answer:
    """It is done, or no longer wanted."""
    close(the_reminder(request.user, reminder_id), at=timezone.now())
    return Answer(None, 204)


def the_reminder(user: User, reminder_id: int) -> Reminder:
    return get_object_or_404(Reminder.objects.visible_to(user).select_related("user"), pk=reminder_id)


def told(user: User, reminder_id: int) -> ReminderOut:
    (line,) = in_words(Reminder.objects.visible_to(user).filter(pk=reminder_id))
    return ReminderOut.of(line)
