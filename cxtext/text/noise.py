"""What stands in texts and says nothing: links, handles, masks, and what is left of templates and HTML."""

LINK = r"https?://\S+|www\.\S+"
# Whom a text goes to. What stands in an e-mail address is no handle.
HANDLE = r"(?<!\w)(?<!\w[.+-])@\w+"
# What stands for personal data, also where somebody else took it out: "[EMAIL]", "[CUSTOMER NAME]".
MASK = r"\[[A-ZÄÖÜ][A-ZÄÖÜ0-9_ -]{0,40}\]"
# A field that nobody filled: "{{first_name}}".
FIELD = r"\{\{?[^{}\n]{1,40}\}\}?"
ENTITY = r"&(?:[A-Za-z]{2,8}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
TAG = r"</?[A-Za-z][A-Za-z0-9]{0,10}(?:\s[^<>\n]{0,200})?/?>"
