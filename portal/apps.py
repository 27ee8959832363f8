from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from portal import checks  # noqa: F401  registers itself
        from portal.sign_in import sessions

        user_logged_in.connect(sessions.begin, dispatch_uid="portal.sign_in")
