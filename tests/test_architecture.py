"""The shape of the house: imports point one way, data has a source, modules stay small, documents are true."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import cxtext
from cxtext.pipeline import BUILTIN

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cxtext"
MODULES = sorted(PACKAGE.rglob("*.py"))

# The flow: a module imports from rooms before its own, or from its own.
FLOW = [
    "_version", "errors", "documents", "config", "pipeline", "sources", "text", "encoder", "sentiment", "drivers",
    "markers", "topics", "analysis", "report", "engines", "service",
]  # fmt: skip
# The ways in stand after everything and do not import each other.
ENTRANCES = ["run", "serve", "client", "train", "evaluate", "stdin", "__main__", "interop", "testing"]

# `import cxtext` must not load these; the third group may not be loaded by `annotate` either.
HEAVY = {
    "torch", "transformers", "sentence_transformers", "spacy", "sklearn", "pandas", "onnxruntime", "scipy", "numpy",
    "statsmodels", "altair", "vl_convert", "duckdb", "datasets", "pyarrow", "pydantic", "typer", "rich", "jinja2",
    "tokenizers",
}  # fmt: skip
# What runs or fetches what it is given, or reads XML by a parser that unfolds entities.
FORBIDDEN = {
    "pickle", "pickletools", "_pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal", "jsonpickle", "skops",
    "yaml", "xml", "lxml", "tarfile", "subprocess", "multiprocessing", "pty", "code", "codeop", "runpy", "imp", "cffi",
    "ctypes", "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "smtplib",
    "telnetlib", "xmlrpc", "huggingface_hub", "webbrowser",
}  # fmt: skip

by_module = pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(p): p for p in MODULES}


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def imports(tree: ast.AST, *, top_only: bool = False) -> Iterator[str]:
    """Give every absolute name that is imported, in functions too unless ``top_only``."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if top_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if top_only and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            stack.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute: they say where a name comes from"
            for alias in node.names:
                full = f"{node.module}.{alias.name}".replace("cxtext.__version__", "cxtext._version")
                yield full if full in NAMES else str(node.module)
        stack.extend(ast.iter_child_nodes(node))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# --- imports -------------------------------------------------------------------------------------------------------


def test_every_module_has_a_room_in_the_flow() -> None:
    assert {room(n) for n in NAMES} - {"", "data"} <= {*FLOW, *ENTRANCES}


@by_module
def test_imports_point_one_way(path: Path) -> None:
    name = module_name(path)
    if name == "cxtext":
        return  # It names every room, lazily.
    for imported in imports(parse(path)):
        if imported != "cxtext" and not imported.startswith("cxtext."):
            continue
        assert imported != "cxtext", f"{name} imports the package itself; import from the module that has the name"
        there, here = room(imported), room(name)
        if there == here:
            continue
        assert there in FLOW, f"{name} imports {imported}, which is a way in"
        if here in FLOW:
            assert FLOW.index(there) < FLOW.index(here), f"{name} imports {imported}, which comes after it"
        assert here != "data", "data/ holds files only"


def test_import_cxtext_reaches_nothing_heavy() -> None:
    reached, stack = set(), ["cxtext"]
    while stack:
        name = stack.pop()
        if name in reached or name not in NAMES:
            continue
        reached.add(name)
        for imported in imports(parse(NAMES[name]), top_only=True):
            assert imported.split(".")[0] not in HEAVY, f"`import cxtext` reaches {name}, which imports {imported}"
            # Importing a module imports the packages that it lies in.
            parts = imported.split(".")
            stack.extend(".".join(parts[: i + 1]) for i in range(len(parts)))
    assert {"cxtext", "cxtext._version"} <= reached


@by_module
def test_only_declared_packages_are_imported(path: Path) -> None:
    for imported in imports(parse(path)):
        top = imported.split(".")[0]
        assert top in sys.stdlib_module_names | DISTRIBUTIONS.keys() | {"cxtext"}, f"{imported} is not declared"


# import name -> distribution, where they differ
_OTHER_NAMES = {
     "sklearn": "scikit-learn", "phonenumbers": "phonenumberslite",
    "python_calamine": "python-calamine", "vl_convert": "vl-convert-python", "webvtt": "webvtt-py",
    "tomli_w": "tomli-w", "sentence_transformers": "sentence-transformers",
}  # fmt: skip


def declared() -> dict[str, set[str]]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    return {g: {re.split(r"[\[<>=!~; ]", r)[0] for r in rs} for g, rs in groups.items()}


def _distributions() -> dict[str, str]:
    every = set().union(*declared().values())
    other = {v: k for k, v in _OTHER_NAMES.items()}
    return {other.get(d, d.replace("-", "_")): d for d in every}


DISTRIBUTIONS = _distributions()


def test_every_core_dependency_is_used() -> None:
    used = {i.split(".")[0] for p in MODULES for i in imports(parse(p))}
    # A datasets.Dataset is taken as it is, through its own methods.
    assert {n for n, d in DISTRIBUTIONS.items() if d in declared()["core"]} - used == {"datasets"}


# --- what the package does not do ----------------------------------------------------------------------------------


# Where a room may do what no other does: the client talks to the service, which runs in a process of its own.
ALLOWED = {"cxtext.client": {"http.client"}, "cxtext.encoder.runtime": {"ctypes"}}
CALLS = {
    "eval", "exec", "print", "compile", "__import__", "input", "breakpoint", "torch.load", "os.system", "os.popen",
    "os.posix_spawn", "os.startfile", "os.fork", "Template", "jinja2.Template", "from_string", "shutil.unpack_archive",
    "Path.home", "tempfile.mktemp", "np.fromfile", "np.memmap", "yaml.load", "ET.parse", "ET.fromstring",
}  # fmt: skip
ENDS = ("read_pickle", "to_pickle", "extractall", "load_module", "exec_module", "literal_eval", "from_pickle")


@by_module
def test_nothing_is_unpickled_executed_fetched_or_printed(path: Path) -> None:
    tree = parse(path)
    name = module_name(path)
    for imported in imports(tree):
        parts = imported.split(".")
        known = {".".join(parts[: i + 1]) for i in range(len(parts))}
        assert not (known & FORBIDDEN) - ALLOWED.get(name, set()), imported
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        assert called not in CALLS, called
        assert not called.startswith(("os.exec", "os.spawn")), called
        assert not called.endswith(ENDS), called
        keywords = {k.arg: ast.unparse(k.value) for k in node.keywords}
        assert keywords.get("allow_pickle", "False") == "False"
        assert keywords.get("trust_remote_code", "False") == "False"
        assert keywords.get("shell", "False") == "False"
        assert keywords.get("weights_only", "True") == "True"
        assert keywords.get("autoescape", "True") == "True"
        if called in {"np.load", "numpy.load", "np.save", "np.savez", "np.savez_compressed"}:
            assert keywords.get("allow_pickle") == "False", "say it: the default has changed before"


@by_module
def test_the_core_reads_neither_clock_nor_environment(path: Path) -> None:
    # Same input, config and seed give the same bytes: only the ways in may look around.
    if room(module_name(path)) in {*ENTRANCES, "engines", "service"}:
        return
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Call | ast.Subscript):
            called = ast.unparse(node.func if isinstance(node, ast.Call) else node.value)
            assert called not in {
                "os.getenv", "os.environ", "os.environ.get", "time.time", "datetime.now", "datetime.utcnow",
                "date.today", "datetime.today", "datetime.datetime.now", "uuid.uuid4", "uuid4",
            }, f"line {node.lineno}: {called}"  # fmt: skip


def code_lines(path: Path) -> int:
    """Count the lines that hold code: no blank lines, comments or docstrings."""
    source = path.read_text(encoding="utf-8")
    lines: set[int] = set()
    skip = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skip:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            text = node.body[0]
            lines -= set(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    return len(lines)


@by_module
def test_modules_hold_one_idea(path: Path) -> None:
    assert code_lines(path) <= 350, "a module this long is two"


# --- data files ----------------------------------------------------------------------------------------------------

DATA = sorted(p for p in (PACKAGE / "data").rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"})


@pytest.mark.parametrize(
    "path", [p for p in DATA if not p.name.endswith((".md", ".schema.json"))], ids=lambda p: p.name
)
def test_every_data_file_says_its_source_and_licence(path: Path) -> None:
    head = path.read_text(encoding="utf-8")[:1500].lower()
    assert "source" in head
    assert re.search("licen[cs]e", head)


@pytest.mark.parametrize("path", DATA, ids=lambda p: p.name)
def test_data_files_are_composed_utf8_with_unix_line_ends(path: Path) -> None:
    import unicodedata

    text = path.read_bytes().decode("utf-8")
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    assert unicodedata.is_normalized("NFC", text)


# --- tests mirror modules ------------------------------------------------------------------------------------------


@cache
def words_of_tests(folder: Path) -> frozenset[str]:
    """Names in the tests of a folder, dotted ones whole and in their parts."""
    sources = "".join(t.read_text(encoding="utf-8") for t in sorted(folder.glob("test_*.py")))
    dotted = {tuple(name.split(".")) for name in re.findall(r"\w+(?:\.\w+)*", sources)}
    return frozenset(
        word for parts in dotted for i in range(len(parts)) for word in (parts[i], ".".join(parts[: i + 1]))
    )


def test_every_module_is_reached_by_the_tests_of_its_room() -> None:
    # A test names a module, or a public name that lives there; what that imports from its own room is tested with it.
    homes = {f"cxtext.{name}": home for name, home in cxtext._HOME.items()}
    covered = {home.split(":")[0] for home in BUILTIN.values()}  # by tests/contract
    for name, path in NAMES.items():
        folder = ROOT.joinpath("tests", *path.relative_to(PACKAGE).parts[:-1])
        words = words_of_tests(folder)
        if name in words:
            covered.add(name)
        covered |= {home for public, home in homes.items() if public in words}
    # By tests/e2e and tests/test_serve.py, which start them as processes.
    for command in ("cxtext.run", "cxtext.serve"):
        covered |= {i for i in imports(parse(NAMES[command])) if i in NAMES}
    stack = list(covered)
    while stack:
        name = stack.pop()
        for imported in imports(parse(NAMES[name])):
            if imported in NAMES and room(imported) == room(name) and imported not in covered:
                covered.add(imported)
                stack.append(imported)
    files = {n for n, p in NAMES.items() if p.name != "__init__.py" and room(n) not in {"data", "_version"}}
    assert sorted(files - covered) == []


def test_test_files_have_names_of_their_own() -> None:
    names = [p.name for p in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
    assert not list((ROOT / "tests").rglob("__init__.py"))


# --- documents --------------------------------------------------------------------------------------


def text_files() -> Iterator[Path]:
    """Give the project's own text files, not what tools and runs leave beside them."""
    suffixes = {".py", ".md", ".toml", ".txt", ".cfg", ".json", ".html", ".j2", ".yaml", ".yml", ""}
    for path in ROOT.rglob("*"):
        folders = path.relative_to(ROOT).parts[:-1]
        if {"build", "dist", "report", "work", "__pycache__"} & set(folders[:2]) and "cxtext" not in folders:
            continue
        if any((f.startswith(".") and f != ".ci") or f in ("mutants", "__pycache__") for f in folders):
            continue
        own = path.name != ".git"  # a file, not a folder, in a worktree
        if own and path.is_file() and path.suffix in suffixes and path.stat().st_size < 2_000_000:
            yield path


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    pattern = re.compile(r"(?<![\w.:/}~-])/(?:home|root|Users|work|mnt|tmp)/\w")
    for path in text_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = pattern.search(text)
        assert found is None, f"{path.relative_to(ROOT)}: {found}"


def test_local_links_of_the_documentation_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "models").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}"


def test_the_changelog_knows_the_version() -> None:
    from cxtext._version import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {__version__} " in changelog or (".dev" in __version__ and "## Unreleased" in changelog)
