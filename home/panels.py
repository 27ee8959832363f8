"""Panels of a page's form that are ours."""

from typing import Any

from wagtail.admin.panels import Panel


class HintsPanel(Panel):
    """Hints about the page as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "home/editing/hints_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            from home import reading  # it reads the models, which name this panel
            from home.models import Wording

            context = super().get_context_data(parent_context)
            context["hints"] = reading.hints(self.instance, wordings=Wording.objects.all())
            context["wanted_age"] = reading.WANTED_AGE
            return context
