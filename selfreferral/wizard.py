"""The form: one view, one address for every step, driven by formtools over encrypted drafts.

Only POST changes anything, and every POST is answered by 303: what was typed is never in an
answer that a browser keeps. What could not be taken waits in the draft and is shown by GET.
"""

from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from selfreferral import counting, drafts, envelope, expiry, flow, limits
from selfreferral.fields import Questions
from selfreferral.questions import BY_SLUG, Step
from selfreferral.screens import screen
from selfreferral.sending import Sending
from selfreferral.wayfinding import MORE, here, typed_of
from services_directory.freshness import noting
from services_directory.models import Generation
from services_directory.views import SeeOther

# What was typed and is shown again without a word on whether it fits.
UNCHECKED = ("expired", "stale", "stay", "waited")
HERE = ("", "same-origin")  # Sec-Fetch-Site; older browsers send none


class Wizard(Sending):
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now, self.posted = timezone.now(), {}
        return self.take_post(request) if request.method == "POST" else self.answer(request)

    @method_decorator(limits.counted("steps", "journey"))
    def take_post(self, request: HttpRequest) -> HttpResponseBase:
        """One transaction, which holds the draft's row from the first read on."""
        self.happened: list[counting.Happened] = []
        with transaction.atomic():
            response = self.answer(request)
            counting.add(self.happened, now=self.now)
            if transaction.get_rollback():
                # It would end here without a word, and the answer would say what is not so.
                raise DatabaseError("The transaction was lost.")
            return response

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        found = drafts.find(request, now=self.now)
        if found.opened is None:
            return expiry.without_draft(request, found, self.get_prefix(request), now=self.now)
        self.opened = request.opened = found.opened  # type: ignore[attr-defined]
        return super().dispatch(request)

    # --- showing ----------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The current step. Never resets, never sends, writes nothing, and is never kept; what stands on it
        for everybody is taken from other pages (`noting`)."""
        with noting():
            return self.show(request)

    def show(self, request: HttpRequest) -> HttpResponseBase:
        # One query serves the site's words and the form's: nobody else asks for it on these pages.
        self.request.generation = Generation.current()  # type: ignore[attr-defined]
        place = self.opened.place
        if place.get("pause") or request.headers.get("Sec-Fetch-Site", "") not in HERE:
            return render(request, "selfreferral/pause.html", self.frame())
        if place.get("aside"):
            return render(request, "selfreferral/aside.html", {**self.frame(), "items": place["aside"]})
        self.storage.current_step = self.current()
        slug = self.storage.current_step
        typed = self.opened.typed.get(slug)
        form = self.get_form(data=self.data(typed if typed is not None else self.opened.kept.get(slug)))
        if typed is not None and place.get("notice") in UNCHECKED:
            form.without_errors()  # it was not checked yet, only kept
        return self.render(form)

    def render(self, form: Any = None, **kwargs: Any) -> HttpResponseBase:
        """While a POST is answered, formtools' "show this" means "go and fetch this"."""
        if self.request.method == "POST":
            return SeeOther(here())
        step = BY_SLUG[self.steps.current]
        context = {**self.frame(), **screen(step, form, self.answers(), self.visible())}
        return render(self.request, step.template, context)

    # --- taking -----------------------------------------------------------------
    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = self.act()
        if not self.opened.ended:
            self.happened += counting.reached(
                self.opened.place, self.storage.current_step or "", self.answers()
            )
        return response

    def act(self) -> HttpResponseBase:
        posted = self.request.POST
        if posted.get("journey") != str(self.opened.draft.journey):
            return self.put_aside(posted)
        do = posted.get("do", "next")
        for said in ("aside", "pause", *(["notice"] if do != "stay" else [])):
            self.opened.place.pop(said, None)
        if posted.get(limits.HONEYPOT):
            self.opened.place["filled"] = True
        step = BY_SLUG.get(posted.get(f"{self.prefix}-current_step", ""))
        if step is None or step not in self.visible() or "wizard_goto_step" in posted:
            return self.go_to(self.current())
        self.storage.current_step = step.slug
        if do in ("look", "keep"):
            if do == "keep":
                self.opened.typed.pop(step.slug, None)
            return self.go_to(step.slug)
        if do == "forget":
            return self.forget()
        return self.take(step, do)

    def take(self, step: Step, do: str) -> HttpResponseBase:
        """One step's answers, and where to go from it."""
        typed = typed_of(step, self.request.POST)
        form = self.get_form(step.slug, data=self.request.POST)
        if self.is_stale(step, form):
            if step.asks:
                self.opened.typed[step.slug] = typed
            self.opened.place["notice"] = "stale" if step.asks else "changed"
            return self.go_to(step.slug)
        if do == "stay":
            self.save_unchecked(step, typed)
            self.opened.place.setdefault("notice", "stay")
            return self.go_to(step.slug)
        if limits.is_over(self.request) and (step.slug, do) != ("check", "next"):
            self.save_unchecked(step, typed)
            self.opened.place["notice"] = "waited"
            self.go_to(step.slug)
            return SeeOther(reverse("ask_wait"))
        if do == "back" or do.startswith("change:"):
            self.save_typed(step, form, typed)
            self.opened.place["from_more"] = step.slug == MORE
            return self.go_to(self.before(step) if do == "back" else self.asked_for(do))
        if not form.is_valid():
            self.opened.typed[step.slug] = typed
            return self.go_to(step.slug)
        self.opened.typed.pop(step.slug, None)
        if step.is_end(self.answers()):
            return self.go_to(step.slug)
        if step.slug == "check" and do == "more":
            self.opened.place["checking"] = True
            return self.go_to(MORE if self.has_more() else "check")
        if step.slug == "check" and self.first_open() != "check":
            # Something is not answered, or was changed and is not valid yet: never send the older words.
            self.opened.place["checking"] = True
            return self.go_to(self.first_open())
        return super().post()

    def save_typed(self, step: Step, form: Questions, typed: flow.Raw) -> None:
        """Going back keeps what was typed, valid or not."""
        if form.is_valid():
            self.opened.typed.pop(step.slug, None)
            if step.asks:
                self.storage.set_step_data(step.slug, self.process_step(form))
        elif typed:
            self.opened.typed[step.slug] = typed

    def save_unchecked(self, step: Step, typed: flow.Raw) -> None:
        """Keeps what stands there so far, without a word about it. What is kept already stays as it is."""
        if typed == self.opened.kept.get(step.slug, {}):
            self.opened.typed.pop(step.slug, None)
        elif step.asks:
            self.opened.typed[step.slug] = typed

    def render_next_step(self, form: Any, **kwargs: Any) -> HttpResponseBase:
        """The next step; for somebody who came from the check page, what is open, then back there."""
        if self.has_more() and (self.request.POST.get("do") == "more" or self.comes_from_more()):
            return self.go_to(MORE)
        following = self.after(BY_SLUG[self.steps.current])
        if following in self.opened.place.pop("chosen", ()):  # on the page that led here (ways_in.py)
            following = self.after(BY_SLUG[following])
        skip = self.opened.place.get("checking") or following == "check"
        return self.go_to(self.first_open() if skip else following)

    def comes_from_more(self) -> bool:
        """Whether this was a page that was chosen on "Tell us more", where the others wait."""
        slug = self.steps.current
        return BY_SLUG[slug].optional and slug != MORE and bool(self.opened.place.get("from_more"))

    def put_aside(self, posted: QueryDict) -> HttpResponseBase:
        """A tab of another journey: what it holds is shown once, and goes into no answer."""
        step = BY_SLUG.get(posted.get(f"{self.prefix}-current_step", ""))
        typed = typed_of(step, posted) if step else {}
        if step and typed:
            given = flow.plain(step, typed)
            self.opened.place["aside"] = list(envelope.items(step, given))
        else:
            self.opened.place["pause"] = True
        return SeeOther(here())
