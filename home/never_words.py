"""Words that this site never publishes, however they are set: in bold, over two lines, with other quotes."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from services_directory.place_readings import readings, seen

QUOTES = str.maketrans(dict.fromkeys("‘’‛ʼʹ′´`", "'"))


def first_in(texts: Iterable[str]) -> str:
    """Why these texts may not be published and what to write instead; empty when they may."""
    from home.models import Wording

    banned = list(Wording.objects.filter(kind=Wording.Kind.NEVER))
    if not banned:
        return ""
    whole = as_read(" ".join(form for text in texts for form in readings(text)))
    for row in banned:
        if re.search(rf"\b{re.escape(as_read(row.word))}", whole):
            return _("We never write “%(word)s”. %(why)s Write instead: %(better)s.") % {
                "word": row.word,
                "why": row.why,
                "better": row.better,
            }
    return ""


def as_read(text: str) -> str:
    """In small letters, with one kind of space and of quote, and without what nobody sees."""
    return " ".join(seen(text).translate(QUOTES).lower().split())
