"""Changes a loaded site one thing at a time and prints, as JSON, what the page cache would serve after each.

Run as `python -m tests.home.changes_walk` over a copy of the starter site. For every change and every
public page that is kept: `stale` holds pages that were served otherwise than freshly made, `differ` those
whose bytes have changed, `purged` those that were made anew. What is freshly made takes no kept part; what
is made anew to be served takes all that are kept from before.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import django

CHANGES: list[tuple[str, Callable[[], None]]] = []
SIGNED_IN = {"Cookie": "__Host-d=somebody"}  # keeps a page out of the cache, on the way in and out
OFTEN_SHOWN = "crimestoppers"  # on several lists
MORE = ["/find/?w=3", "/find/?p=2", "/find/?h=1", "/s/37/", "/s/34/", "/professionals/school/"]


def change(made: Callable[[], None]) -> Callable[[], None]:
    CHANGES.append((made.__name__, made))
    return made


def service(code: str) -> Any:
    from services_directory.models import Service

    return Service.objects.get(code=code)


def ring(code: str, number: str) -> None:
    phone = service(code).phones.first()
    phone.number, phone.e164 = number, ""
    phone.save()
    service(code).save()


def page(address: str) -> Any:
    from wagtail.models import Page

    return Page.objects.get(url_path=f"/home{address}").specific


def publish(address: str, **words: Any) -> Any:
    """Publishes a page with `words` changed; gives the revision."""
    found = page(address)
    for name, value in words.items():
        setattr(found, name, value)
    revision = found.save_revision()
    revision.publish()
    return revision


@change
def a_services_number() -> None:
    ring(OFTEN_SHOWN, "01709 000001")


@change
def a_helplines_number_for_men() -> None:
    ring("mens-advice-line", "01709 000002")


@change
def the_national_helplines_number() -> None:
    ring("national-domestic-abuse-helpline", "01709 000003")


@change
def a_services_words() -> None:
    found = service(OFTEN_SHOWN)
    found.description = "They now say something else."
    found.save()


@change
def a_service_saved_as_it_was() -> None:
    service(OFTEN_SHOWN).save()


@change
def a_service_hidden() -> None:
    service("crimestoppers").unpublish()


@change
def a_service_back() -> None:
    found = service("crimestoppers")
    found.save_revision().publish()


@change
def a_new_service() -> None:
    from services_directory.models import Organization, Service

    Service.objects.create(
        code="brand-new",
        name="Brand new",
        description="A new one.",
        scope="local",
        organization=Organization.objects.first(),
        live=True,
    )


@change
def a_place_turned_confidential() -> None:
    found = service("citizens-advice")
    found.location_confidential = False
    found.save()
    found.location_confidential = True
    found.save()


@change
def a_page_published() -> None:
    publish("/hide/", lead="Words of today.")


@change
def a_page_reverted() -> None:
    first = page("/hide/").revisions.order_by("created_at").first()
    first.publish()


@change
def a_draft_saved() -> None:
    found = page("/privacy/")
    found.lead = "Nobody has seen this yet."
    found.save_revision()


@change
def a_new_page() -> None:
    from home.models import ContentPage, HomePage

    new = ContentPage(title="New", slug="new", live=False)
    HomePage.objects.get().add_child(instance=new)
    new.save_revision().publish()


@change
def a_group_renamed() -> None:
    publish("/for/3/", title="Men and boys")


@change
def a_page_moved() -> None:
    page("/accessibility/").move(page("/privacy/"), pos="last-child")


@change
def a_page_deleted() -> None:
    page("/privacy/accessibility/").delete()


@change
def a_step_that_another_page_shows() -> None:
    shared = next(block for block in page("/professionals/gp/").steps if block.block_type == "shared")
    own = next(
        one
        for one in page("/professionals/gp/").get_siblings().specific()
        if any(block.id == shared.value["step"] for block in getattr(one, "steps", ()))
    )
    raw = list(own.steps.raw_data)
    for block in raw:
        if block["id"] == shared.value["step"]:
            block["value"]["title"] = "A step with another name"
    publish(own.url, steps=json.dumps(raw))


@change
def a_fact() -> None:
    from pathways.models import Fact

    Fact.objects.create(key="strategy_meeting", value="36")


@change
def a_campaigns_dates() -> None:
    found = page("/together/doors/")
    publish("/together/doors/", ends_on=found.ends_on + timedelta(days=3))


@change
def a_campaigns_partner() -> None:
    found = page("/together/doors/")
    found.partners.first().delete()


@change
def what_the_worker_publishes_and_ends() -> None:
    """In a process of its own: a page goes live with new words, and a campaign is over."""
    from django.utils import timezone

    from home.campaigns.models import CampaignPage

    before = timezone.now() - timedelta(minutes=1)
    found = page("/hide/")
    found.lead, found.go_live_at = "Words of this hour.", before
    found.save_revision(approved_go_live_at=before)
    CampaignPage.objects.update(expire_at=before)
    done = subprocess.run(
        [sys.executable, "manage.py", "deliver_referrals", "--once"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]


@change
def an_alert_on() -> None:
    from django.utils import timezone

    from home import alerts

    now = timezone.now()
    alerts.show(
        words="The line is down.",
        line="national",
        until=now + timedelta(hours=2),
        user=None,
        by="efe",
        now=now,
    )


@change
def an_alert_off() -> None:
    from django.utils import timezone

    from home import alerts

    alerts.end(user=None, now=timezone.now())


@change
def the_councils_number() -> None:
    from home.models import SiteSettings

    site = SiteSettings.load()
    site.phone = "01709 000009"
    site.save()


@change
def a_term_renamed() -> None:
    from services_directory.models import TaxonomyTerm

    found = TaxonomyTerm.objects.get(taxonomy__slug="help", number=1)
    found.name = "Another name"
    found.save()


@change
def a_course() -> None:
    from pathways.models import Course

    Course.objects.create(title="First steps", for_whom="Anyone", first_day=date.max, last_day=date.max)


class Walk:
    """Asks for every kept page, from the cache and made anew."""

    def __init__(self) -> None:
        from django.test import Client

        self.client = Client(HTTP_HOST="localhost")
        self.made: list[str] = []
        self.watch()
        found = json.loads(
            subprocess.run([sys.executable, "-m", "tests.public_routes"], capture_output=True).stdout
        )
        self.pages = [*found["pages"], *MORE]
        for _ in range(2):
            self.made.clear()
            for address in self.pages:
                self.served(address)
        self.pages = [address for address in self.pages if address not in self.made]
        self.before = {address: self.fresh(address) for address in self.pages}
        self.otherwise_with_parts = [one for one in self.pages if self.anew(one) != self.before[one]]

    def watch(self) -> None:
        from portal.page_cache import PageCache

        make = PageCache.plain

        def plain(cache: PageCache, request: Any) -> Any:
            if SIGNED_IN["Cookie"] not in request.META.get("HTTP_COOKIE", ""):
                self.made.append(request.get_full_path())
            return make(cache, request)

        PageCache.plain = plain  # type: ignore[method-assign]

    def served(self, address: str) -> tuple[int, bytes]:
        answer = self.client.get(address)
        return answer.status_code, answer.content

    def anew(self, address: str) -> tuple[int, bytes]:
        """Made again, of the parts that are kept."""
        answer = self.client.get(address, headers=SIGNED_IN)
        return answer.status_code, answer.content

    def fresh(self, address: str) -> tuple[int, bytes]:
        """Made again from nothing; the parts that were kept stay."""
        from services_directory.parts import parts

        warm, parts.kept = parts.kept, {}
        try:
            return self.anew(address)
        finally:
            parts.kept = warm

    def after(self, name: str, made: Callable[[], None]) -> Iterator[tuple[str, Any]]:
        made()
        self.made.clear()
        served = {address: self.served(address) for address in self.pages}
        purged = list(self.made)
        now = {address: self.fresh(address) for address in self.pages}
        yield "stale", [address for address in self.pages if served[address] != now[address]]
        yield "differ", [address for address in self.pages if now[address] != self.before[address]]
        yield "purged", purged
        self.before = now
        self.pages = [address for address in self.pages if now[address][0] == 200]


def stand_still() -> None:
    """No service opens or closes while the walk goes on, and no page grows too old."""
    import time

    from django.utils import timezone

    moment, seconds = timezone.now(), time.time()
    timezone.now = lambda: moment  # type: ignore[assignment]
    time.time = lambda: seconds  # type: ignore[assignment]


def main() -> None:
    django.setup()
    stand_still()
    walk = Walk()
    found: dict[str, Any] = {"kept": walk.pages, "otherwise": walk.otherwise_with_parts}
    only = sys.argv[1:]
    for name, made in CHANGES:
        if not only or name in only:
            found[name] = dict(walk.after(name, made))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
