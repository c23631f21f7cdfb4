"""What of a text counts as a word, and whom a collection addresses."""

import pytest

from cxtext.topics.phrases import find_phrases
from cxtext.topics.tokens import addressed_in, words_of


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("bags &lt;&lt; seats &amp; crew", ["bag", "seat", "crew"], "entities are left of HTML"),
        ("bags&#8230; seats&#x2026;", ["bag", "seat"], "also by number"),
        ("<p>bags</p><br/>seats<BR>", ["bag", "seat"], "so are tags"),
        ("the [CUSTOMER NAME] lost bags", ["lost", "bag"], "a mask may have several words"),
        ("Dear {{first_name}}, bags", ["bag"], "templates leave fields"),
        ("bags [see photo] for seats", ["bag", "see", "photo", "seat"], "brackets alone are no mask"),
        ("5 < seats and bags > 3", ["seat", "bag"], "nor are comparisons tags"),
    ],
)
def test_masks_and_leftovers_of_html_are_no_words(text, words, why):
    found = [word.base for word in words_of(text, "en") if word.content]
    assert found == words, why


def test_who_is_addressed_in_many_texts_is_no_subject_in_sentences_either():
    texts = [f"@NorthwindAir bags lost on flight {i}, northwind" for i in range(20)]
    subjects = {p.key for p in find_phrases(texts, "en").phrases if p.is_noun()}
    assert ("bag",) in subjects
    assert not any("northwind" in key for key in subjects)


def test_a_user_in_few_texts_is_not_taken_for_the_one_addressed():
    texts = ["@Waiting Room was full", *(f"waiting for {i} hours" for i in range(99))]
    assert addressed_in(texts) == frozenset()
