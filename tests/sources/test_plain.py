import pytest

from cxtext.sources.plain import looks_like_mail


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Von: A\nAn: B\nBetreff: C\n\nText", True),
        ("*From:* A\n*Subject:* C\n\nText", True),
        ("Hallo zusammen,\n\nder Zug kam nicht.\nAnna", True),
        ("Grüezi\n\nalles bestens.\n\nFreundliche Grüsse\nReto", True),
        ("Dear team, thanks for the quick help.\nBest regards\nAnn", True),
        ("Hallo, der Zug kam nicht.", False),
        ("Alles gut.\nLG", False),
        ("Der Laden ist schön.", False),
        ("", False),
    ],
)
def test_plain_mails_are_told_by_header_or_greeting(text, expected):
    assert looks_like_mail(text) is expected
