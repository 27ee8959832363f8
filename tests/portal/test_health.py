import pytest
from django.test import Client


@pytest.mark.django_db
def test_health_says_ok_without_a_cookie() -> None:
    response = Client().get("/health/")
    assert (response.status_code, response.json(), dict(response.cookies)) == (200, {"status": "ok"}, {})


def test_health_says_when_the_database_is_down(no_database: None) -> None:
    response = Client().get("/health/")
    assert (response.status_code, response.json()) == (503, {"status": "database"})
