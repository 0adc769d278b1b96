"""Tokens that are kept: what comes back, and that questions are answered from them as from the model's."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import index
from index import schema, token_signs
from index.encoder import Encoder
from index.model import unit
from index.token_signs import ParagraphTokens
from tests.index.opened import folder_of

WriteCable = Callable[..., Path]
DIM = 384
QUESTION = "Who was deported?"


def drawn(count: int, seed: int = 3) -> np.typing.NDArray[np.float32]:
    return unit(np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32))


def tokens(count: int, above: int) -> ParagraphTokens:
    spans = tuple((7 * place, 7 * place + 5) for place in range(count))
    return ParagraphTokens(spans=spans, vectors=drawn(count), above=drawn(above, 4))


def test_the_places_come_back_and_the_cosines_with_little_and_even_error() -> None:
    kept = tokens(300, 40)
    blob = token_signs.packed(kept)
    back = token_signs.unpacked(blob, DIM)
    assert back.spans == kept.spans
    # Beside vectors that lie near them, as a question's beside those of its answer.
    asked = unit(kept.vectors + 0.7 * drawn(300, 5))
    error = (back.vectors * asked).sum(axis=1) - (kept.vectors * asked).sum(axis=1)
    assert abs(error.mean()) < 0.005
    assert error.std() < 0.04
    assert np.abs(drawn(40, 6) @ back.above.T - drawn(40, 6) @ kept.above.T).std() < 0.04
    assert len(blob) < 340 * 52


@pytest.mark.parametrize(("count", "above"), [(0, 0), (0, 3), (2, 0)])
def test_a_paragraph_without_tokens_or_without_context_comes_back(count: int, above: int) -> None:
    back = token_signs.unpacked(token_signs.packed(tokens(count, above)), DIM)
    assert (back.vectors.shape, back.above.shape) == ((count, DIM), (above, DIM))


def test_a_torn_or_flipped_one_is_told() -> None:
    blob = token_signs.packed(tokens(5, 2))
    assert token_signs.sound(blob)
    for torn in (b"", blob[:10], blob[:-1], blob[:40] + bytes([blob[40] ^ 1]) + blob[41:]):
        assert not token_signs.sound(torn)


@pytest.fixture
def folder(write_cable: WriteCable, tmp_path: Path, tiny_model: str) -> Path:
    long = " ".join(f"Report {number} tells of migrants who were deported." for number in range(30))
    write_cable("one.txt", ["The police deported 17 migrants. The minister resigned.", long], serial=1)
    write_cable("two.txt", ["Wheat exports fell."], serial=2)
    index.build(tmp_path / "files", tmp_path / "index", model=tiny_model, device="cpu", keep_tokens=True)
    return tmp_path / "index"


def count_tokens(folder: Path) -> int:
    with closing(sqlite3.connect(folder / schema.DATABASE)) as database:
        return int(database.execute("SELECT count(*) FROM tokens").fetchone()[0])


def test_what_is_kept_is_what_the_model_would_say_rounded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with index.open(folder, device="cpu") as cable_index:
        hits = cable_index.search(QUESTION)
        assert len(hits) == count_tokens(folder) == 3
        with folder_of(cable_index).stores.lent() as store:
            encoder = cable_index._ready(store)
        exact = index.late_interaction.token_matches(encoder, QUESTION, hits)
        read = []
        made = Encoder.token_vectors

        def told(self: Encoder, texts: list[str], *, question: bool = False) -> object:
            read.extend(texts)
            return made(self, texts, question=question)

        monkeypatch.setattr(Encoder, "token_vectors", told)
        kept = cable_index.token_matches(QUESTION, hits)
        assert read == [QUESTION]
        for one, other in zip(kept, exact, strict=True):
            assert (one.pieces, one.tokens, one.sentences) == (other.pieces, other.tokens, other.sentences)
            assert np.corrcoef(one.cosines.ravel(), other.cosines.ravel())[0, 1] > 0.7
        # A torn one is read anew and rounded likewise.
        with folder_of(cable_index).stores.lent() as store:
            store.db.execute("UPDATE tokens SET signs = x'00' WHERE paragraph = ?", (hits[0].id,))
        again = cable_index.token_matches(QUESTION, hits)
        assert len(read) > 2
        for one, other in zip(again, kept, strict=True):
            np.testing.assert_allclose(one.cosines, other.cosines, atol=0.02)


def test_they_are_kept_from_then_on_made_for_what_was_there_before_and_dropped_on_demand(
    write_cable: WriteCable, tmp_path: Path, tiny_model: str
) -> None:
    folder, files = tmp_path / "index", tmp_path / "files"
    write_cable("one.txt", ["The minister resigned.", "Snow fell."], serial=1)
    assert index.build(files, folder, model=tiny_model).embedded == 2
    assert count_tokens(folder) == 0
    sealed = sorted(folder.glob("vectors-*"))
    assert index.build(None, folder, keep_tokens=True).embedded == 2
    assert (count_tokens(folder), sorted(folder.glob("vectors-*"))) == (2, sealed)
    assert index.build(None, folder, keep_tokens=True).embedded == 0
    two = write_cable("two.txt", ["Wheat was sold."], serial=2)
    assert index.build(None, folder).embedded == 1
    assert count_tokens(folder) == 3
    two.unlink()
    index.build(None, folder, prune=True)
    index.build(files, folder, prune=True)
    assert count_tokens(folder) == 2
    assert index.build(None, folder, keep_tokens=False).embedded == 0
    assert count_tokens(folder) == 0


def test_torn_tokens_are_found_by_a_check_and_made_again_by_a_repair(folder: Path) -> None:
    assert index.check(folder).sound
    with closing(sqlite3.connect(folder / schema.DATABASE)) as database, database:
        database.execute("UPDATE tokens SET signs = substr(signs, 1, 30) WHERE paragraph = 1")
    assert [problem.cables for problem in index.check(folder).problems] == [("09ASTANA1",)]
    index.repair(folder)
    assert index.check(folder).sound
    assert count_tokens(folder) == 3
