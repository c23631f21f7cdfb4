r"""What a text is about, without what only says whom it goes to or where to look.

Handles, links and masks are in many texts and say nothing of their subject. A sentence encoder weighs them like words:
two tweets to one airline lie close together, whatever happened on the flight (``benchmarks/subjects.py``).
"""

import html
import re
import string

_AWAY = re.compile(
    r"https?://\S+|www\.\S+"  # links
    r"|(?<!\w)(?<!\w[.+-])@\w+"  # whom it goes to; what stands in an e-mail address is none
    r"|\[[A-Z]+(?:_[A-Z0-9]+)*\]"  # what stands for personal data
    r"|^\W*RT\b"  # said by somebody else
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
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
    >>> subject("@united"), subject("Mail an info@example.com")
    ('', 'Mail an info@example.com')
    """
    if not any(mark in text for mark in "@&[") and "://" not in text and "www." not in text and "RT" not in text:
        return text
    plain = _AWAY.sub(" ", _ENTITY.sub(lambda found: html.unescape(found[0]), text))
    if plain == text:
        return text
    plain = _EDGE.sub("", _SPACE.sub(" ", plain).strip())
    return plain if plain.strip(_MARKS) else ""
