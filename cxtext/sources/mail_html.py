"""The words of an HTML mail as plain text, with quoted mails marked by ``> `` as plain mails mark them."""

import re
from html import unescape
from typing import Any

_SKIPPED = frozenset({"head", "script", "style", "title", "template", "noscript", "svg"})
_PARAGRAPHS = frozenset({"p", "blockquote", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"})
_LINES = frozenset({"div", "li", "tr", "section", "article", "header", "footer", "address", "center", "dt", "dd"})
_CELLS = frozenset({"td", "th"})
# How mail programs mark the mail that is answered: Gmail, Thunderbird, Yahoo, Proton; GMX and WEB.DE by a name.
_QUOTE_CLASSES = frozenset(
    {"gmail_quote", "gmail_extra", "moz-cite-prefix", "moz-forward-container", "yahoo_quoted", "protonmail_quote"}
)
# From this element on, everything at its level belongs to the mail that is answered.
_QUOTE_FROM = frozenset({"divrplyfwdmsg", "appendonsend"})
# Outlook on the web and for iOS; "x_" is set before by the next Outlook.
_QUOTE_IDS = frozenset({"mail-editor-reference-message-container", "olk_src_body_section"})
_QUOTE_NAMES = frozenset({"quote", "quoted-content"})
# How they mark the signature: Gmail, Outlook, Apple Mail, Samsung, Proton.
_SIGNATURE_CLASSES = frozenset({"gmail_signature", "moz-signature", "protonmail_signature_block", "yahoo-signature"})
_SIGNATURE_IDS = frozenset(
    {
        "signature",
        "applemailsignature",
        "ms-outlook-mobile-signature",
        "composer_signature",
        "linebreakatbeginningofsignature",
    }
)
# Quotes within quotes are shown down to here.
_DEEPEST = 9
_MOST_SIGNATURES = 20
# Parsing takes quadratic time where elements nest without end, as HTML defines it. No mail has so many elements; of one
# that does the words are read, and no marks of quotation.
_MOST_ELEMENTS = 20_000
_ELEMENT = re.compile("<[a-zA-Z]")
_MARKUP = re.compile("<[^<>]*>?")
_ANSWERED = re.compile("^(?:x_)+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class _Writer:
    """Collects lines; white space is folded as browsers do, breaks are not doubled beyond one blank line."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.depth = 0
        self.signed = False
        self.looked = 0
        self._pieces: list[str] = []  # of the line that is being written
        self._filled = False

    @property
    def begun(self) -> bool:
        """Whether the line that is being written has anything."""
        return bool(self._pieces)

    def text(self, text: str, *, kept: bool) -> None:
        if kept:
            first, *rest = text.split("\n")
            self._add(first)
            for line in rest:
                self.newline()
                self._add(line)
            return
        folded = _BLANKS.sub(" ", text)
        self._add(folded.lstrip(" ") if not self._pieces or self._pieces[-1].endswith(" ") else folded)

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            # Editors fill empty paragraphs with a no-break space.
            self._filled = self._filled or bool(text.strip(" \xa0"))

    def newline(self) -> None:
        self.lines.append((self.depth, "".join(self._pieces).rstrip(" ") if self._filled else ""))
        self._pieces, self._filled = [], False

    def block(self, *, blank: bool) -> None:
        if self._filled:
            self.newline()
        self._pieces, self._filled = [], False
        if blank and self.lines and self.lines[-1][1]:
            self.lines.append((self.depth, ""))

    def result(self) -> str:
        self.block(blank=False)
        lines = [("> " * min(depth, _DEEPEST) + line).rstrip(" ") for depth, line in self.lines]
        for i in range(1, len(lines) - 1):
            # A gap between two quoted pieces is no word of the writer's either.
            if not lines[i] and lines[i - 1].startswith(">") and lines[i + 1].startswith(">"):
                lines[i] = ">"
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def html_to_text(html: str) -> str:
    r"""Give the text of an HTML mail.

    Examples
    --------
    >>> html_to_text("<p>Danke für die Hilfe!</p><blockquote type='cite'>Wie war es?<br>Ihr Team</blockquote>")
    'Danke für die Hilfe!\n\n> Wie war es?\n> Ihr Team'
    >>> html_to_text("<div>Great <b>service</b></div><div>Thanks</div>")
    'Great service\nThanks'
    """
    from selectolax.lexbor import LexborHTMLParser

    if sum(1 for _ in _ELEMENT.finditer(html)) > _MOST_ELEMENTS:
        return "\n".join(filter(None, (line.strip() for line in unescape(_MARKUP.sub("\n", html)).split("\n"))))
    root = LexborHTMLParser(html).root
    writer = _Writer()
    # A stack and no recursion: newsletters nest tables deeper than Python likes to call. An entry is a node to enter,
    # or a function to call when a node is left.
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if callable(node):
            node()
        elif node is not None:
            _enter(node, writer, stack)
    return writer.result()


def _enter(node: Any, writer: _Writer, stack: list[Any]) -> None:  # noqa: ANN401 (selectolax has no types)
    tag: str = node.tag
    if tag == "-text":
        writer.text(node.text_content or "", kept=_is_preformatted(node))
        return
    if tag in _SKIPPED or tag.startswith("-") or _is_hidden(node):  # "-comment", "-doctype"
        return
    if tag == "br":
        writer.newline()
        return
    quoted = _is_quote(node)
    spaced = tag in _PARAGRAPHS
    broken = spaced or quoted or tag in _LINES
    if broken:
        writer.block(blank=spaced or (quoted and not writer.depth))
        stack.append(lambda: writer.block(blank=spaced))
    elif tag in _CELLS and writer.begun:
        writer.text(" ", kept=False)
    if quoted:
        writer.depth += 1
        stack.append(lambda: _leave_quote(writer))
    if not writer.depth and not writer.signed and _is_signature(node, writer):
        # As plain mails mark it.
        writer.block(blank=True)
        writer.text("-- ", kept=True)
        writer.newline()
        writer.signed = True
    children = list(node.iter(include_text=True))
    start = next((i for i, child in enumerate(children) if _starts_quote(child)), None)
    if start is None:
        stack.extend(reversed(children))
        return
    stack.append(lambda: _leave_quote(writer))
    stack.extend(reversed(children[start:]))
    stack.append(lambda: _begin_quote(writer))
    stack.extend(reversed(children[:start]))


def _begin_quote(writer: _Writer) -> None:
    writer.block(blank=True)
    writer.depth += 1


def _leave_quote(writer: _Writer) -> None:
    writer.block(blank=False)
    while writer.lines and writer.lines[-1] == (writer.depth, ""):
        writer.lines.pop()
    writer.depth -= 1
    if not writer.depth:
        writer.block(blank=True)


def _is_preformatted(node: Any) -> bool:  # noqa: ANN401
    parent = node.parent
    return parent is not None and parent.tag == "pre"


def _is_quote(node: Any) -> bool:  # noqa: ANN401
    if node.tag == "blockquote":
        return True
    classes = _attribute(node, "class").split()
    name = _attribute(node, "name").lower()
    return not _QUOTE_CLASSES.isdisjoint(classes) or name in _QUOTE_NAMES or _id(node) in _QUOTE_IDS


def _is_signature(node: Any, writer: _Writer) -> bool:  # noqa: ANN401
    marked = not _SIGNATURE_CLASSES.isdisjoint(_attribute(node, "class").split()) or _id(node) in _SIGNATURE_IDS
    # A hostile mail may nest such elements thousands deep, and the words of each are those of all in it.
    writer.looked += marked
    words = node.text().strip() if marked and writer.looked <= _MOST_SIGNATURES else ""
    return bool(words) and not words.startswith("--")


def _is_hidden(node: Any) -> bool:  # noqa: ANN401
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None


def _attribute(node: Any, name: str) -> str:  # noqa: ANN401
    return node.attributes.get(name) or ""


def _id(node: Any) -> str:  # noqa: ANN401
    return _ANSWERED.sub("", _attribute(node, "id").lower())


def _starts_quote(node: Any) -> bool:  # noqa: ANN401
    return not node.tag.startswith("-") and _id(node) in _QUOTE_FROM
