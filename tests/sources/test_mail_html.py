import pytest

from cxtext.sources.mail_html import html_to_text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<p>x</p><p>&nbsp;</p><p>y</p>", "x\n\ny"),
        ("<ul><li>eins</li><li>zwei</li></ul>", "eins\nzwei"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("<style>p{}</style><script>x</script><title>t</title>nur   das\n hier", "nur das hier"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a &lt;b&gt; &amp; ü", "a <b> & ü"),
        ("<!-- c -->", ""),
        ("<div style='Display: none'>Vorschau</div><p hidden>x</p>da", "da"),
        ("neu<div class='gmail_signature'>Max<br>Muster GmbH</div>", "neu\n\n--\nMax\nMuster GmbH"),
        ("neu<div id='x_ms-outlook-mobile-signature'>Max</div>", "neu\n\n--\nMax"),
        ("neu<div class='moz-signature'>-- <br>Max</div>", "neu\n--\nMax"),
        ("neu<div id='Signature'> </div>", "neu"),
        ("", ""),
    ],
)
def test_html_becomes_text_as_a_reader_sees_it(html, expected):
    assert html_to_text(html) == expected


@pytest.mark.parametrize(
    "quote",
    [
        "<blockquote>alt<br>älter</blockquote>",
        "<blockquote type='cite'><p>alt</p></blockquote>",
        "<div class='gmail_quote gmail_quote_container'>Am Montag schrieb X:<blockquote>alt</blockquote></div>",
        "<div class='moz-cite-prefix'>Am 3.2. schrieb X:</div><blockquote type='cite'>alt</blockquote>",
        "<div id='divRplyFwdMsg'>Von: X</div><div>alt</div>",
        "<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'>Von: X</div><p>alt</p>",
        "<div class='yahoo_quoted'>alt</div>",
        "<div name='quote' style='margin: 1em'>Gesendet: Montag<br>alt</div>",
        "<div id='mail-editor-reference-message-container'>Von: X<div>alt</div></div>",
        "<div id='x_divRplyFwdMsg'>Von: X</div><div>alt</div>",
        "<span id='OLK_SRC_BODY_SECTION'>From: X<div>alt</div></span>",
    ],
)
def test_quoted_mails_in_html_are_marked_on_every_line(quote):
    text = html_to_text(f"<html><body><p>neu</p>{quote}</body></html>")
    lines = text.split("\n")

    assert lines[0] == "neu"
    assert lines[1] == ""
    assert all(line.startswith(">") for line in lines[2:])
    assert len(lines) > 2


def test_words_below_a_quote_are_not_marked():
    text = html_to_text("<blockquote>Wie war es?</blockquote><p>Sehr gut!</p>")

    assert text == "> Wie war es?\n\nSehr gut!"


def test_html_nested_beyond_the_recursion_limit_is_read():
    assert html_to_text("<div>" * 3000 + "tief") == "tief"
