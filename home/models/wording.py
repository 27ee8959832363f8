"""The words that this site uses, and those that it does not: a list that editors keep."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Wording(models.Model):
    """A word or phrase, and what to write instead."""

    class Kind(models.TextChoices):
        BETTER = "better", _("There is a better word: the editor is told")
        NEVER = "never", _("Never: a page that says it cannot be published")

    word = models.CharField(
        _("word or phrase"), max_length=60, unique=True, help_text=_("In small letters, as it starts: victim")
    )
    better = models.CharField(_("write instead"), max_length=120)
    kind = models.CharField(_("what happens"), max_length=6, choices=Kind.choices, default=Kind.BETTER)
    why = models.CharField(max_length=200, blank=True, help_text=_("One short sentence for whoever used it."))

    class Meta:
        ordering = ["word"]
        verbose_name = _("word or phrase")
        verbose_name_plural = _("words and phrases")

    def __str__(self) -> str:
        return f"{self.word}: {self.better}"

    def save(self, *args, **kwargs) -> None:
        self.word = " ".join(self.word.lower().split())
        super().save(*args, **kwargs)
