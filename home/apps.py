from django.apps import AppConfig
from django.db.models.signals import pre_save


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from home import publishing_guard

        # Whatever publishes (the editor, a workflow, the worker, a copy, an import) ends in a save.
        pre_save.connect(publishing_guard.refuse, dispatch_uid="home.publishing_guard")
