"""Take what the documentation links to outside its folder into the site: the README, the model card, word lists.

Links in the files stay as they are in the checkout, where an editor and a code host follow them.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
HOME = "repository"
# Docstrings name things as Sphinx does.
ROLE = re.compile(r":(?:class|func|meth|mod|attr|data|exc):(?=<code>|<a )")
LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the README as the first page, and every file that a page links to."""
    files.append(File.generated(config, "index.md", content=_read("README.md")))
    waiting = [_origin(f.src_uri) for f in files.documentation_pages()]
    while waiting:
        origin = waiting.pop()
        for link, _ in LINK.findall(_read(origin)):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(origin), link))
            uri = _uri(target)
            if uri is None or uri in files.src_uris:
                continue
            path = ROOT / target
            if path.is_dir():
                listing = "\n".join(
                    f"- `{p.name}`" for p in sorted(path.iterdir()) if not p.name.startswith((".", "_"))
                )
                files.append(File.generated(config, uri, content=f"# {target}\n\n{listing}\n"))
            elif path.suffix == ".md":
                files.append(File.generated(config, uri, content=_read(target)))
                waiting.append(target)
            elif path.is_file():
                files.append(File.generated(config, uri, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links to files of the checkout into links within the site."""
    origin, here = _origin(page.file.src_uri), posixpath.dirname(page.file.src_uri)

    def moved(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(origin), match[1]))
        uri = _uri(target)
        return match[0] if uri is None else posixpath.relpath(uri, here or ".") + (match[2] or "")

    return LINK.sub(moved, markdown)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Take the marks off names in docstrings."""
    return ROLE.sub("", html)


def _read(origin: str) -> str:
    return (ROOT / origin).read_text(encoding="utf-8")


def _origin(uri: str) -> str:
    """Give the path in the checkout of a file of the site."""
    if uri == "index.md":
        return "README.md"
    return uri.removeprefix(f"{HOME}/").removesuffix("/listing.md") if uri.startswith(f"{HOME}/") else f"docs/{uri}"


def _uri(target: str) -> str | None:
    """Give the place in the site of a file of the checkout, null where there is no such file."""
    if target == "README.md":
        return "index.md"
    if not (ROOT / target).exists():
        return None
    if target.startswith("docs/") and not (ROOT / target).is_dir():
        return target.removeprefix("docs/")
    return f"{HOME}/{target}/listing.md" if (ROOT / target).is_dir() else f"{HOME}/{target}"
