"""What goes on paper: the letter, without the numbers and addresses of anybody unless they were asked for.

The rules stay: whoever finds the paper learns no number, and whoever works with it knows what is
safe. Free text may still hold an address that no rule recognises; the page says so.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from triage import access, events, listing, paper, reading, views
from triage.models import CaseEvent
from triage.signing_in import at_the_desk, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter as it goes on paper. With numbers and addresses only by POST, and on the record first.

    What cannot be read here is explained where the case is.
    """
    if views.is_guess(request):
        return HttpResponse(status=425)
    if request.method == "HEAD":
        return HttpResponse()
    now, with_contact = timezone.now(), request.method == "POST"
    try:
        case = access.case_for(request.user, reference, now=now)
        letter = reading.read(case, user=request.user, now=now)
    except access.NotHere:
        return views.not_here(request)
    except (reading.MayNotRead, reading.Purged, reading.Unreadable):
        return see_other(reverse("desk_case", args=[reference]))
    if with_contact:
        by = request.user.get_username()
        events.write(CaseEvent.What.PRINTED, now=now, reference=reference, by=by)
    context = {
        "title": f"Request {reference}",
        "row": listing.row(case, now=now, names=listing.queue_names()),
        "letter": letter if with_contact else paper.without_contact(letter),
        "with_contact": with_contact,
        "printed": listing.moment(now, now),
    }
    return render(request, "triage/print.html", context)
