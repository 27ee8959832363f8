"""The forms of a staff door: what a person types to show who they are, or to change how they do."""

import struct
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.sign_in import doors, limits, second_step
from portal.sign_in.doors import What

WRONG_CODE = "That code did not work. Each code works once: please wait for the next one, and type that."
WRONG_PASSKEY = "That passkey did not work here. Please try again, or use another way."
WRONG_PASSPHRASE = "That is not your passphrase. Please try again."
# Whatever the library makes of something that is no passkey's answer.
NONSENSE = (
    ValidationError, TypeError, LookupError, ValueError, AttributeError, ArithmeticError, RecursionError,
    struct.error,
)  # fmt: skip
PLAIN = {"autocapitalize": "none", "spellcheck": "false"}


def wait_words(minutes: int) -> str:
    return f"There were several wrong tries. Please wait {minutes} minutes. Nothing is locked."


def passphrase_field(label: str, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    missing = {"required": "Type the passphrase."}
    return forms.CharField(
        label=label, max_length=200, strip=False, widget=widget, error_messages=missing, **options
    )


def code_field(label: str, help_text: str) -> forms.CharField:
    attrs = {
        **PLAIN,
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "class": "sign-in-code",
    }
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=40,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": "Type the code.", "max_length": WRONG_CODE},
    )


def digits(typed: str) -> str:
    """Apps show 123 456, and people type it so."""
    return "".join(typed.split()).replace("-", "")


class CredentialField(forms.JSONField):
    """What a browser says of a passkey, some two thousand letters. Anybody may send anything here."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, error_messages={"required": WRONG_PASSKEY})

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValidationError, RecursionError) as wrong:
            raise ValidationError(WRONG_PASSKEY) from wrong


class SignInForm(forms.Form):
    """Names and lengths only: whether they fit is for the sign-in to say, in one sentence for all."""

    username = forms.CharField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput(attrs={**PLAIN, "autocomplete": "username webauthn"}),
    )
    password = passphrase_field("Passphrase", "current-password")


class OwnForm(forms.Form):
    """Of one person, who is known already."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.user = user


class PassphraseForm(OwnForm):
    """The person's own passphrase once more."""

    password = passphrase_field("Your passphrase", "current-password")

    def clean_password(self) -> str:
        name = self.user.get_username()
        if minutes := limits.wait(context.request, "passphrase", name):
            raise ValidationError(wait_words(minutes))
        if not self.user.check_password(self.cleaned_data["password"]):
            limits.wait(context.request, "passphrase", name, count=True)
            doors.here().write(What.FAILED, now=timezone.now(), by=name, detail="passphrase")
            raise ValidationError(WRONG_PASSPHRASE)
        return self.cleaned_data["password"]


class CodeForm(OwnForm):
    """A code of the person's app, or one of their recovery codes."""

    reauthenticated = False
    code = code_field("Code", "Six digits from your app, or one of your recovery codes.")

    def clean_code(self) -> str:
        name, code = self.user.get_username(), digits(self.cleaned_data["code"])
        if minutes := limits.wait(context.request, "code", name):
            raise ValidationError(wait_words(minutes))
        authenticator = second_step.take_code(self.user, code)
        if authenticator is None:
            limits.wait(context.request, "code", name, count=True)
            doors.here().write(What.FAILED, now=timezone.now(), by=name, detail="code")
            raise ValidationError(WRONG_CODE)
        self.authenticator = authenticator
        return code

    def save(self) -> None:
        post_authentication(context.request, self.authenticator, reauthenticated=self.reauthenticated)


class CodeAgainForm(CodeForm):
    reauthenticated = True


class SafeAssertion(AuthenticateWebAuthnForm):
    """What a browser's passkey answered. Whatever else is sent here is refused in one sentence."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        sent = self.cleaned_data["credential"]
        try:
            found = super().clean_credential()
            if self.passwordless and not verified(sent):
                raise ValidationError("not verified")
        except NONSENSE as wrong:
            name = self.user.get_username() if self.user else ""
            doors.here().write(What.FAILED, now=timezone.now(), by=name, detail="passkey")
            raise ValidationError(WRONG_PASSKEY) from wrong
        return found


def verified(sent: Any) -> bool:
    """Whether the device asked for a finger, a face or a PIN: a passkey alone is one step without."""
    return webauthn.parse_authentication_response(sent).response.authenticator_data.is_user_verified()


class PasskeyForm(SafeAssertion):
    """As the second step."""


class PasskeyAgainForm(SafeAssertion, ReauthenticateWebAuthnForm):
    """To unlock."""


class PasskeyAloneForm(SafeAssertion, LoginWebAuthnForm):
    """Instead of a passphrase and a code."""


class AddAppForm(ActivateTOTPForm):
    code = code_field("Code", "Six digits that the app shows now.")

    def clean_code(self) -> str:
        self.cleaned_data["code"] = digits(self.cleaned_data["code"])
        try:
            return super().clean_code()
        except ValidationError as wrong:
            raise ValidationError(WRONG_CODE) from wrong


class AddPasskeyForm(AddWebAuthnForm):
    passwordless = None
    name = forms.CharField(
        label="A name for it",
        help_text="So that you know it again, for example: work laptop.",
        max_length=40,
        required=False,
    )
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except NONSENSE as wrong:
            raise ValidationError(WRONG_PASSKEY) from wrong


class NewPassphraseForm(OwnForm):
    new = passphrase_field(
        "New passphrase", "new-password", help_text="At least 12 characters. Four words are easy to remember."
    )
    again = passphrase_field("The same again", "new-password")

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.user)
        return self.cleaned_data["new"]

    def clean(self) -> None:
        new, again = self.cleaned_data.get("new"), self.cleaned_data.get("again")
        if new and again and new != again:
            self.add_error("again", "The two are not the same. Please type it again.")

    def save(self) -> None:
        get_adapter().set_password(self.user, self.cleaned_data["new"])


class ChangePassphraseForm(NewPassphraseForm, PassphraseForm):
    field_order = ["password", "new", "again"]


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="Your work email address",
        widget=forms.EmailInput(attrs={**PLAIN, "autocomplete": "email"}),
        error_messages={
            "required": "Type your email address.",
            "invalid": "Type an email address, like name@example.org.",
        },
    )
