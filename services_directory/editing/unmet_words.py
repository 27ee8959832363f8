"""Filter codes as words: "h7 w3" is what the visitor had ticked."""

from services_directory import filters
from services_directory.models import UnmetNeed


def unmet_in_words(need: UnmetNeed) -> str:
    """The names of the filters, or the codes themselves when no filter has them any more."""
    in_words = getattr(filters, "in_words", None)
    return in_words(need.codes.split()) if in_words else need.codes
