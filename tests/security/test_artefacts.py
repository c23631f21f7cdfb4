"""Files of models that somebody has prepared: each is refused at once, nothing in them runs, nothing is written."""

import hashlib
import io
import json
import os
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import cxtext
from cxtext.config import read_toml
from cxtext.encoder import files, own_files
from cxtext.encoder.artefact import FILES, read_manifest
from cxtext.encoder.own import load_own
from cxtext.encoder.runtime import Runtime
from cxtext.errors import ArtefactError, ConfigError, CxtextError, StageNotFoundError
from cxtext.pipeline import Pipeline
from cxtext.topics.corrections import read_corrections
from cxtext.topics.registry import Registry
from cxtext.topics.taxonomy import read_taxonomy

pytestmark = pytest.mark.timeout(30)
# More than refusing takes, far less than any of the bombs unpacks to.
MOST_MEMORY = 64 * 2**20


@pytest.fixture(autouse=True)
def nothing_happens(tmp_path: Path) -> Iterator[None]:
    """Check that no code of a file ran; a test calls :func:`refused` for the rest."""
    yield
    assert not (tmp_path / "ran").exists(), "a file of a model was executed"


def refused(load: Callable[[], object], folder: Path, *, match: str | None = None) -> None:
    before = snapshot(folder)
    tracemalloc.start()
    try:
        with pytest.raises(CxtextError, match=match) as raised:
            load()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY
    assert isinstance(raised.value, ArtefactError | ConfigError | StageNotFoundError)
    assert len(str(raised.value)) < 1000
    assert snapshot(folder) == before


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.lstat().st_size, p.lstat().st_mtime_ns) for p in sorted(folder.rglob("*"))}


class Touch:
    """What runs when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mknod, (str(self.path),))


def npz(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".npy", content)
    return buffer.getvalue()


def npy(array: NDArray[Any], *, allow_pickle: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    return buffer.getvalue()


def claiming(header: str, data: bytes = b"") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


OBJECTS = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
HUGE = "{'descr': '<f8', 'fortran_order': False, 'shape': (%s,), }"


def bad_arrays(names: list[str], marker: Path) -> dict[str, Callable[[], bytes]]:
    """Give what makes npz files with these arrays, all of them bad."""

    def each(content: bytes) -> bytes:
        return npz(**dict.fromkeys(names, content))

    def evil() -> NDArray[Any]:
        array = np.empty(1, dtype=object)
        array[0] = Touch(marker)
        return array

    return {
        "a pickle": lambda: pickle.dumps(Touch(marker)),
        "a pickle in an array": lambda: each(npy(evil(), allow_pickle=True)),
        "an array of objects without any": lambda: each(
            claiming("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }")
        ),
        "code in a header": lambda: each(claiming(f"__import__('os').mknod({str(marker)!r})")),
        "a header without end": lambda: each(claiming("[" * 9000)),
        "a header longer than any": lambda: each(b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b"{"),
        "an unknown version": lambda: each(b"\x93NUMPY\x09\x00" + bytes(100)),
        "terabytes": lambda: each(claiming(HUGE % 2**40)),
        "more than can be counted": lambda: each(claiming(HUGE % f"{2**40}, {2**40}")),
        "less than nothing": lambda: each(claiming(HUGE % "-1, -8")),
        "more than the file has": lambda: each(claiming(HUGE % "1000", bytes(80))),
        "a bomb": lambda: each(npy(np.zeros(40_000_000, np.int8))),
        "texts": lambda: each(npy(np.array(["a", "b"]))),
        "complex numbers": lambda: each(npy(np.array([1j, 2j]))),
        "fields": lambda: each(npy(np.zeros(2, [("a", "<i4")]))),
        "one array too few": lambda: npz(**dict.fromkeys(names[1:], npy(np.zeros((2, 2))))),
        "names that lead outside": lambda: npz(**{f"..__..__{n}": npy(np.zeros((2, 2))) for n in names}),
        "no archive": lambda: b"PK\x03\x04" + bytes(200),
        "text": lambda: b"weights",
        "nothing": lambda: b"",
        "the single array": lambda: npy(np.zeros((2, 2))),
        "a cut archive": lambda: npz(**dict.fromkeys(names, npy(np.zeros((2, 2)))))[:-30],
        "an archive with a damaged member": lambda: each(npy(np.zeros((2, 2)))).replace(b"NUMPY", b"NUMPX"),
    }


BAD_ARRAYS = list(bad_arrays(["x"], Path()))
# What JSON can be that is no model: a name and what makes it.
BAD_JSON: dict[str, bytes] = {
    "brackets without end": b'{"schema": ' + b"[" * 200_000,
    "objects without end": b'{"a":' * 200_000,
    "a number of many digits": b'{"schema": ' + b"9" * 10_000 + b"}",
    "a version of many digits": b'{"schema": "cxtext.topic_model/' + b"9" * 10_000 + b'"}',
    "infinity": b'{"schema": Infinity}',
    "a list": b"[]",
    "a text": b'"cxtext"',
    "nothing": b"",
    "null": b"null",
    "bytes": bytes(range(256)),
    "UTF-16": '{"schema": 1}'.encode("utf-16"),
    "a pickle": pickle.dumps({"schema": 1}),
}
bad_json = pytest.mark.parametrize("content", BAD_JSON.values(), ids=BAD_JSON)


def no_file(path: Path, kind: str) -> None:
    """Put something else than a file in a place."""
    path.unlink(missing_ok=True)
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a dead link":
        path.symlink_to(path.with_name("nowhere"))
    elif kind == "a link to itself":
        path.symlink_to(path.name)
    elif kind == "a link to a secret":
        secret = path.parent.parent / "secret"
        secret.write_text("secret", encoding="utf-8")
        path.symlink_to(secret)
    elif kind == "a file without end":
        with path.open("wb") as file:
            file.truncate(2**40)  # takes no room on the disk


NO_FILES = [
    "missing", "a folder", "a pipe", "a device", "a dead link", "a link to itself", "a link to a secret",
    "a file without end",
]  # fmt: skip
no_files = pytest.mark.parametrize("kind", NO_FILES)


# --- topic models -----------------------------------------------------------------------------------


class Hashed:
    """An encoder whose vectors say nothing of the texts."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:4]) for t in texts]
        return np.array([np.random.default_rng(seed).normal(size=8) for seed in seeds], np.float32)


@pytest.fixture(scope="module")
def fitted() -> cxtext.TopicModel:
    texts = [f"Der Zug nach Ort {i} war zu spät." for i in range(30)]
    return cxtext.TopicModel(encoder=Hashed()).fit(texts)


@pytest.fixture
def topics(fitted: cxtext.TopicModel, tmp_path: Path) -> Path:
    fitted.save(tmp_path / "topics")
    return tmp_path / "topics"


def load_topics(folder: Path) -> Callable[[], object]:
    return lambda: cxtext.TopicModel.load(folder, encoder=Hashed())


def signed(folder: Path, data: bytes) -> None:
    """Put in another npz, with the right hash."""
    state = json.loads((folder / "topic_model.json").read_text(encoding="utf-8"))
    state["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / "topic_model.json").write_text(json.dumps(state), encoding="utf-8")
    (folder / "topic_model.npz").write_bytes(data)


@pytest.mark.parametrize("name", BAD_ARRAYS)
def test_arrays_of_topic_models(name: str, topics: Path, tmp_path: Path) -> None:
    with np.load(topics / "topic_model.npz", allow_pickle=False) as file:
        names = list(file)
    signed(topics, bad_arrays(names, tmp_path / "ran")[name]())
    refused(load_topics(topics), topics, match="damaged|lacks|fit")


def test_a_topic_model_with_another_hash(topics: Path) -> None:
    data = bytearray((topics / "topic_model.npz").read_bytes())
    data[-1] ^= 1
    (topics / "topic_model.npz").write_bytes(data)
    refused(load_topics(topics), topics, match="SHA-256")


@no_files
@pytest.mark.parametrize("name", ["topic_model.json", "topic_model.npz"])
def test_topic_models_without_a_file(name: str, kind: str, topics: Path) -> None:
    no_file(topics / name, kind)
    refused(load_topics(topics), topics)


@bad_json
def test_json_of_topic_models(content: bytes, topics: Path) -> None:
    (topics / "topic_model.json").write_bytes(content)
    refused(load_topics(topics), topics)


@pytest.mark.parametrize(
    "change",
    [
        {"topics": "x"},
        {"topics": [{"id": 10**400, "keywords": []}]},
        {"topics": [[]]},
        {"memory": []},
        {"memory": None},
        {"parameters": [1]},
        {"parameters": {"__class__": "x"}},
        {"gone": [1]},
        {"corrections": "x"},
        {"unassigned_share": "x"},
        {"unassigned_share": 10**400},
    ],
    ids=str,
)
def test_values_of_topic_models(change: dict[str, Any], topics: Path) -> None:
    state = json.loads((topics / "topic_model.json").read_text(encoding="utf-8"))
    (topics / "topic_model.json").write_text(json.dumps({**state, **change}), encoding="utf-8")
    refused(load_topics(topics), topics)


def test_a_topic_model_cannot_name_files_that_its_next_fit_would_read(topics: Path) -> None:
    state = json.loads((topics / "topic_model.json").read_text(encoding="utf-8"))
    state["parameters"] |= {"registry": "/etc/hostname", "corrections": "/etc/hostname", "labeller": "os.system"}
    (topics / "topic_model.json").write_text(json.dumps(state), encoding="utf-8")
    model = cxtext.TopicModel.load(topics, encoder=Hashed())
    assert (model.registry, model.corrections, model.labeller) == (None, None, None)


# --- registries, corrections, taxonomies, pipelines -------------------------------------------------


@no_files
def test_registries_and_configurations_that_are_no_files(kind: str, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for name, load in {
        "registry.json": Registry.load,
        "corrections.json": read_corrections,
        "corrections.toml": read_corrections,
        "taxonomy.toml": read_taxonomy,
        "pipeline.toml": Pipeline.from_config,
    }.items():
        no_file(inner / name, kind)
        refused(lambda load=load, name=name: load(inner / name), inner)  # type: ignore[misc]


@bad_json
def test_json_of_registries_and_corrections(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    path.write_bytes(content)
    refused(lambda: Registry.load(path), tmp_path)
    refused(lambda: read_corrections(path), tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"topics": [{}]},
        {"places": [{"id": 10**30, "seen": 1, "since": 1, "mean": [1]}]},
        {"places": [{"id": 0, "seen": 1, "since": 1, "mean": [[[]]]}]},
        {"places": [{"id": 0, "seen": 1, "since": 1, "mean": "12"}]},
        {"next_id": 1e999},
        {"corrections": [1]},
        {"gone": {"a": 1}},
    ],
    ids=str,
)
def test_values_of_registries(change: dict[str, Any], fitted: cxtext.TopicModel, tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    path.write_text(json.dumps({**fitted.to_registry().to_dict(), **change}), encoding="utf-8")
    refused(lambda: Registry.load(path), tmp_path)


BAD_TOML = {
    "lists without end": "a = " + "[" * 100_000,
    "tables without end": "a = " + "{a = " * 100_000,
    "a key of many parts": ".".join(["a"] * 100_000) + " = 1",
    "a key of many quoted parts": "[" + " . ".join(['"a"'] * 100_000) + "]",
    "a key of many parts in a table": "a = {" + ".".join(["a"] * 100_000) + " = 1}",
    "a number of many digits": "a = " + "9" * 10_000,
    "bytes": "\x00\x01",
    "no TOML": "%YAML 1.2\n--- !!python/object/apply:os.system ['true']\n",
    "twice the same": "a = 1\na = 2\n",
}


@pytest.mark.parametrize("content", BAD_TOML.values(), ids=BAD_TOML)
def test_configurations(content: str, tmp_path: Path) -> None:
    path = tmp_path / "values.toml"
    path.write_text(content, encoding="utf-8")
    for load in (read_toml, read_taxonomy, read_corrections, Pipeline.from_config):
        refused(lambda load=load: load(path), tmp_path)  # type: ignore[misc]


@pytest.mark.parametrize("name", ["os:system", "subprocess.run", "../stage", "cxtext.run:app", "builtins:eval"])
def test_a_pipeline_names_registered_stages_only(name: str, tmp_path: Path) -> None:
    path = tmp_path / "pipeline.toml"
    path.write_text(f'schema = "cxtext.pipeline/1"\n[[stages]]\nname = "{name}"\n', encoding="utf-8")
    refused(lambda: Pipeline.from_config(path), tmp_path)


# --- ONNX -------------------------------------------------------------------------------------------


def field(number: int, value: bytes | str | int) -> bytes:
    """Write a field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def shaped(name: str, kind: int) -> bytes:
    rows_and_tokens = field(1, field(2, "rows")) + field(1, field(2, "tokens"))
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, rows_and_tokens)))


def graph(initialiser: bytes = b"", *, operator: str = "Cast", domain: str = "", output: str = "total") -> bytes:
    """Write an ONNX graph that turns ids into an output."""
    to = field(5, field(1, "to") + field(20, 2) + field(3, 1)) if operator == "Cast" else b""
    node = field(1, field(1, "ids") + field(2, output) + field(4, operator) + to + field(7, domain))
    extra = field(5, initialiser) if initialiser else b""
    body = node + field(2, "g") + extra + field(11, shaped("ids", 7)) + field(12, shaped(output, 1))
    return field(1, 8) + field(7, body) + field(8, field(1, "") + field(2, 17))


def outside(path: str) -> bytes:
    """Write a tensor whose numbers are in another file."""
    entry = field(1, "location") + field(2, path)
    return field(1, 4) + field(2, 1) + field(8, "w") + field(13, entry) + field(14, 1)


BAD_GRAPHS: dict[str, bytes] = {
    "weights above the folder": graph(outside("../secret")),
    "weights by an absolute path": graph(outside("/etc/hostname")),
    "weights beside it": graph(outside("weights.bin")),
    "weights from a device": graph(outside("../../../../dev/zero")),
    "an operator of a library": graph(operator="Run", domain="evil.ops"),
    "an unknown operator": graph(operator="System"),
    "another output": graph(output="other"),
    "a tensor of terabytes": graph(field(1, 2**40) + field(2, 1) + field(8, "w") + field(9, b"\0" * 16)),
    "a length that is none": b"\x3a\xff\xff\xff\xff\x0f",
    "a pickle": pickle.dumps([1]),
    "text": b"weights",
    "nothing": b"",
}


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """Give a folder with an encoder's files, signed, of which the graph is to be replaced."""
    from cxtext.encoder.artefact import find_encoder

    folder = tmp_path / "encoder"
    folder.mkdir()
    shipped = find_encoder()
    (folder / "tokenizer.json").write_bytes((shipped / "tokenizer.json").read_bytes())
    (folder / "model.onnx").write_bytes(graph())
    (folder / "manifest.json").write_bytes((shipped / "manifest.json").read_bytes())
    sign(folder)
    return folder


def sign(folder: Path, **changes: Any) -> None:
    path = folder / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(FILES)}
    path.write_text(json.dumps({**data, **changes}), encoding="utf-8")


def run(folder: Path) -> Callable[[], object]:
    return lambda: Runtime(folder, threads=1).run([[5, 6]])


@pytest.mark.parametrize("name", BAD_GRAPHS)
def test_graphs_of_encoders(name: str, encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(16))
    (encoder / "weights.bin").write_bytes(bytes(16))
    (encoder / "model.onnx").write_bytes(BAD_GRAPHS[name])
    sign(encoder)
    refused(run(encoder), tmp_path, match="another file|another graph|no graph")


def test_a_graph_that_an_encoder_is_not(encoder: Path) -> None:
    refused(run(encoder), encoder, match="does not take ids and give sentiment")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
@no_files
def test_encoders_without_a_file(name: str, kind: str, encoder: Path) -> None:
    no_file(encoder / name, kind)
    refused(run(encoder), encoder)


@bad_json
def test_json_of_encoders(content: bytes, encoder: Path) -> None:
    (encoder / "tokenizer.json").write_bytes(content)
    sign(encoder)
    refused(run(encoder), encoder)
    (encoder / "manifest.json").write_bytes(content)
    refused(run(encoder), encoder)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a/../../secret", "..\\secret", "..", "", "C:\\x"])
def test_encoders_that_name_files_elsewhere(name: str, encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    data = json.loads((encoder / "manifest.json").read_text(encoding="utf-8"))
    data["files"][name] = hashlib.sha256(b"secret").hexdigest()
    (encoder / "manifest.json").write_text(json.dumps(data), encoding="utf-8")
    refused(lambda: read_manifest(encoder), tmp_path, match="outside its folder|lacks")


@pytest.mark.parametrize("change", [{"dimension": 10**400}, {"window": "x"}, {"bias": 1}, {"files": []}], ids=str)
def test_values_of_encoders(change: dict[str, Any], encoder: Path) -> None:
    data = json.loads((encoder / "manifest.json").read_text(encoding="utf-8"))
    data["calibration"] |= {k: v for k, v in change.items() if k == "bias"}
    (encoder / "manifest.json").write_text(json.dumps({**data, **change}), encoding="utf-8")
    refused(lambda: read_manifest(encoder), encoder)


# --- models for labels of one's own -----------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    state = {
        "task": "categories", "classes": ["a", "b"], "temperature": 1.0, "encoder": "", "about": {},
        "network": {"window": 8, "size": 1},
    }  # fmt: skip
    heads = {"weights": np.zeros((2, 1)), "bias": np.zeros(2)}
    words = {"<s>": 0, "</s>": 1, "a": 2, "<unk>": 3}
    tokenizer = {
        "version": "1.0", "added_tokens": [], "normalizer": None, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None, "decoder": None, "truncation": None, "padding": None,
        "model": {"type": "WordLevel", "vocab": words, "unk_token": "<unk>"},
    }  # fmt: skip
    contents = {own_files.NETWORK: graph(), own_files.TOKENIZER: json.dumps(tokenizer).encode()}
    own_files.write(folder, state, heads, contents)
    return folder


def predict(folder: Path) -> Callable[[], object]:
    return lambda: load_own(folder, task="categories").predict(["a a"])


def replaced(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    path = folder / own_files.JSON
    state = json.loads(path.read_text(encoding="utf-8"))
    state["files"][name] = hashlib.sha256(content).hexdigest()
    path.write_text(json.dumps(state), encoding="utf-8")


@pytest.mark.parametrize("name", BAD_ARRAYS)
def test_arrays_of_own_models(name: str, own: Path, tmp_path: Path) -> None:
    replaced(own, own_files.HEAD, bad_arrays(["weights", "bias"], tmp_path / "ran")[name]())
    refused(predict(own), own, match="damaged|lacks|fit")


@pytest.mark.parametrize("name", BAD_GRAPHS)
def test_graphs_of_own_models(name: str, own: Path, tmp_path: Path) -> None:
    replaced(own, own_files.NETWORK, BAD_GRAPHS[name])
    refused(predict(own), tmp_path, match="another file|another graph|no graph|another length")


def test_a_graph_whose_vectors_do_not_fit(own: Path) -> None:
    refused(predict(own), own, match="another length")


@bad_json
def test_json_of_own_models(content: bytes, own: Path) -> None:
    replaced(own, own_files.TOKENIZER, content)
    refused(predict(own), own)
    (own / own_files.JSON).write_bytes(content)
    refused(predict(own), own)


@no_files
@pytest.mark.parametrize("name", [own_files.JSON, own_files.HEAD, own_files.NETWORK, own_files.TOKENIZER])
def test_own_models_without_a_file(name: str, kind: str, own: Path) -> None:
    no_file(own / name, kind)
    refused(predict(own), own)


@pytest.mark.parametrize(
    "change",
    [
        {"network": {"window": 0, "size": 1}},
        {"network": {"window": 10**400, "size": 1}},
        {"network": {"window": 8, "size": -1}},
        {"network": {"window": 8, "size": 10**12}},
        {"network": [1]},
        {"classes": 1},
        {"temperature": 10**400},
        {"about": "x"},
        {"files": {"../secret": "", own_files.HEAD: ""}},
        {"files": {own_files.HEAD: 1}},
    ],
    ids=str,
)
def test_values_of_own_models(change: dict[str, Any], own: Path) -> None:
    path = own / own_files.JSON
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    refused(predict(own), own)


# --- files that no test of a folder reaches ---------------------------------------------------------


def test_what_is_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "values.json"
    path.write_text("[1, 2, 3]", encoding="utf-8")
    assert files.read_json(path, largest=9) == [1, 2, 3]
    refused(lambda: files.read_json(path, largest=8), tmp_path, match="9 bytes, more than the 8")
    monkeypatch.setattr(files, "LARGEST_FILE", 8)
    refused(lambda: files.digest_of(path), tmp_path, match="9 bytes")


def test_a_model_of_another_library_runs_no_pickle(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    folder = tmp_path / "model"
    folder.mkdir()
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
    size = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    config = {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": 9, **size}
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Touch(tmp_path / "ran")))
    with pytest.raises(ArtefactError):
        cxtext.encode("Hallo", encoder=f"sentence-transformers:{folder}")
    (folder / "pytorch_model.bin").unlink()
    for header in (struct.pack("<Q", 2**60), struct.pack("<Q", 2) + b"{}", b"", pickle.dumps(1)):
        (folder / "model.safetensors").write_bytes(header)
        with pytest.raises(ArtefactError):
            cxtext.encode("Hallo", encoder=f"sentence-transformers:{folder}")
