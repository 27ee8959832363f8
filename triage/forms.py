"""The desk's forms: what a decision asks. Times and choices; nowhere to write about a person."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from selfreferral import outcomes
from triage import codes, handing_on, reading
from triage import outcomes as telling_outcomes
from triage.acts import Act
from triage.models import Case, Outcome

SLACK = timedelta(minutes=5)  # between their clock and ours
TOO_EARLY = "This is before the request was sent. Please check the day."
AHEAD = "This lies ahead. Please put when it was."
NO_LEAD = "(only a lead may open this one, and this team has none who can sign in)"
# How a case ends that nobody closes by this form: its own decision says so.
NOT_HERE = {Outcome.WITHDRAWN}


class DecisionForm(forms.Form):
    """Asks nothing. `act` says who decides about which case, and when."""

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.act = act


def one_of(label: str, choices: list[tuple[str, str]], missing: str, **options: Any) -> forms.ChoiceField:
    messages = {"required": missing, "invalid_choice": missing}
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages, **options
    )


class WhenForm(DecisionForm):
    """A moment, by the clock on the wall: not ahead, and not before the request came."""

    when = forms.DateTimeField(
        label="When?",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={
            "required": "Put the day and the time.",
            "invalid": "Put the day and the time, like 22/11/2026 14:05.",
        },
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, act=act, **kwargs)
        self.initial.setdefault("when", act.now)

    def clean_when(self) -> datetime:
        when = self.cleaned_data["when"]
        if when > self.act.now + SLACK:
            raise forms.ValidationError(AHEAD)
        if when < self.act.case.sent_at - SLACK:
            raise forms.ValidationError(TOO_EARLY)
        return when


class DayForm(DecisionForm):
    """The same for a day."""

    day = forms.DateField(
        label="On which day?",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Put the day.", "invalid": "Put the day, like 22/11/2026."},
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, act=act, **kwargs)
        self.initial.setdefault("day", timezone.localdate(act.now))

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if day > timezone.localdate(self.act.now):
            raise forms.ValidationError(AHEAD)
        if day < timezone.localdate(self.act.case.sent_at):
            raise forms.ValidationError(TOO_EARLY)
        return day


class TriedForm(WhenForm):
    way = one_of("How did you try?", codes.Way.choices, "Choose how you tried.")
    result = one_of(
        "What came of it?",
        codes.Result.choices,
        "Choose what came of it.",
        help_text="If you spoke with them, choose “I am in contact with them” instead.",
    )


class ReachedForm(WhenForm):
    pass


class ReferForm(DayForm):
    agency = one_of("To whom?", codes.Agency.choices, "Choose to whom.")
    field_order = ["agency", "day"]


class WithdrawnForm(DayForm):
    """Closes the request, so it has a page of its own that says so."""


class CloseForm(DecisionForm):
    outcome = one_of(
        "How did it end?",
        [(code, label) for code, label in Outcome.choices if code not in NOT_HERE],
        "Choose how it ended.",
    )


class HandOnForm(DecisionForm):
    queue = one_of("To which team?", [], "Choose the team.")
    reason = one_of(
        "Why? It goes to that team because …", codes.Reason.choices, "Choose why it goes to that team."
    )
    urgent = forms.BooleanField(label="It is urgent from now on", required=False)

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, act=act, **kwargs)
        without_lead = handing_on.unread_at(act.case)
        teams = [
            (queue.slug, f"{queue.name} {NO_LEAD}" if queue.slug in without_lead else queue.name)
            for queue in handing_on.destinations(act.case)
        ]
        self.fields["queue"].choices = teams  # type: ignore[attr-defined]
        if act.case.urgency == Case.Urgency.URGENT:
            del self.fields["urgent"]  # it stays so: handing on never lowers it


class OutcomeForm(DecisionForm):
    """To the professional of the letter, and to nobody else."""

    outcome = one_of("What may they know?", list(outcomes.OUTCOMES.items()), "Choose what they may know.")
    address = forms.EmailField(
        label="Their secure email address",
        help_text="As it stands in the letter. Mend it if it is written wrongly.",
        error_messages={
            "required": "Put the professional’s email address.",
            "invalid": "This is no whole email address.",
        },
    )
    safe = forms.BooleanField(
        label="It is safe for the person if this is known there",
        error_messages={"required": "Tick this only if it is safe. If you are not sure, tell nobody."},
    )

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        super().__init__(*args, act=act, **kwargs)
        try:
            self.letter = reading.unseal(act.case)
        except reading.Unreadable:
            self.letter = reading.Letter((), (), ())  # the decision is refused with its reason
        self.initial.setdefault("address", self.letter.outcome_email)

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if address.casefold() in telling_outcomes.addresses_of_the_person(self.letter):
            raise forms.ValidationError(
                "This is an address of the person’s. The outcome goes to the professional and to nobody else."
            )
        return address
