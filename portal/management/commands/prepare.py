"""Everything that must be true before the processes start, in one go; quick when it already is."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.management.commands.demo import DEMO_STAFF
from triage import demo_staff


class Command(BaseCommand):
    help = "Migrates, loads the starter site on the first run, gathers static files, says where to look."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", default="8000")
        parser.add_argument("--triage-port", default="8001")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(exist_ok=True)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database (first run or new version) …")
            call_command("migrate", verbosity=0, interactive=False)
            call_command("refresh_entries", stdout=self.stdout)
            call_command("refresh_pages", stdout=self.stdout)
        if settings.PORTAL_DEMO:
            call_command("demo", stdout=self.stdout)
        if static_is_stale():
            self.stdout.write("Gathering static files …")
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        self._say_where(options["port"], options["triage_port"])

    def _say_where(self, port: str, triage_port: str) -> None:
        here = f"http://localhost:{port}"
        lines = [
            "",
            f"  The site       {here}/",
            f"  For editors    {here}/cms/",
            f"  Triage         http://localhost:{triage_port}/desk/",
        ]
        if settings.PORTAL_COMPONENTS_PAGE:
            lines.append(f"  Components     {here}/components/")
        if settings.PORTAL_DEMO:
            lines += ["", "  Demonstration sign-in (invented people, this machine only):"]
            lines += [
                f"    {username} / {passphrase}  ({role or 'everything'})"
                for username, _name, passphrase, role in DEMO_STAFF
            ]
            lines += ["  and for triage:"]
            lines += [f"    {one.username} / {one.passphrase}  ({one.what})" for one in demo_staff.STAFF]
        lines += ["", "  Use localhost, not 127.0.0.1 or another name: cookies need it."]
        lines += ["  Ctrl-C stops everything.", ""]
        self.stdout.write("\n".join(lines))


def static_is_stale() -> bool:
    """Whether a source of static files is newer than what was gathered."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    gathered = manifest.stat().st_mtime
    sources = [path for path in (settings.BASE_DIR / "static").rglob("*") if path.is_file()]
    sources += (settings.BASE_DIR / "requirements").glob("*.txt")
    return any(source.stat().st_mtime > gathered for source in sources)
