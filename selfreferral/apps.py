from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SelfReferralConfig(AppConfig):
    name = "selfreferral"
    verbose_name = "asking for help"

    def ready(self) -> None:
        from selfreferral import checks, guards, sentence_checks  # noqa: F401  they register themselves

        # After every migrate: SQLite drops a table's triggers whenever it rebuilds the table.
        post_migrate.connect(guards.install, sender=self)
