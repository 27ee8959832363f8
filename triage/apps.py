from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TriageConfig(AppConfig):
    name = "triage"
    verbose_name = "triage desk"

    def ready(self) -> None:
        from triage import checks, guards  # noqa: F401  checks register themselves

        # After every migrate: SQLite drops a table's triggers whenever it rebuilds the table.
        post_migrate.connect(guards.install, sender=self)
