"""When each user was last at home, so that the page can say what is new since."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User

PAUSE = timedelta(minutes=30)


class Visit(models.Model):
    """One user's visits: the last moment of the current one, and the end of the one before (or the first beginning)."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()
    before = models.DateTimeField()

    class Meta:
        verbose_name = _("visit")

    def __str__(self) -> str:
        return f"{self.user_id} at {self.at}"

    def is_over(self, now: datetime) -> bool:
        """Whether coming back ``now`` is a new visit."""
        return now - self.at > PAUSE
