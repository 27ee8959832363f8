"""Every word of the public pages goes through gettext, so that languages can follow.

A template is read as a person would see it: what stands between tags, and in the attributes that are read
aloud. What is not declared for translation is found in the next template, too. `NOT_YET` only shrinks.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
# For people who work here, in the language of the house.
STAFF = re.compile(
    r"/editing/|^triage/|^sign_in/|^wagtail|^portal/components|figures_panel|feedback/remarks|^selfreferral/phone/"
)
# {file: why}
NOT_YET: dict[str, str] = {}
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
    left = {path: found for path, found in left.items() if found}
    assert len(PUBLIC) > 100
    assert {path: found for path, found in left.items() if path not in NOT_YET} == {}
    assert set(NOT_YET) <= set(left), "done: take it out of the list"
