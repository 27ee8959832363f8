from django.apps import AppConfig


class SelfReferralConfig(AppConfig):
    name = "selfreferral"
    verbose_name = "asking for help"

    def ready(self) -> None:
        from selfreferral import checks, sentence_checks  # noqa: F401  they register themselves
