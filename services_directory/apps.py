from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ServicesDirectoryConfig(AppConfig):
    name = "services_directory"
    verbose_name = "directory"

    def ready(self) -> None:
        from services_directory import guards, search_index

        # After every migrate: SQLite drops a table's triggers whenever it rebuilds the table.
        post_migrate.connect(guards.install, sender=self)
        post_migrate.connect(search_index.install, sender=self)
