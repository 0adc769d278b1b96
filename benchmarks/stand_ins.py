"""An index whose vectors stand in for real ones, made in minutes where embedding takes hours: to measure with.

Each is a real vector of some other paragraph, moved by the difference of two more: so they spread as real ones do, and
have neighbours as near. They are as many, and are packed, stored and sealed as a build does it. Beyond 150,000
paragraphs those of one serve for others too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Self
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import index
from corpus.sentences import sentence_spans
from index import BuildReport, Progress, builder, embedding, packing, token_signs
from index.encoder import Encoder
from index.schema import transaction
from index.store import Store

Vectors = NDArray[np.float32]

# How far a vector is moved, in differences of two others. So the nearest neighbours among 10,000 windows are about as
# near as those of real ones: see `nearness`.
_MOVED: Final = (0.1, 0.3)
_CABLES: Final = 256  # a commit: some 4,000 paragraphs
_READ_FIRST: Final = 1_024  # paragraphs that are embedded where there are no real vectors to be like
_DISTINCT: Final = (
    150_000  # paragraphs; to pack vectors takes most of the time, and beyond so many they are used again
)
_LETTERS: Final = 1_000  # of a window, about as many as the model reads at once behind the context


@dataclass(frozen=True, slots=True)
class Real:
    """Real vectors, of unit length: of windows (n, dim) and of sentences (m, dim)."""

    windows: Vectors
    sentences: Vectors

    @classmethod
    def of(cls, store: Store, *, most: int = 50_000) -> Self:
        """Those of the first paragraphs of an index."""
        rows = store.db.execute(
            "SELECT windows, vectors FROM embeddings ORDER BY paragraph LIMIT ?", (most,)
        ).fetchall()
        vectors, counts = packing.unpacked_vectors((blob for _, blob in rows), int(store.note("dim")))
        places = np.arange(len(vectors)) - np.repeat(np.cumsum([0, *counts[:-1]]), counts)
        of_windows = places < np.repeat([windows for windows, _ in rows], counts)
        return cls(unit(vectors[of_windows]), unit(vectors[~of_windows]))


class StandIns:
    """Vectors of paragraphs, packed."""

    def __init__(self, real: Real, chance: np.random.Generator) -> None:
        self._real, self._chance = real, chance
        self._made: dict[tuple[int, int], list[bytes]] = {}  # by how many windows and sentences
        self._count = 0

    def packed(self, counts: Sequence[tuple[int, int]]) -> list[bytes]:
        """For each (windows, sentences) the vectors of a paragraph that has so many."""
        if self._count < _DISTINCT or not all(each in self._made for each in counts):
            return self._new(counts)
        places = self._chance.random(len(counts)).tolist()
        found = []
        for each, place in zip(counts, places, strict=True):
            some = self._made[each]
            found.append(some[int(place * len(some))])
        return found

    def _new(self, counts: Sequence[tuple[int, int]]) -> list[bytes]:
        windows, sentences = np.array(counts).T
        both = windows + sentences
        places = np.arange(both.sum()) - np.repeat(np.cumsum(both) - both, both)
        of_windows = places < np.repeat(windows, both)
        vectors = np.empty((len(places), self._real.windows.shape[1]), np.float32)
        vectors[of_windows] = drawn(self._chance, int(windows.sum()), self._real.windows)
        vectors[~of_windows] = drawn(self._chance, int(sentences.sum()), self._real.sentences)
        found = packing.packed_apart(vectors, both.tolist())
        for each, blob in zip(counts, found, strict=True):
            self._made.setdefault(each, []).append(blob)
        self._count += len(found)
        return found


class _Paragraph(NamedTuple):
    id: int
    windows: int
    spans: tuple[tuple[int, int], ...]


def build(
    cables: Path | None,
    folder: Path,
    *,
    seed: int,
    like: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """The real build, but for what the model says of paragraphs.

    What is asked later is read by the real model, with which the folder is marked.

    Args:
        cables: as for index.build.
        folder: of the index.
        seed: of chance.
        like: an index with real vectors; without one some paragraphs are embedded, and all others are like these.
        progress: as for index.build.
    """
    with patch.object(builder, "embed", filler(like, seed=seed)):
        return index.build(cables, folder, progress=progress)


def filler(like: Path | None, *, seed: int) -> Callable[..., int]:
    """What stands in for index.embedding.embed."""
    real = None
    if like is not None:
        with Store(like) as store:
            real = Real.of(store)
    return partial(_fill, real, np.random.default_rng(seed))


def _fill(
    real: Real | None,
    chance: np.random.Generator,
    store: Store,
    encoder: Encoder,
    *,
    tokens: bool,
    anew: bool,  # whether some are embedded without tokens: here all that lack them get them
    work: embedding.Work,  # of which nothing is asked: what the model reads here is soon read
    tell: Callable[[Progress], None],
    stopped: Callable[[], bool],
    after_batch: Callable[[], None],
) -> int:
    total, done = store.count_unembedded(), 0
    if real is None:
        done = _embed_some(store, encoder, total)
        real = Real.of(store)
    stand_ins = StandIns(real, chance)
    for some in _unembedded(store):
        if stopped():
            break
        with transaction(store.db):
            _keep(store, some, stand_ins)
        done += len(some)
        tell(Progress(stage="embed", done=done, total=total))
    if tokens and not stopped():
        _keep_tokens(store, encoder, chance, tell)
    return done


def _keep_tokens(
    store: Store, encoder: Encoder, chance: np.random.Generator, tell: Callable[[Progress], None]
) -> None:
    """Tokens of chance, at their real places, for what has none: they answer nothing, and cost as much to read."""
    last, done, total = 0, 0, store.count_unembedded(tokens=True)
    while some := store.unembedded(after=last, limit=_CABLES, tokens=True):
        with transaction(store.db):
            for each in some:
                spans, above = encoder.offsets(each.text), encoder.offsets(embedding.before(each))
                vectors = chance.standard_normal((len(spans) + len(above), encoder.dim), np.float32)
                kept = token_signs.ParagraphTokens(
                    spans=tuple(spans), vectors=vectors[: len(spans)], above=vectors[len(spans) :]
                )
                store.keep_tokens(each.id, token_signs.packed(kept))
        last, done = some[-1].id, done + len(some)
        tell(Progress(stage="embed", done=done, total=total))


def _embed_some(store: Store, encoder: Encoder, total: int) -> int:
    """Let the model read paragraphs from all over the corpus; how many."""
    ids = [row[0] for row in store.db.execute("SELECT id FROM paragraphs WHERE embedded = 0 ORDER BY id")]
    some = list(store.paragraphs(ids[:: max(1, total // _READ_FIRST)]).values())
    for start in range(0, len(some), 256):
        portion = some[start : start + 256]
        embedding.keep(store, portion, embedding.embedded(encoder, portion))
    return len(some)


def _unembedded(store: Store) -> Iterator[list[_Paragraph]]:
    """What is to be embedded, in portions, in the order in which a build would come to it."""
    last = 0
    while True:
        bodies = store.db.execute(
            "SELECT c.number, b.body FROM cables c JOIN bodies b ON b.cable = c.number"
            " WHERE c.shown = 1 AND c.waiting > 0 AND c.number > ? ORDER BY c.number LIMIT ?",
            (last, _CABLES),
        ).fetchall()
        if not bodies:
            return
        last = bodies[-1][0]
        found = []
        for number, body in bodies:
            _, texts = packing.unpacked_body(body)
            for paragraph, position in store.db.execute(
                "SELECT id, position FROM paragraphs WHERE cable = ? AND embedded = 0 ORDER BY position",
                (number,),
            ):
                text = texts[position]
                found.append(_Paragraph(paragraph, 1 + len(text) // _LETTERS, sentence_spans(text)))
        yield found


def _keep(store: Store, some: Sequence[_Paragraph], stand_ins: StandIns) -> None:
    """Store vectors of paragraphs as Store.keep_embedding does it one by one."""
    packed = stand_ins.packed([(each.windows, len(each.spans)) for each in some])
    ids = [(each.id,) for each in some]
    store.db.executemany(
        "INSERT INTO embeddings VALUES (?, ?, ?, ?)",
        (
            (each.id, each.windows, packing.packed_spans(each.spans), blob)
            for each, blob in zip(some, packed, strict=True)
        ),
    )
    store.db.executemany("INSERT OR REPLACE INTO since_base VALUES (?, 0)", ids)
    store.db.executemany(
        "UPDATE cables SET waiting = waiting - 1 WHERE number = (SELECT cable FROM paragraphs WHERE id = ?)",
        ids,
    )
    store.db.executemany("UPDATE paragraphs SET embedded = 1 WHERE id = ?", ids)
    store.advance("vectors_generation")
    store.advance("generation")


def drawn(chance: np.random.Generator, count: int, real: Vectors) -> Vectors:
    """So many vectors of unit length (count, dim) that are spread as the real ones are."""
    one, more, less = chance.integers(len(real), size=(3, count))
    moved = chance.uniform(*_MOVED, size=(count, 1)).astype(np.float32)
    return unit(real[one] + moved * (real[more] - real[less]))


def unit(vectors: Vectors) -> Vectors:
    """The same directions, of unit length."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def nearness(vectors: Vectors, of: int = 1_000) -> dict[str, list[float]]:
    """Cosines of the first vectors with their nearest and tenth nearest of all: at 5, 25, 50, 75 and 95 percent."""
    products = np.sort(vectors[:of] @ vectors.T, axis=1)[:, ::-1]
    percents = [5, 25, 50, 75, 95]
    return {
        name: np.percentile(products[:, place], percents).round(3).tolist()
        for name, place in (("nearest", 1), ("tenth", 10))
    }
