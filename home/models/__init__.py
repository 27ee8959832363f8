"""Words: pages, what a council sets, the alert, the list of words, and what search reads of pages."""

from home.models.alert import Alert
from home.models.pages import ContentPage, GroupIndexPage, GroupPage, HomePage, PublicPage
from home.models.site_settings import SiteSettings
from home.models.wording import Wording

__all__ = [
    "Alert",
    "ContentPage",
    "GroupIndexPage",
    "GroupPage",
    "HomePage",
    "PublicPage",
    "SiteSettings",
    "Wording",
]
