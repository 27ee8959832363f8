"""What a campaign's edit page shows beside its short address: the code for print, and the figures."""

from typing import Any

from django.utils import timezone
from wagtail.admin.panels import Panel


class FiguresPanel(Panel):
    """Once the campaign is saved with a word: address, QR code in two forms, three figures a week."""

    def __init__(self, heading: str = "For print, and what came of it", **kwargs: Any) -> None:
        super().__init__(heading=heading, **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "home/campaigns/figures_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            from home.campaigns import counting, short_addresses  # they need the page's model
            from home.campaigns.models import Count

            context = super().get_context_data(parent_context)
            word = self.instance.word
            context.update(
                address=short_addresses.printed(word) if word else "",
                whats=Count.What.labels,
                weeks=counting.figures(self.instance, now=timezone.now()),
            )
            return context
