"""Annotate a file on two Ray nodes of one machine, and lose one: ``on_two_nodes.py LOSE FILE FOLDER``.

LOSE is ``nothing``, ``a worker`` or ``a node``. Both are killed when a third of the shards is done. The stages are those
that need no model.
"""

import os
import signal
import sys
from pathlib import Path

from cxtext.engines import shards
from cxtext.engines.cluster import on_ray
from cxtext.pipeline import Pipeline
from cxtext.sources import read

PIPELINE = Pipeline(["redact.v1", "language.v1", "segment.v1"])
SHARD, SHARDS = 20, 12


def main(lose: str, file: Path, folder: Path) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray
    from ray.cluster_utils import Cluster
    from ray.util.state import list_actors

    shards.DOCUMENTS = SHARD
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": lose == "a worker"})
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
            os.kill(next(a.pid for a in list_actors() if a.state == "ALIVE"), signal.SIGKILL)

    shards.annotate_shards(read(file), folder, pipeline=PIPELINE, key={}, work=on_ray(PIPELINE), on_shard=on_shard)
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
