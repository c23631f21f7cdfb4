"""The folder of an encoder: found, checked, refused."""

import hashlib
import json
import shutil

import pytest

from cxtext.encoder import artefact
from cxtext.encoder.artefact import find_encoder, read_manifest
from cxtext.encoder.model import encode
from cxtext.errors import ArtefactError

MANIFEST = {
    "schema": "cxtext.encoder/1",
    "version": "1.0",
    "dimension": 384,
    "pair_size": 64,
    "window": 254,
    "sentiment": ["negative", "neutral", "positive"],
    "tags": ["O", "B-negative", "B-neutral", "B-positive", "I-negative", "I-neutral", "I-positive"],
    "calibration": {"temperature": 1.5, "bias": [0.0, 0.25, -0.25], "pair_bias": 0.5, "pair_weights": [1.0] * 7},
}
CONTENT = {"model.onnx": b"weights", "tokenizer.json": b"{}"}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "encoder"
    made.mkdir()
    for name, content in CONTENT.items():
        (made / name).write_bytes(content)
    write(made)
    return made


def write(folder, **changes):
    files = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
    data = {k: v for k, v in {**MANIFEST, "files": files, **changes}.items() if v is not None}
    (folder / "manifest.json").write_text(json.dumps(data), encoding="utf-8")


def test_a_manifest_is_read(folder):
    manifest = read_manifest(folder)
    assert (manifest.folder, manifest.version, manifest.dimension, manifest.window) == (folder, "1.0", 384, 254)
    assert (manifest.temperature, manifest.bias, manifest.pair_bias) == (1.5, (0.0, 0.25, -0.25), 0.5)
    assert manifest.tags[0] == "O"


def test_the_shipped_encoder_is_whole():
    manifest = read_manifest(find_encoder())
    assert manifest.sentiment == ("negative", "neutral", "positive")
    assert len(manifest.tags) == 7
    assert len(manifest.bias) == 3
    assert manifest.temperature > 0


def test_a_folder_without_manifest_is_refused(tmp_path):
    with pytest.raises(ArtefactError, match=r"has no manifest.json"):
        read_manifest(tmp_path)
    with pytest.raises(ArtefactError, match=r"has no manifest.json"):
        encode("Hallo", encoder=str(tmp_path / "missing"))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"not json"], ids=["empty", "cut", "bytes", "words"])
def test_a_manifest_that_is_not_json_is_damaged(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ArtefactError, match="is damaged"):
        read_manifest(folder)


@pytest.mark.parametrize("schema", ["cxtext.encoder/2", "cxtext.topics/1", None, 1])
def test_another_schema_is_refused(folder, schema):
    write(folder, schema=schema)
    with pytest.raises(ArtefactError, match=r"reads 'cxtext.encoder/1'"):
        read_manifest(folder)


def test_a_list_is_no_manifest(folder):
    (folder / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ArtefactError, match="schema None"):
        read_manifest(folder)


@pytest.mark.parametrize("key", [*(set(MANIFEST) - {"schema"}), "files"])
def test_a_manifest_without_one_of_its_keys_is_damaged(folder, key):
    write(folder, **{key: None})
    with pytest.raises(ArtefactError, match="is damaged"):
        read_manifest(folder)


def test_a_changed_file_is_damaged(folder):
    (folder / "model.onnx").write_bytes(b"Weights")
    with pytest.raises(ArtefactError, match=r"model.onnx is damaged: its SHA-256 differs"):
        read_manifest(folder)


@pytest.mark.parametrize("name", CONTENT)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ArtefactError, match=f"lacks {name}"):
        read_manifest(folder)


@pytest.mark.parametrize("name", CONTENT)
def test_a_file_that_the_manifest_does_not_name_is_not_loaded_unchecked(folder, name):
    write(folder, files={n: hashlib.sha256(c).hexdigest() for n, c in CONTENT.items() if n != name})
    with pytest.raises(ArtefactError, match=f"names no {name}"):
        read_manifest(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a/b", "..", ".", "", "..\\secret"])
def test_a_manifest_cannot_reach_outside_its_folder(folder, name):
    (folder.parent / "secret").write_bytes(b"secret")
    digest = hashlib.sha256(b"secret").hexdigest()
    write(folder, files={**{n: hashlib.sha256(c).hexdigest() for n, c in CONTENT.items()}, name: digest})
    with pytest.raises(ArtefactError, match="names a file outside its folder"):
        read_manifest(folder)


def test_the_checkout_comes_first_then_the_wheel_then_an_error(monkeypatch, tmp_path):
    package = tmp_path / "cxtext"
    monkeypatch.setattr(artefact, "PACKAGE", package)
    with pytest.raises(ArtefactError, match="the shipped encoder is missing"):
        find_encoder()
    for place in (package / "_encoder", tmp_path / "models" / "encoder"):
        place.mkdir(parents=True)
        (place / "manifest.json").write_text("{}", encoding="utf-8")
        assert find_encoder() == place


def test_a_copy_of_the_shipped_encoder_gives_the_same_bytes(tmp_path):
    copy = shutil.copytree(find_encoder(), tmp_path / "copy")
    texts = ["Der Zug war zu spät.", "", "Great service"]
    assert encode(texts, encoder=str(copy)).tobytes() == encode(texts).tobytes()
