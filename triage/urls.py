"""The desk's addresses, all below /desk/; portal/sign_in/ has those of the door.

What is none of them answers like a case that is not there.
"""

from django.urls import path, re_path

from triage import decisions, printing, views

REFERENCE = r"(?P<reference>[A-Z0-9-]{3,20})"
SLUGS = "|".join(decisions.BY_SLUG)

urlpatterns = [
    path("", views.case_list, name="desk"),
    re_path(rf"^{REFERENCE}/$", views.case_page, name="desk_case"),
    re_path(rf"^{REFERENCE}/print/$", printing.page, name="desk_print"),
    re_path(rf"^{REFERENCE}/(?P<slug>{SLUGS})/$", views.decide, name="desk_decide"),
    path("<path:rest>", views.nowhere),
]
