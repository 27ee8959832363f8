"""The end of the form: the letter is sealed and stored, or the answers are deleted."""

from typing import Any

from django.db import DatabaseError, transaction
from django.http.response import HttpResponseBase
from django.urls import reverse

from selfreferral import counting, drafts, flow, limits, outbox
from selfreferral.screens import confirmation
from selfreferral.wayfinding import Wayfinding
from services_directory.views import SeeOther


class Sending(Wayfinding):
    """Needs `happened`, what is to be counted when the answer is ready."""

    happened: list[counting.Happened]

    def render_revalidation_failure(self, step: str, form: Any, **kwargs: Any) -> HttpResponseBase:
        self.opened.place["checking"] = True
        return self.go_to(step)

    def done(self, form_list: Any, form_dict: Any, **kwargs: Any) -> HttpResponseBase:
        """Sealed, stored and the draft ended in this transaction; the reference is shown after it."""
        told = {slug: form.cleaned_data for slug, form in form_dict.items()}
        answers, steps = flow.to_send(told)
        draft = self.opened.draft
        flags = limits.flags(
            self.opened.place,
            started_at=draft.started_at,
            now=self.now,
            many=limits.is_over(self.request),
        )
        try:
            with transaction.atomic():
                mark = self.opened.cipher.digest(answers)
                posted = outbox.post(draft.journey, answers, steps, now=self.now, flags=flags, mark=mark)
                counting.tick(flow.to_count(told), now=self.now)
                sent = {**confirmation(answers, posted), "digest": self.digest("check")}
                self.opened.finish(sent)
        except (outbox.NotSent, DatabaseError):
            self.opened.ended = False
            self.opened.place["notice"] = "not_sent"
            return self.go_to("check")
        self.happened.append(counting.Happened("sent", answers.get("who", {}).get("who", "")))
        counting.came(self.opened.place.get("way_in", ""), "sent", now=self.now)
        return SeeOther(reverse("ask_sent"))

    def forget(self) -> HttpResponseBase:
        """Deletes the answers at the person's word, and goes to the start page."""
        self.opened.ended = True
        drafts.leave(self.request)
        response = SeeOther("/")
        drafts.drop_cookie(response)
        return response
