"""What a customer said to a quote by its link: yes with a name under it, no with a reason, or a question."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User
from rapport.quotes.quote import Quote


class Kind(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    QUESTION = "question", _("Question")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(quote__in=Quote.objects.visible_to(user))


class Answer(models.Model):
    """Written once and never changed; ``sha256`` is that of the document to which it was said."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="answers", verbose_name=_("quote"))
    kind = models.CharField(_("answer"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200, blank=True)
    words = models.TextField(_("words"), max_length=4000, blank=True)
    at = models.DateTimeField(_("at"))
    address = models.CharField(_("network address"), max_length=60, blank=True)
    browser = models.CharField(_("browser"), max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a quote")
        verbose_name_plural = _("answers to quotes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "quote", condition=models.Q(kind__in=["accepted", "declined"]), name="one_decision_a_quote"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quote}: {self.get_kind_display()}"
