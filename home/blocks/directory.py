"""Blocks that show the directory as it is at this moment: never a copied name or number."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from services_directory.listing import chosen_services, list_services
from services_directory.models import Service, TaxonomyTerm

MOST_CHOSEN = 6


def terms_of(taxonomy: str) -> Callable[[], list[tuple[str, Any]]]:
    """Choices of one taxonomy by key. A chooser would fetch the term again on every visit."""

    def choices() -> list[tuple[str, Any]]:
        terms = TaxonomyTerm.objects.filter(taxonomy__slug=taxonomy)
        return [("", _("Any")), *((str(term.pk), term.name) for term in terms)]

    return choices


class TermBlock(blocks.ChoiceBlock):
    """A choice that was checked when it was saved: reading it asks the database for nothing."""

    def to_python(self, value: Any) -> Any:
        return value


class ServiceListBlock(blocks.StructBlock):
    """Services from the directory, chosen by term; never typed by hand."""

    heading = blocks.CharBlock(max_length=100)
    audience = TermBlock(choices=terms_of("audience"), required=False, label=_("For whom"))
    help_type = TermBlock(choices=terms_of("help"), required=False, label=_("Kind of help"))
    referrer = TermBlock(choices=terms_of("referrer"), required=False, label=_("For which professionals"))

    class Meta:
        icon = "list-ul"
        label = _("Services from the directory")
        description = _(
            "A list that fills itself: everything in the directory for a group or a kind of help."
        )
        template = "home/blocks/service_list.html"
        preview_value = {"heading": "Who can help", "audience": "", "help_type": "", "referrer": ""}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        chosen = [value[name] for name in ("audience", "help_type", "referrer") if value[name]]
        terms = [TaxonomyTerm(pk=int(key)) for key in chosen]  # the vocabulary in memory knows the rest
        request = (parent_context or {}).get("request")
        generation = getattr(request, "generation", None)
        found = list_services(terms, now=timezone.now(), generation=generation, request=request)
        context.update(found)
        remember_changes(request, (card["changes_at"] for card in context["cards"]))
        return context


class ChosenServicesBlock(blocks.StructBlock):
    """Services that an editor picks; their cards are the directory's own."""

    heading = blocks.CharBlock(max_length=100, required=False)
    services = blocks.ListBlock(SnippetChooserBlock(Service), min_num=1, max_num=MOST_CHOSEN)

    class Meta:
        icon = "pick"
        label = _("Services that you pick")
        description = _(
            "Up to six services, as the directory has them now. One that is hidden there is left out here."
        )
        template = "home/blocks/services.html"

    def get_preview_value(self) -> Any:
        return self.normalize(
            {"heading": "Who can help", "services": list(Service.objects.filter(live=True)[:1])}
        )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        keys = [service.pk for service in value["services"] if service]
        context["cards"] = chosen_services(keys, now=timezone.now())
        request = (parent_context or {}).get("request")
        remember_changes(request, (card["changes_at"] for card in context["cards"]))
        return context


class NumbersBlock(blocks.StructBlock):
    """The helplines, from the directory."""

    heading = blocks.CharBlock(max_length=100, default="Numbers to ring")

    class Meta:
        icon = "mobile-alt"
        label = _("Helplines")
        description = _("Every helpline of the site with its number, from the directory.")
        template = "home/blocks/numbers.html"
        preview_value = {"heading": "Numbers to ring"}


def remember_changes(request: Any, moments: Iterable[datetime | None]) -> None:
    """The moments at which the page says something else, for home.models.PublicPage.serve."""
    known = getattr(request, "card_changes", None)
    if known is not None:
        known += filter(None, moments)
