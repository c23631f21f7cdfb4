"""Annotate on a Ray cluster: the same shards, the same stages and the same bytes as in one process.

The process that was started reads the documents, cuts them into shards, and writes what comes back; so it alone touches
the output folder, and a run goes on (``--resume``) on a cluster as it does on one machine, or moves from one to the
other. Actors, one for each core, hold an encoder each and turn shards into the bytes of part files. A shard whose actor
or node died is given to another one. Method: Moritz et al. 2018, "Ray: A Distributed Framework for Emerging AI
Applications".
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from cxtext.config import to_values
from cxtext.documents import Document
from cxtext.engines.parts import to_bytes
from cxtext.engines.shards import Work
from cxtext.errors import EngineError, MissingExtraError
from cxtext.pipeline import Pipeline, make_stage

# Shards that an actor has: the one that it annotates, and the next, so that it never waits.
AHEAD = 2
# Actors that may die one after another, without a shard finished in between, for each core.
PATIENCE = 4

Numbered = tuple[int, list[Document]]


def check_ray() -> None:
    """Check that Ray is installed.

    Raises
    ------
    MissingExtraError
        If it is not.
    """
    if find_spec("ray") is None:
        raise MissingExtraError("ray", "ray")


def on_ray(pipeline: Pipeline, *, threads: int = 0) -> Work:
    """Annotate shards on a Ray cluster.

    It joins the cluster that ``RAY_ADDRESS`` names, or one that runs on this machine; where there is none, it starts
    one on this machine's cores, reachable from this machine only, and ends it afterwards.

    Parameters
    ----------
    pipeline
        What annotates; its stages must be registered on all nodes, and files that their configs name must lie there
        under the same path.
    threads
        Cores, and threads, for each actor; 0 for one.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    EngineError
        While it works, if actors die again and again.
    """
    check_ray()
    cores = threads or 1
    config = Pipeline(_with_threads(stage, cores) for stage in pipeline.stages).to_config()

    def work(shards: Iterable[Numbered]) -> Iterator[tuple[int, bytes]]:
        with _cluster() as ray:
            yield from _Pool(ray, config, cores).annotate(iter(shards))

    return work


def _with_threads(stage: Any, threads: int) -> Any:  # noqa: ANN401 (any stage)
    if not hasattr(stage.config, "threads"):
        return stage
    return make_stage(stage.name, **{**to_values(stage.config), "threads": threads})


@contextmanager
def _cluster() -> Iterator[Any]:
    # Ray sends figures on its use to its makers where it is not told otherwise; nothing leaves a cluster here.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    if ray.is_initialized():
        yield ray
        return
    told: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    try:
        ray.init(address="auto" if not os.environ.get("RAY_ADDRESS") else None, **told)
    except ConnectionError:
        if os.environ.get("RAY_ADDRESS"):
            raise EngineError("the Ray cluster that RAY_ADDRESS names cannot be reached; is it running?") from None
        ray.init(address="local", include_dashboard=False, _node_ip_address="127.0.0.1", **told)
    try:
        yield ray
    finally:
        ray.shutdown()


class _Annotator:
    """What runs in an actor."""

    def __init__(self, config: str) -> None:
        self._pipeline = Pipeline.from_config(config)

    def annotate(self, documents: list[Document]) -> bytes:
        return to_bytes(list(self._pipeline.run(documents)))

    def ready(self) -> bool:
        return True


@dataclass(slots=True, eq=False)
class _Actor:
    handle: Any
    shards: int = 0


@dataclass(slots=True)
class _Pool:
    """Actors, and the shards that they are at."""

    ray: Any
    config: str
    cores: int
    lost: int = 0
    actors: list[_Actor] = field(default_factory=list)
    # By the reference of their results: actors that are starting, and shards with their actors.
    starting: dict[Any, _Actor] = field(default_factory=dict)
    running: dict[Any, tuple[_Actor, Numbered]] = field(default_factory=dict)
    again: deque[Numbered] = field(default_factory=deque)

    def annotate(self, shards: Iterator[Numbered]) -> Iterator[tuple[int, bytes]]:
        """Give shards out and take their bytes in, in the order in which they are done."""
        size = max(1, int(self.ray.cluster_resources().get("CPU", 1)) // self.cores)
        begun = False
        while True:
            # No actor is started, and no model loaded, where there is nothing to do.
            if not begun and (first := next(shards, None)) is not None:
                self.again.append(first)
                begun = True
                for _ in range(size):
                    self._start()
            self._give_out(shards)
            if not self.running and not self.again:
                break
            done, _ = self.ray.wait([*self.running, *self.starting], num_returns=1)
            for reference in done:
                if reference in self.starting:
                    self._join(reference)
                elif (finished := self._take_in(reference)) is not None:
                    yield finished
        for actor in (*self.actors, *self.starting.values()):
            self.ray.kill(actor.handle)

    def _start(self) -> None:
        remote: Callable[..., Any] = self.ray.remote(num_cpus=self.cores, max_restarts=0)(_Annotator).remote
        actor = _Actor(remote(self.config))
        self.starting[actor.handle.ready.remote()] = actor

    def _join(self, reference: Any) -> None:  # noqa: ANN401 (Ray's own)
        actor = self.starting.pop(reference)
        try:
            self.ray.get(reference)
        except self.ray.exceptions.RayError as error:
            self._mourn(error)
        else:
            self.actors.append(actor)

    def _give_out(self, shards: Iterator[Numbered]) -> None:
        while free := [a for a in self.actors if a.shards < AHEAD]:
            shard = self.again.popleft() if self.again else next(shards, None)
            if shard is None:
                return
            actor = min(free, key=lambda a: a.shards)
            actor.shards += 1
            self.running[actor.handle.annotate.remote(shard[1])] = (actor, shard)

    def _take_in(self, reference: Any) -> tuple[int, bytes] | None:  # noqa: ANN401 (Ray's own)
        actor, shard = self.running.pop(reference)
        actor.shards -= 1
        try:
            content = self.ray.get(reference)
        except self.ray.exceptions.RayTaskError as error:
            raise error.as_instanceof_cause() from None
        except self.ray.exceptions.RayError as error:
            self.again.append(shard)
            if actor in self.actors:
                self.actors.remove(actor)
                self._mourn(error)
            return None
        self.lost = 0
        return shard[0], content

    def _mourn(self, error: Exception) -> None:
        self.lost += 1
        if self.lost > PATIENCE * max(1, len(self.actors) + len(self.starting)):
            raise EngineError(
                f"workers of the Ray cluster died {self.lost} times in a row ({type(error).__name__}): each node needs "
                "cxtext in this version, the files that the pipeline names, and about 500 MB of memory a core"
            ) from None
        self._start()
