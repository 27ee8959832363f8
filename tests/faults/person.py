"""An ordinary person's browser over a real connection, as far as the form needs one."""

import http.client
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.selfreferral.visitor import HIDDEN

TOKEN = "csrfmiddlewaretoken"


class Answer:
    """What django.test.Client answers with, as far as a Visitor reads it."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status_code = response.status
        self.content = response.read()
        self.url = response.getheader("Location", "")


class Person:
    """Has the verbs of django.test.Client, so that a Visitor can walk with it. Keeps every cookie,
    as browsers do for localhost, and sends the token of the page it saw last."""

    def __init__(self, url: str, *, patience: float = 30) -> None:
        where = urlsplit(url)
        self.host, self.port, self.patience = where.hostname or "", where.port, patience
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, given: dict[str, Any]) -> Answer:
        return self.ask("POST", path, urlencode({TOKEN: self.token, **given}, doseq=True))

    def ask(self, method: str, path: str, body: str = "") -> Answer:
        """Raises OSError when the server is not there, or not in time."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.patience)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            answer = Answer(response)
        except http.client.HTTPException as cut_off:
            raise ConnectionError("the answer ended in the middle") from cut_off
        finally:
            connection.close()
        self.token = dict(HIDDEN.findall(answer.content.decode())).get(TOKEN, self.token)
        return answer

    def twin(self) -> "Person":
        """The same browser once more: another press of the same button."""
        other = Person(f"http://{self.host}:{self.port}", patience=self.patience)
        other.cookies, other.token = dict(self.cookies), self.token
        return other
