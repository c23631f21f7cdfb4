"""The queue ranks and explains. Nothing in the package can write to a customer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

WAYS_OUT = {
    "aiohttp", "aiosmtplib", "ftplib", "http.client", "httpx", "imaplib", "nntplib", "poplib", "requests", "slack_sdk",
    "smtplib", "telnetlib", "twilio", "urllib.request", "webbrowser", "websockets", "xmlrpc.client",
}  # fmt: skip
# The client speaks to a service of cxtext that its caller runs and names.
CLIENT = {"client.py"}
CONTACTS = re.compile(r"^_?(send|notify|contact|dispatch|reply|answer_customer|call_back|escalate|open_ticket)(_|$)")


def modules(root: Path) -> list[Path]:
    return sorted((root / "cxtext").rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_module_can_reach_a_customer(root: Path) -> None:
    found = {
        (path.relative_to(root).as_posix(), name)
        for path in modules(root)
        if path.name not in CLIENT
        for name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name in WAYS_OUT or name.partition(".")[0] in WAYS_OUT
    }
    assert found == set()


def test_no_function_sends_anything(root: Path) -> None:
    found = {
        (path.relative_to(root).as_posix(), node.name)
        for path in modules(root)
        if path.name not in CLIENT and "service" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and CONTACTS.match(node.name)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("name", "caught"), [("send_mail", True), ("_notify", True), ("reply", True), ("replies", False), ("sender", False)]
)
def test_the_check_can_fail(name: str, caught: bool) -> None:
    assert bool(CONTACTS.match(name)) is caught
