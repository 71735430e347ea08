"""Calls over the API, as a telephone system tells them."""

from typing import Annotated, Literal

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.people.endpoint import Answer, Given, Line, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.telephony.models import State
from rapport.telephony.report import Told, report
from rapport.timeline.payloads import Past


class CallIn(Given):
    """What happens with a call. `call_id` makes it once; send each state as it comes, in any order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "call_id": "pbx-8812",
                    "state": "ringing",
                    "from": "+351 912 345 678",
                    "to": "+351 210 000 100",
                    "agent": "214",
                    "at": "2026-03-02T09:15:00Z",
                }
            ]
        }
    )

    call_id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
    state: Literal["ringing", "answered", "ended"]
    from_: Word = Field(default="", alias="from", description="Who calls; empty when withheld.")
    to: Word = ""
    direction: Literal["inbound", "outbound"] = "inbound"
    agent: Line = Field(default="", description="E-mail address or extension of the colleague whose telephone it is.")
    at: Past | None = Field(default=None, description="When it happened; now unless said otherwise.")
    recording: Annotated[str, Field(max_length=1000, pattern=r"^(https://[^\s\x00]+)?$")] = ""

    def told(self) -> Told:
        inbound = self.direction == "inbound"
        theirs, ours = (self.from_, self.to) if inbound else (self.to, self.from_)
        at = self.at or timezone.now()
        return Told(self.call_id, State(self.state), theirs, ours, inbound, self.agent, at, self.recording)


class CallOut(BaseModel):
    call_id: str
    state: str
    agent: str | None = Field(description="E-mail address of the colleague; null when nobody has this extension.")
    interaction_id: int | None = Field(description="On the timeline, once the call has ended.")


@endpoint("POST", "/calls", needs="telephony.report_call", answers={200: CallOut})
def report_call(request: ApiRequest, call: CallIn) -> Answer:
    """Tell that a call rings, was answered or has ended. Told twice changes nothing."""
    known = report(call.told(), by=request.user, at=timezone.now())
    agent = known.user.email if known.user else None
    return Answer(CallOut(call_id=known.call_id, state=known.state, agent=agent, interaction_id=known.interaction_id))
