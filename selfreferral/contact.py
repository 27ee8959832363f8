"""How somebody can be reached, and what keeps that safe. The one step with something compulsory."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_noop as _

from selfreferral.fields import Questions, one_of, some_of, words

CHANNELS = [
    ("phone", _("A phone call")),
    ("text", _("A text message")),
    ("email", _("Email")),
    ("someone", _("Through someone else")),
    ("ring_us", _("I will call you")),
]
THEIR_CHANNELS = [*CHANNELS[:4], ("me", _("Through me")), ("ring_us", _("They will call you"))]
# The question that a channel cannot do without, and what is said when it is empty.
NEEDED = {
    "phone": ("phone_number", _("Write the number to call, or take the tick from “A phone call”.")),
    "text": ("text_number", _("Write the number to text, or take the tick from “A text message”.")),
    "email": ("email_address", _("Write the email address, or take the tick from “Email”.")),
    "someone": (
        "someone_number",
        _("Write how to reach them, or take the tick from “Through someone else”."),
    ),
}
THROUGH_ME = ("me_reach", _("Write how to reach you, or take the tick from “Through me”."))
FEWEST_DIGITS = 5
SAY = [
    ("yes", _("Yes")),
    ("no", _("No, never say it")),
    ("unsure", _("I am not sure")),
]


def safe(label: str) -> forms.ChoiceField:
    return one_of(
        label,
        [
            ("yes", _("Yes, at any time")),
            ("some", _("Only at some times")),
            ("shared", _("Somebody else uses it or looks at it")),
            ("unsure", _("I am not sure")),
        ],
    )


def times(safe: str, never: str) -> tuple[forms.CharField, forms.CharField]:
    return words(safe, hint=_("For example weekdays, 10am to 2pm.")), words(never)


class ContactForm(Questions):
    """How to reach whoever is asking."""

    none_ticked = _("Tick at least one way. “I will call you” is one too.")
    ways = some_of(
        _("Which ways are safe for you?"),
        CHANNELS,
        hint=_("One is enough. We never write or ring in any way that you do not tick."),
    )
    phone_number = words(_("The number to call"), most=60, kind="tel")
    phone_safe = safe(_("Is it safe to call this number?"))
    phone_when, phone_never = times(
        _("Days and times that are safe to call"), _("Days and times never to call")
    )
    phone_voicemail = one_of(
        _("May we leave a voicemail?"),
        [
            ("yes", _("Yes, it is safe")),
            ("no", _("No, never leave a message")),
            ("unsure", _("I am not sure")),
        ],
        hint=_("If you are not sure, we leave none."),
    )
    phone_say_who = one_of(_("May we say who we are, when you answer?"), SAY)
    phone_cover = words(
        _("If someone else answers, what do we say?"), hint=_("We can just put the phone down.")
    )
    phone_withhold = one_of(
        _("Should our number be hidden when we call?"),
        [("yes", _("Yes, hide it")), ("no", _("No, show it")), ("unsure", _("I am not sure"))],
    )
    text_number = words(_("The number to text"), most=60, kind="tel")
    text_safe = safe(_("Is it safe to text this number?"))
    text_when, text_never = times(
        _("Days and times that are safe to text"), _("Days and times never to text")
    )
    text_say_who = one_of(_("May a text say who we are?"), SAY)
    email_address = words(_("The email address"), most=254, kind="email")
    email_safe = safe(_("Is it safe to write to this address?"))
    email_when, email_never = times(
        _("Days and times that are safe to write"), _("Days and times never to write")
    )
    email_say_who = one_of(_("May an email say who we are?"), SAY)
    someone_name = words(
        _("Their name, and how you know them"), hint=_("Choose only somebody you trust with this.")
    )
    someone_number = words(_("How to reach them"), hint=_("A phone number or an email address."))
    someone_safe = one_of(
        _("Is it safe to ask them?"),
        [("yes", _("Yes")), ("some", _("Only at some times")), ("unsure", _("I am not sure"))],
    )
    someone_when, someone_never = times(
        _("Days and times that are safe to contact them"), _("Days and times never to contact them")
    )
    someone_say = words(_("What may we say to them?"), hint=_("They may not know what is happening."))
    code_word = words(
        _("A code word, if you want one"),
        hint=_("We say it first, so that you know it is us. Or you say it, and we stop."),
        most=60,
    )
    safe_people = words(_("Who is it safe for us to speak to?"))
    not_know = words(_("Who must not know?"))
    no_answer = one_of(
        _("If we cannot reach you, what should we do?"),
        [
            ("again", _("Try again at the times I gave")),
            ("other", _("Try another way that I ticked")),
            ("wait", _("Stop, and wait for me to call")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        """At least one way; a ticked way has its number; what belongs to no ticked way is dropped."""
        given = super().clean() or {}
        ways = given.get("ways", [])
        if not ways and "ways" not in self.errors and self.is_needed():
            self.add_error("ways", self.none_ticked)
        needed = self.needed()
        for way in self.offered():
            if way not in ways:
                for field in self.fields_of(way):
                    given[field] = ""
                    self.errors.pop(field, None)
            elif way in needed:
                name, message = needed[way]
                if name not in self.errors and not usable(way, given.get(name, "")):
                    self.add_error(name, message)
        return given

    def is_needed(self) -> bool:
        """Whether nothing can be sent without a way."""
        return True

    def needed(self) -> dict[str, tuple[str, str]]:
        return NEEDED

    def offered(self) -> list[str]:
        return [str(option.data["value"]) for option in self["ways"]]

    def channels(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Each tick with the questions that it opens."""
        for option, way in zip(self["ways"], self.offered(), strict=True):
            yield option, [self[name] for name in self.fields_of(way)]

    def others(self) -> list[forms.BoundField]:
        owned = {"ways"}.union(*(self.fields_of(way) for way in self.offered()))
        return [self[name] for name in self.fields if name not in owned]

    @classmethod
    def fields_of(cls, way: str) -> list[str]:
        """The questions that belong to a channel, by name."""
        return [name for name in cls.base_fields if name.startswith(f"{way}_")]


class TheirContactForm(ContactForm):
    """How to reach the person whom somebody else asks for: the same questions, with other words.

    A professional must give a way; whoever is worried about somebody has given their own before.
    """

    none_ticked = _("Tick at least one way. “Through me” and “They will call you” are ways too.")
    ways = some_of(
        _("Which ways are safe for them?"),
        THEIR_CHANNELS,
        hint=_("Tick only what is safe for them. We use only what you tick."),
    )
    phone_say_who = one_of(_("May we say who we are, when they answer?"), SAY)
    someone_name = words(
        _("That person’s name, and how they know each other"), hint=_("Choose only somebody whom they trust.")
    )
    someone_number = words(_("How to reach that person"), hint=_("A phone number or an email address."))
    someone_say = words(_("What may we say to that person?"), hint=_("They may not know what is happening."))
    me_reach = words(
        _("Your number or email address for this"),
        hint=_("Leave it empty to use what you gave before."),
        most=254,
    )
    code_word = words(
        _("A code word, if they have one"),
        hint=_("We say it first, so that they know it is us. Or they say it, and we stop."),
        most=60,
    )
    no_answer = one_of(
        _("If we cannot reach them, what should we do?"),
        [
            ("again", _("Try again at the times I gave")),
            ("other", _("Try another way that I ticked")),
            ("wait", _("Stop, and tell me")),
        ],
    )

    def is_needed(self) -> bool:
        return self.answers.get("who", {}).get("who") != "someone"

    def needed(self) -> dict[str, tuple[str, str]]:
        """“Through me” needs a way to whoever asks, unless there is one already."""
        known = any(self.answers.get("prof", {}).get(field) for field in ("email", "phone"))
        return NEEDED if known or not self.is_needed() else {**NEEDED, "me": THROUGH_ME}


def usable(way: str, text: str) -> bool:
    """Whether anybody could be reached with it. Every way to write a number is taken."""
    if way == "email":
        name, at, host = text.strip().rpartition("@")
        return bool(name and at and host) and " " not in text.strip()
    if way in ("someone", "me"):
        return bool(text.strip())
    return sum(letter.isdigit() for letter in text) >= FEWEST_DIGITS
