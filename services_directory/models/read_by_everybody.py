"""What a model says of itself when everybody can read its words."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class ReadByEverybody(models.Model):
    """Its words are looked at wherever they are written: beside the field in a form, and again in the save
    (home/publishing_guard.py). A model whose rows are public only sometimes overrides the property.
    """

    class Meta:
        abstract = True

    @property
    def is_read_by_everybody(self) -> bool:
        return True

    def clean(self) -> None:
        from services_directory import public_words

        super().clean()
        if self.is_read_by_everybody and (found := public_words.problems_of(self)):
            problems: dict[str, Any] = dict(found)
            raise ValidationError(problems)
