from django.apps import AppConfig
from django.db.models.signals import pre_delete, pre_save


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from home import kept_files, publishing_guard

        # Whatever publishes (the editor, a workflow, the worker, a copy, an import) ends in a save.
        pre_save.connect(publishing_guard.refuse, dispatch_uid="home.publishing_guard")
        for model in ("wagtaildocs.Document", "wagtailimages.Image"):
            pre_delete.connect(kept_files.on_delete, sender=model, dispatch_uid=f"home.kept_files.{model}")
