"""Every address of the CMS with every role: nobody meets an error, nobody gets in where they should not."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.models import Page, Site, Task, Workflow

from home import roles
from home.campaigns.models import CampaignIndexPage, CampaignPage
from home.models import ContentPage, Wording
from home.publishing_guard import Refused
from home.roles import (
    ADMINISTRATORS,
    ALERTS,
    APPROVERS,
    AUTHORS,
    DIRECTORY,
    LEADS,
    MANAGERS,
    OPERATORS,
    PARTNERSHIP,
)
from services_directory.models import Location, Report, Synonym
from tests import factories
from tests.home import words

pytestmark = pytest.mark.django_db
NAMES = [role.name for role in roles.ROLES]
WRITERS = {AUTHORS, APPROVERS, LEADS, ADMINISTRATORS}
# What every signed-in person has: the first screen, their account, and lists to choose from.
EVERYBODYS = ("account/", "my-sign-in/", "choose-", "tag-autocomplete/", "dismissibles/", "editing-sessions/",
              "snippets/choose/", "test404/")  # fmt: skip
# Who gets an answer of 200 anywhere below an address; the longest that fits counts. An address that is
# not named here is open to none of these roles: whoever makes one for them says so.
MAY_OPEN: dict[str, set[str]] = {
    "": set(),
    **{prefix: set(NAMES) for prefix in EVERYBODYS},
    "pages/": WRITERS,
    "reports/": WRITERS | {DIRECTORY},
    "reports/due/": {DIRECTORY},
    "reports/pages-due/": WRITERS,
    "reports/workflow": {AUTHORS, APPROVERS, LEADS, DIRECTORY, ADMINISTRATORS},
    "users/": {ADMINISTRATORS},
    "groups/": {ADMINISTRATORS},
    "settings/": {ADMINISTRATORS},
    "sites/": set(),
    "collections/": {ADMINISTRATORS},
    "workflows/": {ADMINISTRATORS},
    "workflows/usage/": WRITERS,
    "workflows/list/": {ADMINISTRATORS},
    "workflows/task_chooser/": set(NAMES),  # a list of names; making one is refused below
    "pages/create/": set(NAMES),  # where a page could go: nowhere
    "images/chooser/": set(NAMES),
    "documents/chooser/": set(NAMES),
    "snippets/services_directory/service/workflow/": set(NAMES),  # "no confirmation needed"
    "reports/site-history/": set(NAMES),  # of what each may see
    "images/": WRITERS,
    "documents/": WRITERS,
    "alert/": {ALERTS},
    "directory/": {DIRECTORY},
    "snippets/": {PARTNERSHIP},
    "snippets/services_directory/": {DIRECTORY},
    "snippets/home/wording/": {APPROVERS, LEADS, ADMINISTRATORS},
    "told/": {PARTNERSHIP},
    "snippets/feedback/done/": {PARTNERSHIP},
    "campaigns/": WRITERS,  # a campaign's code: who may edit that page
    "requests/": {MANAGERS},
    "receivers/": {MANAGERS},
    "hours/": {MANAGERS},
    "state/": {MANAGERS, OPERATORS},
    "runbook/": {MANAGERS, OPERATORS},
    "sentences/": {LEADS},
    "facts/": {LEADS},
    "snippets/pathways/course/": {LEADS, DIRECTORY},
}
# Answers that are the same for everybody and tell nothing of the site.
FOR_ALL = re.compile(
    r"^(login|logout|sign-in/|sign-out/|unlock/"  # these end the session: nobody would walk the rest
    r"|password_reset|jsi18n|sprite|colours|api/|block-preview|localeupgrade|failwhale|forgotten"
    r"|pages/\d+/move/\d+/confirm/)"  # says what it would do; the press is refused below
)


@pytest.fixture
def furnished(settings: Any, tmp_path: Any) -> dict[str, Any]:
    settings.MEDIA_ROOT = tmp_path
    page = words.page()
    page.save_revision()
    service = factories.service()
    roles.load()
    made = {
        "page": page,
        "home": page.get_parent(),
        "service": service,
        "organization": service.organization,
        "taxonomyterm": service.audiences.first(),
        "location": Location.objects.create(name="House"),
        "synonym": Synonym.objects.create(word="hit", means="abuse"),
        "report": Report.objects.create(service=service, kind="other", received_at=timezone.now()),
        "home/wording": Wording.objects.create(word="violence", better="abuse"),
        "workflow": Workflow.objects.get(name=roles.WORKFLOW),
        "task": Task.objects.first(),
        "users": get_user_model().objects.create_user(username="anybody", password=None),
        "groups": Group.objects.get(name=AUTHORS),
        "images": words.image(),
        "documents": words.document("a.pdf"),
        "campaigns": campaign_on(page.get_parent()),
        "sites": Site.objects.get(),
    }
    return {name: thing.pk for name, thing in made.items()}


def campaign_on(home: Page) -> CampaignPage:
    today = timezone.localdate()
    index = home.add_child(instance=CampaignIndexPage(title="Now", slug="now"))
    new = CampaignPage(title="One", slug="one", word="purple", starts_on=today, ends_on=today)
    campaign = index.add_child(instance=new)
    campaign.save_revision()
    return campaign


def sign_in(client: Client, role: str) -> Any:
    user = get_user_model().objects.create_user(username=role.lower().replace(" ", "-"), password=None)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every pattern below /cms/ with something that stands in the database, or 1, for each of its values."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if before or path.startswith("cms/"):
                yield from addresses(entry, path)
        elif isinstance(entry, URLPattern) and path.startswith("cms/"):
            yield path


ROOMS = (
    "images",
    "documents",
    "campaigns",
    "users",
    "groups",
    "sites",
    "collections",
    "workflow",
    "task",
    "home/wording",
)


def on_both(role: str) -> Any:
    """One that may do most and one that may do less ask both databases: the others ask the same questions."""
    return role if role in (ADMINISTRATORS, AUTHORS) else pytest.param(role, marks=pytest.mark.once)


def filled(pattern: str, stands: dict[str, Any]) -> str:
    """The address with what stands in the database in each of its places."""
    names = {
        "app_label": "home",
        "app_name": "home",
        "content_type_app_name": "home",
        "model_name": "contentpage",
        "content_type_model_name": "contentpage",
        "workflow_pk": stands["workflow"],
        "task_pk": stands["task"],
        "destination_id": stands["home"],
    }
    room = next((room for room in ROOMS if f"/{room}" in pattern), None)
    if "directory/" in pattern:
        room = pattern.split("services_directory/")[1].split("/")[0] if "snippets/" in pattern else "service"
    key = stands.get(room, stands["page"])

    def value(found: re.Match[str]) -> str:
        return str(
            names.get(found[2], "00000000-0000-0000-0000-000000000001" if found[1] == "uuid:" else key)
        )

    return "/" + re.sub(r"<(\w+:)?(\w+)>", value, pattern)


@pytest.mark.parametrize("role", [on_both(name) for name in NAMES])
def test_every_address_with_every_role(client: Client, furnished: dict[str, Any], role: str) -> None:
    sign_in(client, role)
    client.raise_request_exception = False
    broken, open_to_wrong, seen, found = [], [], 0, 0
    for pattern in addresses():
        address = filled(pattern, furnished)
        below = address.removeprefix("/cms/")
        if FOR_ALL.match(below):
            continue
        seen += 1
        answer = client.get(address)
        if answer.status_code >= 500:
            broken.append(address)
        rule = max((prefix for prefix in MAY_OPEN if below.startswith(prefix)), key=len)
        found += answer.status_code != 404
        if answer.status_code == 200 and below and role not in MAY_OPEN[rule]:
            open_to_wrong.append(address)
    assert "_auth_user_id" in client.session, "nobody was signed in at the end"
    assert seen > 150 and found > seen * 0.8, (seen, found)
    figures = client.get(f"/cms/pages/{furnished['campaigns']}/edit/")
    assert ("the first Monday after it began" in figures.content.decode()) is (role in WRITERS)
    assert (broken, open_to_wrong) == ([], [])


@pytest.mark.parametrize("prefix", [prefix for prefix in MAY_OPEN if prefix])
def test_every_rule_of_this_list_still_names_something(prefix: str) -> None:
    assert any(pattern.startswith(f"cms/{prefix}") for pattern in addresses()), prefix


def test_who_may_not_move_or_make_is_refused_at_the_press(client: Client, furnished: dict[str, Any]) -> None:
    sign_in(client, ALERTS)
    page, home = furnished["page"], furnished["home"]
    other = Page.objects.get(pk=home).add_child(instance=ContentPage(title="Other", slug="other"))
    for address in (
        f"/cms/pages/{page}/move/{other.pk}/confirm/",
        f"/cms/pages/{page}/delete/",
        f"/cms/pages/{page}/unpublish/",
        f"/cms/pages/{page}/edit/",
        "/cms/groups/new/",
        "/cms/users/new/",
    ):
        client.post(address, {"title": "Taken", "name": "New", "username": "new", "action-publish": "1"})
    stands = Page.objects.get(pk=page)
    assert (stands.get_parent().pk, stands.live, stands.title) == (home, True, "Words")
    assert not Group.objects.filter(name="New").exists()
    assert not get_user_model().objects.filter(username="new").exists()


DOORS = {
    AUTHORS: ["/cms/pages/add/home/contentpage/{parent}/", "/cms/images/add/", "/cms/reports/pages-due/"],
    APPROVERS: ["/cms/pages/{page}/edit/", "/cms/snippets/home/wording/"],
    LEADS: ["/cms/pages/{page}/edit/", "/cms/snippets/home/wording/", "/cms/sentences/", "/cms/facts/"],
    DIRECTORY: ["/cms/snippets/services_directory/service/", "/cms/reports/due/"],
    ALERTS: ["/cms/alert/"],
    PARTNERSHIP: ["/cms/told/", "/cms/snippets/feedback/done/"],
    MANAGERS: ["/cms/requests/", "/cms/receivers/", "/cms/hours/", "/cms/state/"],
    OPERATORS: ["/cms/state/", "/cms/runbook/"],
    ADMINISTRATORS: [
        "/cms/users/",
        "/cms/groups/",
        "/cms/workflows/list/",
        "/cms/settings/home/sitesettings/",
    ],
}


@pytest.mark.parametrize("role", NAMES)
def test_each_role_gets_in_where_it_works(client: Client, furnished: dict[str, Any], role: str) -> None:
    sign_in(client, role)
    page = Page.objects.get(pk=furnished["page"])
    start = reverse(next(one.start for one in roles.ROLES if one.name == role))
    assert f'href="{start}"' in client.get("/cms/").content.decode()
    for door in ["/cms/", start, *DOORS[role]]:
        answer = client.get(door.format(page=page.pk, parent=page.get_parent().pk), follow=True)
        assert answer.status_code == 200 and answer.redirect_chain in (
            [],
            [(answer.request["PATH_INFO"], 302)],
        ), door
        assert answer.request["PATH_INFO"] != "/cms/" or door == "/cms/", door


def test_two_looks_publish_a_page_and_one_does_not(client: Client, furnished: dict[str, Any]) -> None:
    author = sign_in(Client(), AUTHORS)
    people = {role: sign_in(Client(), role) for role in (APPROVERS, LEADS)}
    page = ContentPage.objects.get(pk=furnished["page"])
    assert not page.permissions_for_user(author).can_publish()
    assert not any(page.permissions_for_user(user).can_publish() for user in people.values())
    page.lead = "New words."
    page.save_revision(user=author)
    state = page.get_workflow().start(page, author)

    def approve(user: Any) -> None:
        state.refresh_from_db()
        state.current_task_state.task.specific.on_action(state.current_task_state, user, "approve")

    actions = state.current_task_state.task.specific.get_actions(page, people[LEADS])
    assert not actions, "the second look comes second"
    approve(people[APPROVERS])
    page.refresh_from_db()
    assert page.lead == ""
    people[APPROVERS].groups.add(Group.objects.get(name=LEADS))
    with pytest.raises(Refused, match="somebody else"):
        approve(people[APPROVERS])
    approve(people[LEADS])
    page.refresh_from_db()
    assert page.lead == "New words."


def test_who_was_a_safeguarding_lead_is_a_lead_for_abuse(furnished: dict[str, Any]) -> None:
    old = Group.objects.create(name="Safeguarding leads")
    lena = get_user_model().objects.create_user(username="lena", password=None)
    lena.groups.add(old)
    import_module("home.migrations.0004_one_group_of_leads").one_group(apps, None)
    assert [group.name for group in lena.groups.all()] == [LEADS]
    assert lena.has_perm("selfreferral.change_sentence") and not Group.objects.filter(pk=old.pk).exists()


def test_loading_again_changes_nothing_that_an_administrator_changed(furnished: dict[str, Any]) -> None:
    group = Group.objects.get(name=AUTHORS)
    group.permissions.clear()
    Workflow.objects.filter(name=roles.WORKFLOW).update(active=False)
    assert roles.load() == 0
    assert not group.permissions.exists() and not Workflow.objects.get(name=roles.WORKFLOW).active
    assert not Group.objects.filter(name__in=roles.STOCK).exists()
    alone = Page.objects.get(depth=1).group_permissions.filter(permission__codename="publish_page")
    assert [one.group.name for one in alone] == [ADMINISTRATORS]
