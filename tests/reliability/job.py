"""The batch job as a process of its own, to be killed, starved and disturbed: ``job.py JSON ARGUMENTS...``.

It is the whole of ``python -m cxtext.run`` with small shards and without the model, which what is under test needs not.
JSON may hold

- ``kill``: end by SIGKILL right before the n-th change of a file in the output folder, counted from 1;
- ``count``: write the number of such changes into this file at the end;
- ``memory``: bytes of address space that the process may take beyond what it has after its imports;
- ``file_size``: the most bytes that a file may have;
- ``wait``: make the first file, and go on when the second is there, before the second shard is annotated.
"""

import importlib.util
import itertools
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from cxtext.engines import batch, local, shards, summary  # noqa: F401 (imported before memory is limited)
from cxtext.run import main

SHARD = 20


def without_model() -> None:
    path = Path(__file__).parents[1] / "engines" / "conftest.py"
    spec = importlib.util.spec_from_file_location("tiny_pipeline", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tiny = module.Pipeline([module.TinyLanguage(), module.TinySegments(), module.TinyOpinions()])
    local._default.update(dict.fromkeys(local.REDACTIONS, tiny))
    import cxtext.encoder

    cxtext.encoder.encode = cxtext.encoder.encode_subjects = module.hashed_bag_of_words


def watch(folder: str, kill: int | None) -> "itertools.count[int]":
    """Count what changes files in a folder, and end the process at once before the n-th change."""
    number = itertools.count(1)

    def hook(event: str, values: tuple) -> None:
        if event == "open":
            path, _, flags = values
            changes = isinstance(path, str | bytes) and flags & (os.O_WRONLY | os.O_RDWR)
        else:
            changes = event in {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
            path = values[0] if changes else ""
        if changes and os.fsdecode(path).startswith(folder) and next(number) == kill:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return number


def wait(reached: str, go_on: str) -> None:
    first, to_bytes = itertools.count(), shards.to_bytes

    def waiting(annotations: list) -> bytes:
        if next(first) == 1:
            Path(reached).touch()
            while not Path(go_on).exists():
                time.sleep(0.01)
        return to_bytes(annotations)

    shards.to_bytes = waiting


def run(asked: dict, arguments: list[str]) -> int:
    shards.DOCUMENTS = SHARD
    without_model()
    folder = arguments[arguments.index("--out") + 1]
    if asked.get("wait"):
        wait(*asked["wait"])
    if asked.get("file_size"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["file_size"], resource.RLIM_INFINITY))
    if asked.get("memory"):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + asked["memory"], resource.RLIM_INFINITY))
    number = watch(folder, asked.get("kill"))
    code = main(arguments)
    if asked.get("count"):
        changes = next(number) - 1
        Path(asked["count"]).write_text(str(changes))
    return code


if __name__ == "__main__":
    sys.exit(run(json.loads(sys.argv[1]), sys.argv[2:]))
