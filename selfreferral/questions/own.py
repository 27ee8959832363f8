"""Questions for somebody who is worried about how they behave. Nobody else is asked about or looked up."""

from selfreferral.fields import Questions, one_of, some_of, words


class SafeOwnForm(Questions):
    """The codes are those of the other forms: "no" is "not safe", which here is the answer "Yes"."""

    now = one_of(
        "Is anybody in danger because of you right now?",
        [("no", "Yes"), ("not-sure", "I am not sure"), ("yes", "No")],
        why="If somebody is, you can get help this minute.",
    )


class WorryForm(Questions):
    words = words(
        "What worries you about how you behave?",
        hint="A few words are enough. You can also leave it for when you talk.",
        most=2000,
        kind="lines",
    )
    children = one_of(
        "Do children live with you, or see what happens?",
        [("yes", "Yes"), ("no", "No"), ("unsaid", "I would rather not say")],
        why="Children can be harmed by what they see and hear. They can get help, too.",
    )
    help = some_of(
        "What would help you?",
        [
            ("programme", "A programme for people who want to change"),
            ("talk", "Somebody to talk to"),
            ("substances", "Help with alcohol or drugs"),
            ("mind", "Help with how I feel"),
            ("unsure", "I do not know yet"),
        ],
    )


class AgreeOwnForm(Questions):
    share = some_of(
        "Who else may we tell, if it would help you?",
        [
            ("services", "Services that can help me, such as for alcohol or drugs"),
            ("health", "My GP or another health worker"),
            ("social", "Social workers"),
        ],
        hint="Tick any, or none. They ask you again before they tell anybody.",
        why="It is yours to decide, apart from what stands above.",
    )
