"""What we keep and for how long, in words for the privacy page. The lengths come from RETENTION."""

from django.conf import settings

from services_directory.lengths import in_words

# What follows each length, by its name in RETENTION.
WHAT = {
    "draft_idle": ("What you write in the form, if you do not send it", "after you stop"),
    "draft_absolute": ("What you write in the form, in any case", "after you start"),
    "closed_case": ("What you sent us", "after the team has finished and closed your request"),
    "tombstone": ("When you asked, how urgent it was and how it ended", "after what you sent is deleted"),
    "record": (
        "The record of who on the team read it and what they did",
        "after it was written, and not before what you sent is deleted",
    ),
    "outcome_link": ("The link that tells a professional how it ended", "after it was sent"),
    "feedback": ("What you tell us about this site", "after the day you told us"),
    "report": ("What you tell us is wrong with a page", "after an editor has put it right"),
}
FOR_GOOD = (
    "After that we keep a number, the team and the year, and a code made from what you sent. Nobody can "
    "read your words from it. It stops an old copy of our data from bringing your request back."
)
COPIES = "Safety copies of our data can hold it for some time longer, still locked."
NOT_YET = "If nobody has read what you sent, we never delete it, however old it is."


def lines() -> list[tuple[str, str]]:
    """What, and until when: ("What you sent us", "1 year after the team …")."""
    return [(what, f"{in_words(settings.RETENTION[name])} {after}") for name, (what, after) in WHAT.items()]
