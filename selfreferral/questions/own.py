"""Questions for somebody who is worried about how they behave. Nobody else is asked about or looked up."""

from django.utils.translation import gettext_noop as _

from selfreferral.fields import Questions, one_of, some_of, words


class SafeOwnForm(Questions):
    """The codes are those of the other forms: "no" is "not safe", which here is the answer "Yes"."""

    now = one_of(
        _("Is anybody in danger because of you right now?"),
        [("no", _("Yes")), ("not-sure", _("I am not sure")), ("yes", _("No"))],
        why=_("If somebody is, you can get help this minute."),
    )


class WorryForm(Questions):
    words = words(
        _("What worries you about how you behave?"),
        hint=_("A few words are enough. You can also leave it for when you talk."),
        most=2000,
        kind="lines",
    )
    children = one_of(
        _("Do children live with you, or see what happens?"),
        [("yes", _("Yes")), ("no", _("No")), ("unsaid", _("I would rather not say"))],
        why=_("Children can be harmed by what they see and hear. They can get help, too."),
    )
    help = some_of(
        _("What would help you?"),
        [
            ("programme", _("A programme for people who want to change")),
            ("talk", _("Somebody to talk to")),
            ("substances", _("Help with alcohol or drugs")),
            ("mind", _("Help with how I feel")),
            ("unsure", _("I do not know yet")),
        ],
    )


class AgreeOwnForm(Questions):
    share = some_of(
        _("Who else may we tell, if it would help you?"),
        [
            ("services", _("Services that can help me, such as for alcohol or drugs")),
            ("health", _("My GP or another health worker")),
            ("social", _("Social workers")),
        ],
        hint=_("Tick any, or none. They ask you again before they tell anybody."),
        why=_("It is yours to decide, apart from what stands above."),
    )
