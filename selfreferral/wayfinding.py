"""Where somebody is in the form, and whether their window still shows what is kept.

formtools asks for the steps, their forms and what to keep; the answers are read as plain values
out of the draft, and no form is validated to find the way.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from formtools.wizard.views import WizardView

from selfreferral import drafts, flow
from selfreferral.fields import ONE_LETTER, Questions
from selfreferral.questions import BY_SLUG, STEPS, Answers, Step
from selfreferral.screens import TITLE
from services_directory.opening import LONDON, clock
from services_directory.views import SeeOther

MOST_LETTERS = 20_000  # of one answer that is too long: enough to shorten it, not to fill a disk
MOST_VALUES = 50
SOON_OVER = timedelta(minutes=20)
MORE = "more"  # the page from which everything optional is reached


class Wayfinding(WizardView):
    """The reading half of the form. Needs `opened`, the live draft of the request."""

    storage_name = "selfreferral.drafts.DraftStorage"
    form_list = [(step.slug, step.form) for step in STEPS]
    opened: drafts.Opened
    now: datetime
    read_from: dict[str, flow.Raw] | None = None
    posted: dict[str, Questions]

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return "a"

    def answers(self) -> Answers:
        """Plain answers, read once for as long as the same is kept."""
        if self.read_from != self.opened.kept:
            self.read_from = dict(self.opened.kept)
            known = ((BY_SLUG[slug], raw) for slug, raw in self.opened.kept.items() if slug in BY_SLUG)
            self.read = {step.slug: flow.plain(step, raw) for step, raw in known}
            self.seen = flow.visible(self.read)
            self.seen_slugs = frozenset(step.slug for step in self.seen)
        return self.read

    def visible(self) -> list[Step]:
        self.answers()
        return self.seen

    def slugs(self) -> frozenset[str]:
        self.answers()
        return self.seen_slugs

    def current(self) -> str:
        """The step to show: where the person is, unless that step is not there any more."""
        slug = self.opened.place.get("step", "")
        return slug if slug in self.slugs() else self.first_open()

    def first_open(self) -> str:
        """The first step that nobody answered yet, or whose newer words are not valid; else the last."""
        steps = self.visible()
        kept, typed = self.opened.kept, self.opened.typed
        is_open = (
            step.slug for step in steps if step.slug in typed or (step.slug not in kept and not step.optional)
        )
        return next(is_open, steps[-1].slug)

    def before(self, step: Step) -> str:
        """Back from what nobody has to tell is the page that leads to it."""
        steps = self.visible()
        if step.optional and step.slug != MORE:
            return MORE
        earlier = [one.slug for one in steps[: steps.index(step)] if not one.optional]
        return earlier[-1] if earlier else step.slug

    def after(self, step: Step) -> str:
        """The next step that is on everybody's way."""
        steps = self.visible()
        later = [one.slug for one in steps[steps.index(step) + 1 :] if not one.optional]
        return later[0] if later else step.slug

    def has_more(self) -> bool:
        return MORE in self.slugs()

    def asked_for(self, do: str) -> str:
        slug = do.removeprefix("change:")
        if slug not in self.slugs():
            return self.current()
        self.opened.place["checking"] = True
        return slug

    def get_form_list(self) -> dict[str, type[Questions]]:
        """formtools asks every step in its list to be valid: what nobody has to tell is on the list
        once it was told, or while it is looked at."""
        here = {*self.opened.kept, self.storage.current_step}
        found = {step.slug: step.form for step in self.visible() if not step.optional or step.slug in here}
        self._resolved_form_list, self._cache_signature = found, ()  # formtools deletes both after each step
        return found

    def go_to(self, slug: str) -> HttpResponseBase:
        self.storage.current_step = slug
        return SeeOther(here())

    def get_form(self, step: str | None = None, data: Any = None, files: Any = None) -> Questions:
        """formtools hands over the whole post, twice; a form sees its own questions, once, and no file."""
        if data is None or data is not self.request.POST:
            return super().get_form(step, data)
        slug = step or self.steps.current
        if slug not in self.posted:
            self.posted[slug] = super().get_form(slug, self.data(typed_of(BY_SLUG[slug], data)))
        return self.posted[slug]

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {"answers": self.answers(), "auto_id": ONE_LETTER}

    @staticmethod
    def data(raw: flow.Raw | None) -> QueryDict | None:
        if raw is None:
            return None
        data = QueryDict(mutable=True)
        for name, values in raw.items():
            data.setlist(name, values)
        return data

    def frame(self) -> dict[str, Any]:
        """What every page of the form needs."""
        slugs = [step.slug for step in self.visible() if not step.optional and step.slug != "before"]
        current = self.current()
        return {
            "title": TITLE,
            "here": here(),
            "journey": self.opened.draft.journey,
            "current_step": current,
            "digest": self.digest(current),
            "notice": self.opened.place.get("notice", ""),
            "number": slugs.index(current) + 1 if current in slugs else 0,
            "total": len(slugs),
            "has_more": self.has_more(),
            "waiting": list(self.opened.typed),
            "time": self.time(),
        }

    def time(self) -> dict[str, Any]:
        """Seconds that the draft lives: if nothing more is heard, and in any case. `closes` is set
        when the longest life is nearly over."""
        idle, whole = drafts.time_left(self.opened.draft, now=self.now)
        closes = on_the_wall(self.now + whole) if whole < SOON_OVER else ""
        return {"idle": int(idle.total_seconds()), "whole": int(whole.total_seconds()), "closes": closes}

    def is_stale(self, step: Step, form: Questions) -> bool:
        """Written over something else than what this tab showed, by another tab of this journey."""
        if self.request.POST.get("digest") == self.digest(step.slug):
            return False
        kept = self.opened.kept.get(step.slug)
        same = kept is not None and form.is_valid() and self.process_step(form) == kept
        return not same or step.slug == "check"

    def digest(self, slug: str) -> str:
        """Of what the form was filled from; of everything for the page that sends."""
        kept = self.opened.kept
        if slug == "check":
            return self.opened.cipher.digest({key: kept[key] for key in kept if key != slug})
        return self.opened.cipher.digest(kept.get(slug))

    def process_step_files(self, form: Any) -> None:
        """There are none to ask for, so none are taken."""

    def process_step(self, form: Any) -> flow.Raw:
        """What is kept: the cleaned answers of the declared questions, and nothing else posted."""
        cleaned = ((form.add_prefix(name), form.cleaned_data.get(name, "")) for name in form.fields)
        return {name: list(said) if isinstance(said, list) else [said] for name, said in cleaned if said}


@cache
def here() -> str:
    """The one address of the form."""
    return reverse("ask_now")


def on_the_wall(moment: datetime) -> str:
    """The time of day as people say it: 3:25pm."""
    local = moment.astimezone(LONDON)
    return clock(local.hour * 60 + local.minute)


def typed_of(step: Step, posted: QueryDict) -> flow.Raw:
    """What was posted for the declared questions of a step, as far as there is anything."""
    typed = {}
    for name in step.form.base_fields:
        key = f"{step.slug}-{name}"
        values = [value[:MOST_LETTERS] for value in posted.getlist(key)[:MOST_VALUES] if value]
        if values:
            typed[key] = values
    return typed
