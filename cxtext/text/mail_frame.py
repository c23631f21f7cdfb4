"""What stands around a mail's own words: greeting, closing, signature."""

import re
from collections.abc import Sequence

from cxtext.text.mail_lines import (
    LONGEST_LINE,
    Marking,
    ends_sentence,
    is_name,
    is_postscript,
    is_prose,
    patterns,
)

# A closing stands near the end: at most so many lines of signature may follow.
_LONGEST_SIGNATURE = 20
# Thanks of so many words stand above a name instead of a closing.
_SHORT_THANKS = 5
# Words that begin with a capital and end like this are seldom names.
_NOUN_ENDINGS = ("heit", "keit", "ung", "schaft", "tion", "los", "bar", "lich", "isch", "nis", "tät", "ness", "ment")
# What people set before a name instead of a closing.
_DASHES = "-–—/~ "
_EDGES = re.compile(r"^[-–—/~\s]+|[^\w\]]+$")
_ADJECTIVE_ENDINGS = ("e", "er", "es", "en", "em", "ig", "lich", "isch", "bar", "los", "ly")


def mark_greeting(marking: Marking, own: Sequence[int]) -> None:
    """Mark the greeting in the first lines, or the beginning of a line that greets."""
    p = patterns()
    for i in [i for i in own if marking.kinds[i] is None][:3]:
        words = marking.lines[i].words
        if p.not_greeting.match(words):
            return
        if p.greeting.fullmatch(words) or _is_called(words):
            marking.kinds[i] = "greeting"
            if i + 1 in own and p.greeting.fullmatch(marking.lines[i + 1].words):
                marking.kinds[i + 1] = "greeting"  # Liebe Anna, / lieber Max,
            return
        match = p.greeting_before.match(words)
        if match:
            marking.greeting_end[i] = marking.lines[i].start + len(match.group().rstrip())
            return
        if is_prose(words):
            return


def _is_called(words: str) -> bool:
    """Tell whether a line is a name with a comma: „Anna,"."""
    name = words[:-1]
    return words.endswith(",") and is_name(name) and name.split()[0].casefold() in patterns().given_names


def mark_signatures(marking: Marking, own: Sequence[int]) -> None:
    """Mark what stands behind ``--``, and the lines that mail programs add."""
    p = patterns()
    lines, kinds = marking.lines, marking.kinds
    for position, i in enumerate(own):
        if kinds[i] is not None:
            continue
        words = lines[i].words
        if p.program.fullmatch(words):
            kinds[i] = "signature"
        elif len(own) - position <= _LONGEST_SIGNATURE + 1 and p.delimiter.fullmatch(words):
            rest = own[position + 1 :]
            contacts = any(p.contact.search(lines[j].words) for j in rest)
            plain = words.startswith("--") and len(words) < 6
            prose = sum(is_prose(lines[j].words) for j in rest)
            if (plain or prose <= 2) and (contacts or (plain and len(rest) <= 8)):
                for j in [i, *rest]:
                    kinds[j] = kinds[j] or "signature"


def mark_closings(marking: Marking, own: Sequence[int]) -> None:
    """Mark closings, and below them what reads like a signature."""
    p = patterns()
    lines, kinds = marking.lines, marking.kinds
    closed = False
    for position, i in enumerate(own):
        if kinds[i] is not None:
            closed = closed or kinds[i] == "closing"
            continue
        words = lines[i].words
        strong = p.closing.fullmatch(words)
        if not strong and not p.weak_closing.fullmatch(words):
            continue
        rest = [j for j in own[position + 1 : position + 1 + 2 * _LONGEST_SIGNATURE] if kinds[j] is None]
        if strong or _only_closings(marking, rest):
            kinds[i] = "closing"
            closed = True
            _mark_below(marking, rest)
    if not closed:
        _mark_closing_behind(marking, own)


def _only_closings(marking: Marking, rest: Sequence[int]) -> bool:
    """Tell whether nobody speaks in the lines below, save in a postscript or in a signature."""
    p = patterns()
    for j in rest:
        words = marking.lines[j].words
        if is_postscript(words) or p.contact.search(words) or p.delimiter.fullmatch(words):
            return True
        if is_prose(words) and not p.closing.fullmatch(words) and not p.weak_closing.fullmatch(words):
            return False
    return True


def _mark_below(marking: Marking, rest: Sequence[int]) -> None:
    """Mark the lines below a closing, up to where somebody speaks again."""
    p = patterns()
    lines, kinds = marking.lines, marking.kinds
    prose = sum(is_prose(lines[j].words) for j in rest)
    opened = False
    contacts = 0
    for j in rest[:_LONGEST_SIGNATURE]:
        words = lines[j].words
        contacts += p.contact.search(words) is not None
        if is_postscript(words):
            return
        if p.closing.fullmatch(words):
            kinds[j] = "closing"
        elif p.delimiter.fullmatch(words):
            opened = True
            kinds[j] = "signature"
        elif opened or contacts >= 2:
            # The rest of a block: a motto, what the company wants to say.
            kinds[j] = "signature"
        elif p.thanks.match(words):
            continue
        elif p.weak_closing.fullmatch(words):
            kinds[j] = "closing"
        elif _signs(words) or (prose <= 1 and not is_prose(words)):
            kinds[j] = "signature"
        else:
            return


def _signs(words: str) -> bool:
    """Tell whether a line says who or where somebody is."""
    p = patterns()
    if p.contact.search(words) or is_name(words):
        return True
    return p.organisation.search(words) is not None and not ends_sentence(words)


def _mark_closing_behind(marking: Marking, own: Sequence[int]) -> None:
    """Mark a closing that ends a line of the customer's, and the name below it."""
    left = [i for i in own if marking.kinds[i] is None]
    below: list[int] = []
    for i in reversed(left[-_LONGEST_SIGNATURE:]):
        line = marking.lines[i]
        match = patterns().closing_behind.search(line.words) if line.end - line.start <= LONGEST_LINE else None
        if match:
            marking.closing_start[i] = line.start + match.start("closing")
            _mark_below(marking, below)
            return
        if is_prose(line.words) or i in marking.greeting_end:
            return
        below.insert(0, i)


def mark_contacts(marking: Marking, own: Sequence[int]) -> None:
    """Mark a block of contact data at the end that no closing announces."""
    p = patterns()
    lines, kinds = marking.lines, marking.kinds
    tail: list[int] = []
    for i in reversed(own):
        if kinds[i] in ("signature", "disclaimer"):
            continue
        if kinds[i] is not None or is_prose(lines[i].words) or len(tail) >= _LONGEST_SIGNATURE:
            break
        tail.append(i)
    contacts = [i for i in tail if p.contact.search(lines[i].words)]
    if not contacts:
        return
    top, named = _top_of_block(marking, contacts[-1], tail[tail.index(contacts[-1]) + 1 :])
    if len(contacts) >= 2 or named:
        for i in tail:
            if i >= top:
                kinds[i] = "signature"


def _top_of_block(marking: Marking, top: int, above: Sequence[int]) -> tuple[int, bool]:
    """Follow names and positions up through a paragraph, and to a name above; tell whether a name begins it."""
    named = False
    for i in above:
        words = marking.lines[i].words
        same = not marking.lines[top].after_blank or patterns().organisation.search(words) is not None
        named = is_name(words.lstrip(_DASHES))
        if not named and not (same and patterns().position.fullmatch(words)):
            break
        top = i
        if named and not same:
            break
    return top, named and marking.lines[top].after_blank


def mark_name(marking: Marking, own: Sequence[int]) -> None:
    """Mark the writer's name where it stands alone below everything else."""
    lines, kinds = marking.lines, marking.kinds
    p = patterns()
    left = [i for i in own if kinds[i] is None]
    if len(left) < 2 or marking.closing_start:
        return
    i, before = left[-1], left[-2]
    words, name = lines[i].words, _EDGES.sub("", lines[i].words)
    dashed = words[0] in _DASHES and is_name(name) and lines[before].words[0] not in _DASHES
    if dashed and lines[i].after_blank:
        kinds[i] = "signature"
        return
    if any(kinds[j] in ("closing", "signature") and not p.program.fullmatch(lines[j].words) for j in own):
        return
    below = kinds[i + 1] if i + 1 < len(lines) else None
    above_program = below == "signature" and not lines[i + 1].after_blank
    apart = lines[i].after_blank and (ends_sentence(lines[before].words) or above_program)
    greeted = bool(marking.greeting_end) or "greeting" in kinds
    alone = lines[i].after_blank or below in ("quoted_reply", "forwarded")
    thanked = p.thanks.match(lines[before].words) is not None and len(lines[before].words.split()) <= _SHORT_THANKS
    single = len(name.split()) == 1 and (
        lines[i].after_blank
        or thanked
        or (greeted and ends_sentence(lines[before].words))
        or name.casefold() in p.given_names
    )
    given = (alone or thanked) and _begins_with_given_name(name)
    if words.endswith(("?", ":")) or not _like_a_name(name):
        return
    if given or single or (apart and (greeted or above_program)):
        kinds[i] = "signature"


def _begins_with_given_name(words: str) -> bool:
    parts = words.casefold().split()
    return 1 <= len(parts) <= 3 and parts[0] in patterns().given_names


def _like_a_name(words: str) -> bool:
    parts = words.split()
    if not 1 <= len(parts) <= 3 or patterns().thanks.match(words) or patterns().not_name.fullmatch(words):
        return False
    if parts[0].casefold() in patterns().given_names:
        return True
    if not is_name(words) or any(part.casefold().endswith(_NOUN_ENDINGS) for part in parts):
        return False
    return len(parts) == 1 or not parts[0].casefold().endswith(_ADJECTIVE_ENDINGS)
