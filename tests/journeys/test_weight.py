"""An old phone with one bar of signal: every public page is light, in bytes and in requests."""

import pytest

from bench import asking, weight
from bench.serving import Target
from selfreferral.questions import STEPS
from tests.running_site import Site
from tests.selfreferral.ways import is_seen

pytestmark = pytest.mark.browser  # it needs the served site, with its compressed files


def test_every_page_is_light(site: Site, routes: dict[str, list[str]]) -> None:
    heavy = {}
    for path in routes["pages"] + routes["alike"] + routes["errors"]:
        if path == "/components/":  # for developers, not for visitors
            continue
        found = weight.weigh(site.url, path)
        if (
            found.first_visit > weight.FIRST_VISIT
            or found.page > weight.NEXT_PAGE
            or found.requests > weight.REQUESTS
        ):
            heavy[path] = (found.first_visit, found.page, found.requests)
    assert not heavy


def test_a_campaigns_picture_comes_after_the_words_and_small(site: Site) -> None:
    campaign = weight.weigh(site.url, "/together/doors/")
    assert not any(part.startswith("/media/") for part in campaign.parts)
    (hero,) = campaign.later
    assert ".width-400." in hero and 1_000 < campaign.later[hero] < 30_000


def test_every_step_of_the_form_is_light(site: Site) -> None:
    """Each page of every declared way and of "Tell us more", as the wire carries it."""
    assert site.process is not None
    steps = asking.every_step(Target(site.process.pid, site.port))
    assert set(steps) == {step.slug for step in STEPS if is_seen(step)}
    assert {slug: size for slug, size in steps.items() if size > weight.FORM_STEP} == {}


def test_no_page_asks_anybody_else_for_anything(site: Site, routes: dict[str, list[str]]) -> None:
    for path in routes["pages"] + routes["errors"]:
        assert all(part.startswith("/static/") for part in weight.weigh(site.url, path).parts), path
