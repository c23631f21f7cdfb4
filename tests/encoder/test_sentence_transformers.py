"""The library sentence-transformers: its models as encoders here, and the shipped encoder as a model there."""

import copy
import json
import re
import shutil
import sys

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

import cxtext
from cxtext.encoder import foreign
from cxtext.encoder.artefact import find_encoder, read_manifest
from cxtext.encoder.foreign import MODULE, NamedModel, load_named
from cxtext.encoder.model import encode
from cxtext.encoder.sentence_transformers_module import CxtextEncoder
from cxtext.errors import ArtefactError, CxtextError, InputTypeError, InputValueError, MissingExtraError
from models.recipe.sentence_transformers_files import write_modules

TEXTS = [
    "Der Zug war zu spät.",
    "",
    "The train was late",
    " \n",
    "ok",
    "Kaputt \ud83d!",
    "Sehr nett und hilfsbereit. " * 90,
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Folder of a small BERT with random weights that reads single letters."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyzäöüß.,!"]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    size = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=64, **size)).save_pretrained(folder / "bert")
    marks = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **marks).save_pretrained(folder / "bert")
    SentenceTransformer(str(folder / "bert"), device="cpu", local_files_only=True).save(str(folder / "tiny"))
    return folder / "tiny"


@pytest.fixture(scope="module")
def shipped():
    return SentenceTransformer(str(find_encoder()), trust_remote_code=True, local_files_only=True)


def error_of(encoder):
    with pytest.raises(CxtextError) as caught:
        encode(["geheim"], encoder=encoder)
    error = caught.value
    assert "\n" not in str(error)
    assert "geheim" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error


# --- their models as encoders --------------------------------------------------------------------------------------


def test_a_folder_encodes_as_the_library_does(tiny):
    vectors = encode(TEXTS, encoder=f"sentence-transformers:{tiny}")
    assert vectors.shape == (7, 16)
    assert vectors.dtype == np.float32
    assert not vectors[[1, 3]].any(), "texts without words give zero rows"
    filled = [0, 2, 4, 6]
    theirs = SentenceTransformer(str(tiny), device="cpu").encode([TEXTS[i] for i in filled], normalize_embeddings=True)
    assert vectors[filled] == pytest.approx(theirs, abs=1e-5)
    assert vectors[5] == pytest.approx(encode("Kaputt \ufffd!", encoder=f"sentence-transformers:{tiny}")[0], abs=1e-5)


def test_one_string_no_text_and_empty_texts_keep_the_dimension(tiny):
    encoder = f"sentence-transformers:{tiny}"
    assert encode("gut", encoder=encoder).shape == (1, 16)
    assert encode([], encoder=encoder).shape == (0, 16)
    assert encode(["", " "], encoder=encoder).shape == (2, 16)


def test_the_order_of_rows_has_no_influence(tiny, varied):
    encoder, texts = f"sentence-transformers:{tiny}", [*varied(80, 4), "", "ok", "ok"]
    vectors = encode(texts, encoder=encoder)
    assert encode(texts, encoder=encoder).tobytes() == vectors.tobytes()
    order = np.random.default_rng(4).permutation(len(texts))
    assert encode([texts[i] for i in order], encoder=encoder).tobytes() == vectors[order].tobytes()


def test_a_model_is_loaded_once(tiny, monkeypatch):
    load_named.cache_clear()
    loaded = []

    def counting(*args, **kwargs):
        loaded.append(args)
        return SentenceTransformer(*args, **kwargs)

    monkeypatch.setattr("sentence_transformers.SentenceTransformer", counting)
    for _ in range(3):
        encode(["gut"], encoder=f"sentence-transformers:{tiny}")
    assert loaded == [(str(tiny),)]


def test_a_model_object_is_taken_as_it_is(tiny):
    named = encode(TEXTS[:5], encoder=f"sentence-transformers:{tiny}")
    assert encode(TEXTS[:5], encoder=SentenceTransformer(str(tiny), device="cpu")).tobytes() == named.tobytes()


def test_topics_are_found_with_it_and_kept(tiny, tmp_path):
    things = ["Die App stürzt ab", "The app crashes", "Der Zug kam zu spät", "The train was late", "Zzz", "xxx yyy"]
    texts = [f"{thing} {i}." for i in range(4) for thing in things]
    model = cxtext.TopicModel(encoder=f"sentence-transformers:{tiny}", n_topics=2).fit(texts)
    model.save(tmp_path / "topics")
    loaded = cxtext.TopicModel.load(tmp_path / "topics")
    assert loaded.encoder == f"sentence-transformers:{tiny}"
    assert (loaded.predict([*texts, ""]) == [*model.labels_, -1]).all()


# --- what cannot be loaded -----------------------------------------------------------------------------------------


def test_a_missing_extra_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    error = error_of("sentence-transformers:any/model")
    assert isinstance(error, MissingExtraError)
    assert 'pip install "cxtext[transformers]"' in str(error)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("some/model-that-is-not-here", "a name that is not in the cache, offline"),
        ("modelthatisnothere", "a short name"),
        ("not a name!", "no name at all"),
        ("no/such/folder", "a path"),
    ],
)
def test_a_name_that_is_nowhere_is_said_in_one_line(name, why):
    error = error_of(f"sentence-transformers:{name}")
    assert isinstance(error, ArtefactError), why
    assert f"finds no model '{name}'" in str(error)


def test_a_folder_that_holds_no_model_is_said_in_one_line(tmp_path):
    assert "holds no model that" in str(error_of(f"sentence-transformers:{tmp_path}"))


def test_a_cut_model_is_said_in_one_line(tiny, tmp_path):
    folder = shutil.copytree(tiny, tmp_path / "cut")
    (folder / "model.safetensors").write_bytes(b"cut")
    assert "holds no model that" in str(error_of(f"sentence-transformers:{folder}"))


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_refused(name):
    assert isinstance(error_of(f"sentence-transformers:{name}"), InputValueError)


def test_code_that_comes_with_a_model_is_not_run(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "evil.Model"}]))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Model: ...\n")
    assert "brings code of its own, which cxtext does not run" in str(error_of(f"sentence-transformers:{folder}"))
    assert not (tmp_path / "ran").exists()


def test_what_a_model_raises_does_not_show_the_text(monkeypatch):
    class Failing:
        def encode(self, texts, **options):
            raise ValueError(f"cannot read {texts}")

    monkeypatch.setattr("cxtext.encoder.model.load_named", lambda name: NamedModel(name, Failing()))
    error = error_of("sentence-transformers:failing")
    assert str(error) == "the sentence-transformers model 'failing' failed on 1 texts (ValueError)"


# --- the shipped encoder as their model ----------------------------------------------------------------------------


def test_the_folder_gives_the_same_bytes_there_and_here(shipped, varied):
    texts = [*TEXTS, *varied(90, 5)]
    vectors = shipped.encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.tobytes() == encode(texts).tobytes()
    assert shipped.encode(texts, batch_size=7).tobytes() == vectors.tobytes()
    assert shipped.encode("Great service").tobytes() == encode("Great service")[0].tobytes()
    assert shipped.get_embedding_dimension() == 384
    assert shipped.max_seq_length is None, "nothing is cut"


def test_german_and_english_are_near_by_the_library_s_own_measure(shipped):
    vectors = shipped.encode(["Der Zug kam zu spät.", "The train was late.", "Leckeres Essen!"])
    near = shipped.similarity(vectors, vectors)
    assert near[0, 1] > near[0, 2]


def test_the_class_needs_no_trust_in_a_folder():
    texts = ["Der Zug war zu spät.", "Great service"]
    model = SentenceTransformer(modules=[CxtextEncoder(find_encoder())])
    assert model.encode(texts).tobytes() == encode(texts).tobytes()
    with pytest.raises(ValueError, match="trust_remote_code=True"):
        SentenceTransformer(str(find_encoder()))


def test_the_folder_by_the_name_of_the_library_is_the_same_encoder():
    vectors = encode(TEXTS, encoder=f"sentence-transformers:{find_encoder()}")
    assert vectors == pytest.approx(encode(TEXTS), abs=1e-6)


def test_a_prompt_stands_before_the_text(shipped):
    assert shipped.encode("Zug", prompt="Der ").tobytes() == encode("Der Zug")[0].tobytes()


@pytest.mark.parametrize("item", [3, None, ("Frage", "Antwort"), {"text": "gut"}])
def test_what_is_no_text_is_refused(shipped, item):
    with pytest.raises(InputTypeError, match=f"must be a str, got {type(item).__name__}"):
        shipped[0].preprocess(["gut", item])


def test_a_copy_for_a_worker_holds_no_session(shipped):
    assert copy.deepcopy(shipped).encode("gut").tobytes() == shipped.encode("gut").tobytes()


def test_a_saved_model_is_an_encoder_folder_and_loads_again(shipped, tmp_path):
    shipped.save(str(tmp_path / "saved"))
    assert [p.name for p in (tmp_path / "saved").rglob("*") if p.suffix in {".onnx", ".safetensors", ".bin"}] == [
        "model.onnx"
    ]
    assert read_manifest(tmp_path / "saved").version == read_manifest(find_encoder()).version
    loaded = SentenceTransformer(str(tmp_path / "saved"), trust_remote_code=True, local_files_only=True)
    here = encode(TEXTS)
    assert loaded.encode(TEXTS).tobytes() == here.tobytes()
    assert encode(TEXTS, encoder=str(tmp_path / "saved")).tobytes() == here.tobytes()
    loaded.save(str(tmp_path / "saved"))
    assert read_manifest(tmp_path / "saved"), "saved over itself, it is still whole"


def test_a_damaged_folder_is_refused_as_here(tmp_path):
    folder = shutil.copytree(find_encoder(), tmp_path / "copy")
    (folder / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(ArtefactError, match=r"tokenizer\.json is damaged"):
        SentenceTransformer(str(folder), trust_remote_code=True, local_files_only=True)
    assert "tokenizer.json is damaged" in str(error_of(f"sentence-transformers:{folder}"))
    with pytest.raises(ArtefactError, match=r"has no manifest\.json"):
        CxtextEncoder(tmp_path)


def test_the_recipe_writes_the_file_that_ships(tmp_path):
    write_modules(tmp_path)
    assert (find_encoder() / "modules.json").read_bytes() == (tmp_path / "modules.json").read_bytes()
    assert f"{CxtextEncoder.__module__}.{CxtextEncoder.__qualname__}" == MODULE
    assert foreign._module_types(tmp_path) == [MODULE]


def test_what_the_documentation_shows_runs(root, tiny):
    shown = re.findall(r"^```python\n(.*?)^```", (root / "docs" / "encoder.md").read_text("utf-8"), re.M | re.DOTALL)
    assert len(shown) == 4
    names = {}
    for block in shown:
        exec(block.replace("paraphrase-multilingual-MiniLM-L12-v2", str(tiny)), names)
        if "vectors" in names:
            assert names["vectors"].shape[0] == 2
    assert names["model"].get_embedding_dimension() == 384
