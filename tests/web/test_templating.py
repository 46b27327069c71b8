"""What the templates' own code generator must keep of Jinja's."""

from __future__ import annotations

import markupsafe
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web.escaping import escaped
from web.locale import gettext, speak

VALUES = st.one_of(
    st.text(st.sampled_from("a京<>&\"'%;")),
    st.text(st.sampled_from("a京<>&\"'%;")).map(Markup),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.text(st.sampled_from("<&'")), max_size=2),
)
SAID = "{{ _('检索') }}|{{ _('第 %(n)s 页', n=value) }}|{{ value }}|{% macro m(x) %}{{ x }}{{ _('检索') }}{% endmacro %}{{ m(value) }}"


@given(VALUES)
def test_values_are_escaped_as_markupsafe_does(value: object) -> None:
    """Whatever is put out reads as `markupsafe.escape` writes it."""
    assert str(escaped(value)) == str(markupsafe.escape(value))


@given(st.text(st.sampled_from("a京<>&\"'%")), st.sampled_from(["zh-Hans", "zh-Hant", "en"]))
def test_a_template_says_strings_in_the_language_of_its_page(app: Flask, value: str, lang: str) -> None:
    """One compiled template serves all languages, in macros too; fields and values are escaped, strings of ours are not."""
    template = app.jinja_env.from_string(SAID)
    with app.test_request_context(f"/?lang={lang}"):
        speak()
        shown = str(markupsafe.escape(value))
        word, page = gettext("检索"), gettext("第 %(n)s 页", n=shown)
        assert template.render(value=value) == f"{word}|{page}|{shown}|{shown}{word}"
