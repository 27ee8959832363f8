"""What a child writes, where the operator lets children ask, beside a name and a safe way to reach them."""

from selfreferral.fields import MOST_WORDS, Questions, words


class ChildHappeningForm(Questions):
    words = words(
        "What is happening?",
        hint="Write what you like, in your own words. You can leave it empty.",
        why="So that the person who helps you knows what to ask.",
        kind="lines",
        most=MOST_WORDS,
    )
