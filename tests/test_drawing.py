"""What our code generator writes draws the same as Jinja's own."""

from decimal import Decimal

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from crm.access import Role
from crm.drawing import PageCode, escaped
from crm.pages import PageTemplate

PAGES = {
    "base": "<body>{% block main %}none{% endblock %}</body>",
    "values": "{% for one in values %}<b title='{{ one }}'>{{ one }}</b>{% endfor %}{{ values[0] }}",
    "nested": "{% for one in values %}{% for letter in one | string %}{{ loop.index }}{{ letter }}"
    "{% else %}empty{% endfor %}{{ ';' if not loop.last }}{% else %}nothing{% endfor %}",
    "inherits": "{% extends 'base' %}{% block main %}{% for one in values %}"
    "{% if one %}<i>{{ one }}</i>{% endif %}{% endfor %}{% endblock %}",
    "macros": "{% macro cell(x) %}<td>{% for part in (x, 1) %}{{ part }}{% endfor %}{{ caller() }}</td>"
    "{% endmacro %}"
    "{% for one in values %}{% call cell(one) %}&{{ one }}{% endcall %}{% endfor %}",
    "scopes": "{% set sum = namespace(n=0) %}{% for one in values %}{% set sum.n = sum.n + 1 %}"
    "{% with x = one %}{{ x }}{% endwith %}{% endfor %}{{ sum.n }}",
    "chosen": "{% for one in values if one %}{% filter upper %}{{ one }}{% endfilter %}"
    "{% autoescape false %}{{ one }}{% endautoescape %}{% endfor %}",
    "blocks": "{% for one in values %}{% block cell scoped %}{{ one }}{% endblock %}{% endfor %}",
}
VALUES = [
    "<a href=\"x\">'&'</a>",
    Markup("<em>kept</em>"),
    7,
    True,
    None,
    Decimal("1.50"),
    0.5,
    Role.CLIENT,
    "",
]


@pytest.fixture(scope="module")
def environments():
    plain, ours = (
        Environment(autoescape=True, loader=DictLoader(PAGES), undefined=StrictUndefined) for _ in range(2)
    )
    ours.template_class, ours.code_generator_class, ours.escaped = PageTemplate, PageCode, escaped
    return plain, ours


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("values", [VALUES, VALUES[:1], ["", 1]], ids=["all", "one", "few"])
def test_a_page_reads_as_jinja_alone_would_draw_it(environments, name, values):
    expected, drawn = (one.get_template(name).render(values=values) for one in environments)
    assert drawn == expected
    assert type(drawn) is str


def test_what_is_not_there_is_still_an_error(environments):
    _, ours = environments
    with pytest.raises(UndefinedError):
        ours.from_string("{% for one in [1] %}{{ missing }}{% endfor %}").render()


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_only_what_is_known_as_html_stands_unescaped(value):
    assert str(escaped(value)) == Environment(autoescape=True).from_string("{{ x }}").render(x=value)
