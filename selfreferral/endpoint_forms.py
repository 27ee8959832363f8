"""The manager's form for a receiver elsewhere, made of what its kind declares."""

from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured

from selfreferral import signatures
from selfreferral.models import Endpoint
from selfreferral.transports.elsewhere import Elsewhere, Field

FIELDS = ("url", "public_key", "contact", "hours")
KEPT = "Empty: the one that is kept stays."
AGAIN = "Type this again: nothing was saved, and it is never shown."
CHANGED_MEANWHILE = "Somebody else changed this receiver while you had it open. Look again before you save."


class EndpointForm(forms.ModelForm):
    """`seen` is what stood there when the page was opened. An empty secret leaves the one that is kept,
    and so does each closed field. `made`: a secret that was made because there was none.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    secret = forms.CharField(
        label="Secret of both sides, if the receiver gave you one",
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=f"whsec_… {KEPT} If there is none yet, one is made.",
    )
    made = ""

    class Meta:
        model = Endpoint
        fields = FIELDS
        labels = {
            "public_key": "The receiver’s public key",
            "contact": "Whom to ring there when nothing arrives",
            "hours": "When somebody answers there",
        }
        help_texts = {"contact": "", "hours": ""}

    def __init__(self, *args: Any, kind: Elsewhere, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, address = kind, kind.address
        self.fields["url"].label, self.fields["url"].help_text = address.label, address.help
        for field in kind.fields:
            self.fields[field.name] = as_field(field, kept=bool(self.instance.closed))
            self.initial[field.name] = self.instance.options.get(field.name, "")
        self.order_fields(["seen", "url", *(field.name for field in kind.fields), "public_key", "secret"])

    def full_clean(self) -> None:
        """What a page never shows would be gone without a word when something else is wrong."""
        super().full_clean()
        hidden = [name for name in self.fields if isinstance(self.fields[name].widget, forms.PasswordInput)]
        for name in hidden if self.errors else []:
            if self.data.get(name) and name not in self.errors:
                self.add_error(name, AGAIN)

    def add_error(self, field: str | None, error: Any) -> None:
        """What is said beside a field already is not said there in other words as well."""
        if isinstance(error, forms.ValidationError) and hasattr(error, "error_dict"):
            new = {name: words for name, words in error.error_dict.items() if name not in self.errors}
            if not new:
                return
            error = forms.ValidationError(new)
        super().add_error(field, error)

    def clean_secret(self) -> str:
        secret = self.cleaned_data["secret"]
        try:
            if secret:
                signatures.raw(secret, signatures.SECRET)
        except signatures.BadKey as error:
            raise forms.ValidationError(str(error)) from None
        return secret

    def clean(self) -> dict[str, Any]:
        """What the kind has against it is said by the endpoint itself, beside each field."""
        given = super().clean() or self.cleaned_data
        if self.data.get("seen", "") != self.initial.get("seen", ""):
            raise forms.ValidationError(CHANGED_MEANWHILE)
        self.made = "" if given.get("secret") or self.instance.secret else signatures.new_secret()
        fields = {field: given.get(field.name, "") for field in self.kind.fields}
        self.instance.options = {field.name: value for field, value in fields.items() if not field.closed}
        try:
            self.instance.close(
                {field.name: value for field, value in fields.items() if field.closed and value}
            )
            if secret := given.get("secret") or self.made:
                self.instance.keep(secret)
        except ImproperlyConfigured as error:
            raise forms.ValidationError(str(error)) from None
        return given


def as_field(field: Field, *, kept: bool) -> forms.CharField:
    if not field.closed:
        return forms.CharField(label=field.label, help_text=field.help, max_length=300)
    return forms.CharField(
        label=field.label,
        required=not kept,
        strip=False,
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=f"{field.help} {KEPT if kept else ''}".strip(),
    )
