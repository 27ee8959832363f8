"""Filter codes as words: "h7 w3" is what the visitor had ticked."""

from django.http import QueryDict

from services_directory.models import UnmetNeed
from services_directory.selection import Selection
from services_directory.vocabulary import vocabulary


def unmet_in_words(need: UnmetNeed) -> str:
    """The names of the filters, or the codes themselves when no filter has them any more."""
    asked = QueryDict(mutable=True)
    for code in need.codes.split():
        asked.appendlist(code[0], code[1:])
    return Selection.from_querydict(asked, vocabulary()).chosen_words or need.codes
