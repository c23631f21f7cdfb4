"""Annotate a file on two Ray nodes of one machine, and lose one: ``on_two_nodes.py LOSE FILE FOLDER``.

LOSE is ``nothing``, ``a worker`` or ``a node``; either is killed when a third of the shards is done. The stages are
those that need no model.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cxtext.engines import shards
from cxtext.engines.cluster import on_ray
from cxtext.pipeline import Pipeline
from cxtext.sources import read

PIPELINE = Pipeline(["redact.v1", "language.v1", "segment.v1"])
SHARD, SHARDS = 20, 12


def workers(parent: int) -> Iterator[int]:
    """Give the processes that annotate, among the descendants of a process."""
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            if int(lines["PPid"]) == parent:
                pid = int(status.parent.name)
                if b"_Annotator" in (status.parent / "cmdline").read_bytes():
                    yield pid
                yield from workers(pid)


def main(lose: str, file: Path, folder: Path) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray
    from ray.cluster_utils import Cluster

    shards.DOCUMENTS = SHARD
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    node = cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
    done: list[int] = []

    def on_shard(documents: int) -> None:
        done.append(documents)
        if len(done) != SHARDS // 3:
            return
        if lose == "a node":
            cluster.remove_node(node, allow_graceful=False)
        elif lose == "a worker":
            os.kill(next(workers(os.getpid())), signal.SIGKILL)

    shards.annotate_shards(read(file), folder, pipeline=PIPELINE, key={}, work=on_ray(PIPELINE), on_shard=on_shard)
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
