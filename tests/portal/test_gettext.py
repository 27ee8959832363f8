"""The words of the public pages go through gettext, so that languages can follow.

A template is read as a person would see it: what stands between tags, and in the attributes that are read
aloud. What is not declared for translation is found in the next template, too.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from selfreferral import envelope
from selfreferral.fields import MOST_WORDS
from selfreferral.questions.me import ElsewhereForm
from selfreferral.questions.more import HappeningForm
from tests.selfreferral.somebody import queues_with_keys
from tests.selfreferral.visitor import Visitor

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
# For people who work here, in the language of the house.
STAFF = re.compile(
    r"/editing/|^triage/|^sign_in/|^wagtail|^portal/components|figures_panel|feedback/remarks|^selfreferral/phone/"
)
PUBLIC = sorted(
    path
    for path in (str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))
    if not STAFF.search(path)
)
DECLARED = re.compile(
    r"\{%\s*blocktranslate\b.*?\{%\s*endblocktranslate\s*%\}|\{%\s*translate\b.*?%\}", re.DOTALL
)
TEMPLATE = re.compile(
    r"\{#.*?#\}|\{% block main_attributes %\}.*?\{% endblock %\}|"
    r"\{%\s*comment.*?endcomment\s*%\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
ALOUD = re.compile(r"\b(?:aria-label|alt|title|placeholder)=\"([^\"]*)\"")
TAG = re.compile(r"<(script|style)\b.*?</\1>|<(?:[^>\"]|\"[^\"]*\")*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}")


def undeclared(source: str) -> list[str]:
    """The pieces of a template that are read and not declared."""
    bare = TEMPLATE.sub("", DECLARED.sub("", source))
    read = [*ALOUD.findall(bare), *TAG.sub("\n", bare).splitlines()]
    return [piece.strip() for piece in read if WORD.search(re.sub(r"&\w+;", "", piece))]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Words</p>", ["Words"]),
        ('<p>{% translate "Words" %} {{ more }}</p>', []),
        ('<nav aria-label="Pages"></nav>', ["Pages"]),
        ('<p class="lead">{% blocktranslate with a=b %}Some {{ a }}{% endblocktranslate %}</p>', []),
        ("{# note #}{% if words %}&nbsp;{% endif %}<script>var words</script>", []),
        ("<p>{% if one %}One{% else %}{{ two }}{% endif %}</p>", ["One"]),
    ],
)
def test_the_reader_sees_what_a_person_sees(source: str, found: list[str]) -> None:
    assert undeclared(source) == found


def test_every_word_of_a_public_template_is_declared() -> None:
    left = {path: undeclared((TEMPLATES / path).read_text()) for path in PUBLIC}
    assert len(PUBLIC) > 100
    assert {path: found for path, found in left.items() if found} == {}


# --- Python -----------------------------------------------------------------------------------------------
# What forms and views call the words that people read; who works here reads the rest.
SAID_IN = {"label", "help_text", "title", "heading", "lead", "hint", "why", "them", "title_them"}
SAID_IN |= {"error_messages", "choices"}
SAID_BY = {"one_of", "some_of", "yes_or_no", "words", "safe", "times", "ValidationError", "Filled"}
KEPT_IN = {"TITLE", "neutral_title", "none_ticked", "NEEDED", "CHOOSE", "TOO_LONG"}
ROOMS = ("home", "selfreferral", "services_directory", "pathways", "portal")
STAFF_MODULES = re.compile(
    r"_editing|/editing/|_forms\.py|/models|/blocks|/starter|/routing|hooks\.py|/migrations/|/management/|sign_in|components_page"
    r"|operator_page|/phone|feedback/screen|/roles|/panels|/checks|/alarms|/watching|/notes|transports/|^home/fields|^portal/settings/"
)


def unmarked(source: str) -> Iterator[str]:
    """What a module says and does not pass through gettext (`_`), which an f-string cannot."""
    for node in ast.walk(ast.parse(source)):
        said: list[ast.expr] = []
        if isinstance(node, ast.keyword) and node.arg in SAID_IN:
            said = [node.value]
        elif (
            isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAID_BY
        ):
            said = node.args
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            names = node.targets if isinstance(node, ast.Assign) else [node.target]
            said = [node.value] if {getattr(name, "id", "") for name in names} & KEPT_IN else []
        yield from (words for one in said for words in literal(one) if WORD.search(words))


def literal(said: ast.expr) -> Iterator[str]:
    """The words in it. Of a pair the first is a code, of a dictionary each key."""
    if isinstance(said, ast.Constant):
        yield str(said.value)
    elif isinstance(said, ast.JoinedStr):
        yield "".join(str(part.value) for part in said.values if isinstance(part, ast.Constant))
    elif isinstance(said, ast.List | ast.Tuple):
        is_pair = isinstance(said, ast.Tuple) and len(said.elts) == 2
        for one in said.elts[is_pair:]:
            yield from literal(one)
    elif isinstance(said, ast.Dict):
        for one in said.values:
            yield from literal(one)


def test_a_module_is_read_for_what_it_says() -> None:
    source = """
TITLE = "Ask"
NEEDED = {"phone": ("number", "Write it")}
f(label=_("Yes"), hint=f"up to {n} letters", size="big", why=WHY, error_messages={"required": "Say"})
one_of(_("Which?"), [("in", f"In {area}"), ("out", _("Out")), UNSAID])
"""
    assert sorted(unmarked(source)) == ["Ask", "In ", "Say", "Write it", "up to  letters"]


def test_what_public_modules_say_is_declared() -> None:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    said = {str(f.relative_to(ROOT)): list(unmarked(f.read_text())) for f in files}
    assert {path: found for path, found in said.items() if found and not STAFF_MODULES.search(path)} == {}


def test_what_is_filled_in_is_translated_before_and_stays_as_it_is_in_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(translation._trans, "gettext", lambda text: f"«{text}»" if text else text)
    field = ElsewhereForm.base_fields["fleeing"]
    page = Template("{% load i18n %}{% translate said %}").render(Context({"said": field.choices[0][1]}))
    assert "«Yes, into Rotherham»" in page
    assert envelope.in_words(field, "into") == "Yes, into Rotherham"
    asked = HappeningForm.base_fields["words"]
    with pytest.raises(ValidationError) as refused:
        asked.clean("a" * (MOST_WORDS + 1))
    shown = Template("{% load i18n %}{% for error in errors %}{% translate error %}{% endfor %}")
    assert "«This is too long. Use 4,000 letters or fewer.»" in shown.render(
        Context({"errors": ErrorList(refused.value.error_list)})
    )


@pytest.mark.django_db
def test_another_language_reaches_the_chrome_the_questions_and_the_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queues_with_keys()
    monkeypatch.setattr(translation._trans, "gettext", lambda text: f"«{text}»" if text else text)
    with translation.override("pl"):  # what is kept of a page's markup is kept by language
        visitor = Visitor()
        visitor.go("who")
        asked = visitor.page()
        visitor.post({"who": "nobody"})
        refused = visitor.page()
        gone = Client().get("/nowhere/").content.decode()
    for words in (
        "Ask for help",
        "Find a service",
        "Leave this site",
        "Who is this for?",
        "I am a professional",
    ):
        assert f"«{words}»" in asked, words
    assert "«Choose one of the answers.»" in refused
    assert "«We cannot find that page»" in gone and "«Page not found»" in gone
