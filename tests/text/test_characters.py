"""Characters of many texts at once say what Python says of each."""

from hypothesis import given
from hypothesis import strategies as st

from cxtext.text.characters import is_alphanumeric, join, next_filled

TEXTS = st.lists(st.text(st.characters() | st.sampled_from(" \n\ud83d\U0001d4b3👍ä")), max_size=5)


@given(TEXTS)
def test_every_character_is_where_its_text_starts(texts):
    joined = join(texts)
    for text, start in zip(texts, joined.starts.tolist(), strict=True):
        assert [chr(c) for c in joined.codes[start : start + len(text) + 1]] == [*text, "\n"]


@given(TEXTS)
def test_letters_and_digits_are_those_of_str(texts):
    codes = join(texts).codes
    assert is_alphanumeric(codes).tolist() == [chr(c).isalnum() for c in codes]


@given(TEXTS)
def test_the_next_filled_place_is_the_first_that_is_no_white_space(texts):
    codes = join(texts).codes
    found = next_filled(codes).tolist()
    for place, filled in enumerate(found):
        assert all(chr(c).isspace() for c in codes[place:filled])
        assert filled == len(codes) or not chr(codes[filled]).isspace()
