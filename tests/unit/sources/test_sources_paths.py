"""Names of leaf paths."""

import pytest

from auditor.sources import apart


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("user.name", "user name"),
        ('messages[].content."a.b@c.org".x', 'messages[] content "a.b@c.org" x'),
        ('"a\\".b".c', '"a\\".b" c'),
        ("plain", "plain"),
    ],
)
def test_steps_are_set_apart_without_moving_anything(path, text):
    assert apart(path) == text
    assert len(text) == len(path)
