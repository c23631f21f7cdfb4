import pytest

from cxtext.sources.mail_text import unflow


@pytest.mark.parametrize(
    ("text", "delete_space", "expected"),
    [
        ("a \nb", False, "a b"),
        ("Don \nau", True, "Donau"),
        ("a \n> b", False, "a \n> b"),
        ("> a \n>> b \n>> c", False, "> a \n>> b c"),
        ("a\n-- \nname", False, "a\n-- \nname"),
        (" >keine Quote", False, ">keine Quote"),
        ("a\n\nb", False, "a\n\nb"),
    ],
)
def test_flowed_lines_are_joined(text, delete_space, expected):
    assert unflow(text, delete_space=delete_space) == expected
