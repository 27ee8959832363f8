"""Who may do what in the CMS, declared once. `load()` makes the roles that are missing.

A role that is there already is left alone: an administrator may have changed it.
Nobody but administrators publishes a page alone: everybody else's goes through the two steps of
`WORKFLOW`, and the last approval publishes it.
"""

from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from home.models import HomePage

LISTED = ("service", "organization", "location", "taxonomyterm", "synonym")
WRITE = ("add", "change", "delete", "view")
COURSES = tuple(f"pathways.{verb}_course" for verb in WRITE)
WORDINGS = tuple(f"home.{verb}_wording" for verb in WRITE)


@dataclass(frozen=True)
class Role:
    """`permissions`: app.codename. `pages`, `files`: what they may do with every page, picture and file.
    `start`: the name of the address where their work begins.
    """

    name: str
    what: str
    start: str
    permissions: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    demo: tuple[str, str] = field(default=("", ""))  # sign-in and name of an invented person


ROLES = (
    Role(
        "Authors",
        "Write pages and send them to be approved.",
        "wagtailadmin_explore_root",
        pages=("add", "change"),
        files=("add", "choose"),
        demo=("author", "Asha Example"),
    ),
    Role(
        "Approvers",
        "First look at every page: is it true, plain and whole? Keep the list of words.",
        "wagtailadmin_reports:workflow_tasks",
        WORDINGS,
        pages=("add", "change", "lock", "unlock"),
        files=("add", "change", "choose"),
        demo=("approver", "Ben Example"),
    ),
    Role(
        "Domestic abuse leads",
        "Second look at every page: is it safe? Answer for safeguarding sentences and thresholds.",
        "wagtailadmin_reports:workflow_tasks",
        (*WORDINGS, "selfreferral.change_sentence", "pathways.change_fact", *COURSES),
        pages=("change", "lock", "unlock"),
        files=("choose",),
        demo=("lead", "Chidi Example"),
    ),
    Role(
        "Directory editors",
        "Keep services, places and numbers right.",
        "due_report",
        (
            *(f"services_directory.{verb}_{model}" for verb in WRITE for model in LISTED),
            "services_directory.publish_service",
            "services_directory.lock_service",
            "services_directory.unlock_service",
            "services_directory.change_report",
            "services_directory.view_report",
            "services_directory.view_unmetneed",
            *COURSES,
        ),
        demo=("directory", "Dana Example"),
    ),
    Role(
        "Publishers of alerts",
        "Put one short message on every page, and take it off.",
        "alert",
        ("home.publish_alert",),
        demo=("alerts", "Efe Example"),
    ),
    Role(
        "Partnership",
        "Read and tag what people tell us, and say what was done about it.",
        "remarks",
        ("feedback.read_remark", *(f"feedback.{verb}_done" for verb in WRITE)),
        demo=("partner", "Gita Example"),
    ),
    Role(
        "Managers",
        "Where requests go, who receives them, and in which hours; have letters tried again.",
        "routing_edit",
        (
            "selfreferral.change_routing",
            "selfreferral.change_endpoint",
            "selfreferral.change_queue",
            "selfreferral.view_queue",
            "selfreferral.release_letter",
        ),
        demo=("manager", "Hal Example"),
    ),
    Role(
        "Operators",
        "See how requests travel, and change nothing.",
        "operator_page",
        ("selfreferral.view_queue",),
        demo=("operator", "Iris Example"),
    ),
    Role(
        "Administrators",
        "People, roles, settings, workflows; publish a page alone when it cannot wait.",
        "wagtailusers_users:index",
        (
            *(f"portal.{verb}_user" for verb in WRITE),
            *(f"auth.{verb}_group" for verb in WRITE),
            *(
                f"wagtailcore.{verb}_{model}"
                for verb in WRITE
                for model in ("workflow", "task", "collection")
            ),
            "home.change_sitesettings",
            *WORDINGS,
        ),
        pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
        files=("add", "change", "choose"),
        demo=("admin", "Fay Example"),
    ),
)
AUTHORS, APPROVERS, LEADS, DIRECTORY, ALERTS, PARTNERSHIP, MANAGERS, OPERATORS, ADMINISTRATORS = (
    role.name for role in ROLES
)
WORKFLOW = "Two looks"
STEPS = (("True and plain", APPROVERS), ("Safe", LEADS))
STOCK = ("Editors", "Moderators")  # Wagtail's own; one of them publishes alone
STOCK_WORKFLOW = "Moderators approval"


@transaction.atomic
def load() -> int:
    """Make what is missing; how many roles were."""
    made = [role for role in ROLES if _make(role)]
    if made:
        Group.objects.filter(name__in=STOCK, user=None).delete()
    load_workflow()
    return len(made)


def load_workflow() -> None:
    """The two steps, on the front page and so on every page below. Left alone once it stands."""
    home = HomePage.objects.first()
    if home is None or Workflow.objects.filter(name=WORKFLOW).exists():
        return
    Workflow.objects.filter(name=STOCK_WORKFLOW).delete()
    Task.objects.filter(name=STOCK_WORKFLOW, workflow_tasks=None).delete()
    workflow = Workflow.objects.create(name=WORKFLOW)
    for order, (name, role) in enumerate(STEPS):
        task = GroupApprovalTask.objects.create(name=name)
        task.groups.add(Group.objects.get(name=role))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})


def _make(role: Role) -> bool:
    group, made = Group.objects.get_or_create(name=role.name)
    if not made:
        return False
    wanted = ("wagtailadmin.access_admin", *role.permissions)
    rooms = apps.app_configs  # one that was taken out takes its permissions along
    group.permissions.set([_permission(name) for name in wanted if name.split(".")[0] in rooms])
    root = Page.objects.get(depth=1)
    for verb in role.pages:
        permission = _permission(f"wagtailcore.{verb}_page")
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    everything = Collection.get_first_root_node()
    for verb in role.files:
        for name in (f"wagtailimages.{verb}_image", f"wagtaildocs.{verb}_document"):
            GroupCollectionPermission.objects.create(
                group=group, collection=everything, permission=_permission(name)
            )
    return True


def _permission(name: str) -> Permission:
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)
