r"""What a text is about, without what only says whom it goes to or where to look.

Handles, links, masks and tags are in many texts and say nothing of their subject. A sentence encoder weighs them like
words: two tweets to one airline lie close together, whatever happened on the flight (``benchmarks/subjects.py``).
"""

import html
import re
import string

from cxtext.text.noise import ENTITY, FIELD, HANDLE, LINK, MASK, TAG

# "RT": said by somebody else.
_AWAY = re.compile("|".join((LINK, HANDLE, MASK, FIELD, TAG, r"^\W*RT\b")))
_ENTITY = re.compile(ENTITY)
_SPACE = re.compile(r"\s+")
_MARKS = string.punctuation + "…–—„“”‚‘’«» "
_EDGE = re.compile(r"^[\s.,:;=|/-]+")


def subject(text: str) -> str:
    r"""Give a text without handles, links, masks and the like.

    What has none of them is given as it is. A text of nothing else becomes empty.

    Examples
    --------
    >>> subject("@bahn_ansagen Der ICE ist schon wieder zu spät! https://t.co/a1")
    'Der ICE ist schon wieder zu spät!'
    >>> subject("RT @united: Flight cancelled &amp; no help, mail me: [EMAIL]")
    'Flight cancelled & no help, mail me:'
    >>> subject("Hello {{first_name}},<br/>the flight was late.")
    'Hello , the flight was late.'
    >>> subject("@united"), subject("Mail an info@example.com")
    ('', 'Mail an info@example.com')
    """
    if not any(mark in text for mark in "@&[{<") and "://" not in text and "www." not in text and "RT" not in text:
        return text
    plain = _AWAY.sub(" ", _ENTITY.sub(lambda found: html.unescape(found[0]), text))
    if plain == text:
        return text
    plain = _EDGE.sub("", _SPACE.sub(" ", plain).strip())
    return plain if plain.strip(_MARKS) else ""
