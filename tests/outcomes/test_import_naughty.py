"""What people and robots type where a number should stand."""

import pytest

from tests.naughty import STRINGS
from tests.outcomes.test_import import EACH, bring, engagement, every, me, measure  # noqa: F401 - fixtures


@pytest.mark.parametrize("way", ["pasted", "csv"])
def test_whatever_stands_where_a_number_should_is_refused(sign_in, session, me, measure, way):  # noqa: F811
    client = sign_in(me)
    lines = [
        one for one in (" ".join(text.split()) for text in STRINGS) if one and not set(one) & set(';,"\t')
    ]
    for start in range(0, len(lines), 200):
        part = lines[start : start + 200]
        text = "Period;Value\n" + "\n".join(f"2025-01;{line}" for line in part)
        answer = bring(client, measure, text, way, **EACH)
        assert answer.status_code < 500
    assert every(session) == []
