"""The second stage of a build: vectors for every paragraph that has none."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final, NamedTuple, Protocol

import numpy as np

from corpus.sentences import sentence_spans
from index import packing, token_signs
from index.encoder import Encoder
from index.late_interaction import together
from index.memory import give_back
from index.schema import transaction
from index.store import Store, StoredParagraph
from index.values import Progress
from index.windows import context, windows

# Paragraphs a commit. A killed build loses two such batches, a stopped one ends them: ten seconds of work on one core.
# Those of about one length are read together.
_BATCH: Final = 192


class Embedding(NamedTuple):
    """The vectors of a paragraph, packed as the store keeps them."""

    windows: int  # how many
    spans: bytes  # of its sentences
    vectors: bytes
    tokens: bytes | None  # where they are kept, and the model has any


Batch = list[StoredParagraph]
Worked = Generator[tuple[Batch, list[Embedding]]]


class Work(Protocol):
    """How batches come to their vectors: `ahead`, or `index.spread`."""

    def __call__(self, encoder: Encoder, batches: Iterable[Batch], *, tokens: bool) -> Worked:
        """Each batch with its vectors, in any order. Of `batches` no more are taken than are soon worked on."""
        ...


def ahead(encoder: Encoder, batches: Iterable[Batch], *, tokens: bool) -> Worked:
    """The model of this process works on the next batch while one is stored: the database is for its thread alone."""
    with ThreadPoolExecutor(1, "ahead") as pool:
        at_hand = None
        for batch in batches:
            following = batch, pool.submit(embedded, encoder, batch, tokens=tokens)
            if at_hand:
                yield at_hand[0], at_hand[1].result()
            at_hand = following
        if at_hand:
            yield at_hand[0], at_hand[1].result()


def embed(
    store: Store,
    encoder: Encoder,
    *,
    tokens: bool = False,
    anew: bool = False,
    work: Work = ahead,
    tell: Callable[[Progress], None],
    stopped: Callable[[], bool],
    after_batch: Callable[[], None],
) -> int:
    """Embed what is not embedded, and commit as it goes; how many paragraphs were.

    Args:
        store: of the index.
        encoder: its model.
        tokens: keep the vectors of tokens too.
        anew: with `tokens`, read what is embedded without them again.
        work: gives batches their vectors.
        tell: is told after every batch.
        stopped: whether to begin no other batch.
        after_batch: is called between two batches.
    """
    total, done = store.count_unembedded(tokens=anew), 0
    with closing(work(encoder, _waiting(store, anew=anew, stopped=stopped), tokens=tokens)) as worked:
        for batch, vectors in worked:
            keep(store, batch, vectors)
            give_back()
            done += len(batch)
            tell(Progress(stage="embed", done=done, total=total))
            after_batch()
    return done


def _waiting(store: Store, *, anew: bool, stopped: Callable[[], bool]) -> Iterator[Batch]:
    """What is to be embedded, in the order of ids, until the build is stopped."""
    last = 0
    while not stopped() and (batch := store.unembedded(after=last, limit=_BATCH, tokens=anew)):
        yield batch
        last = batch[-1].id


def keep(store: Store, paragraphs: Sequence[StoredParagraph], embeddings: Sequence[Embedding]) -> None:
    """Store the vectors of some paragraphs in one transaction."""
    came = False
    with transaction(store.db):
        for each, found in zip(paragraphs, embeddings, strict=True):
            if not store.is_embedded(each.id):  # else it lacked its tokens alone
                came = True
                store.keep_embedding(each.id, found.windows, found.spans, found.vectors)
            if found.tokens is not None:
                store.keep_tokens(each.id, found.tokens)
        if came:
            store.advance("vectors_generation")
        store.advance("generation")


def embedded(
    encoder: Encoder, paragraphs: Sequence[StoredParagraph], *, tokens: bool = False
) -> list[Embedding]:
    """The vectors of some paragraphs, packed; with `tokens` those of tokens too."""
    spans = [sentence_spans(each.text) for each in paragraphs]
    cut = [
        windows(each.text, before(each), encoder.offsets, max_tokens=encoder.max_tokens)
        for each in paragraphs
    ]
    return [
        Embedding(
            windows=len(found.windows),
            spans=packing.packed_spans(places),
            vectors=packing.packed_vectors(np.concatenate([found.windows, found.sentences])),
            tokens=token_signs.packed(together(list(zip(some, found.tokens, strict=True))))
            if found.tokens
            else None,
        )
        for places, some, found in zip(
            spans, cut, encoder.encode_paragraphs(cut, spans, tokens=tokens), strict=True
        )
    ]


def before(paragraph: StoredParagraph) -> str:
    """The context that a paragraph is embedded with."""
    return context(
        subject=paragraph.subject,
        post=paragraph.post,
        date=packing.moment_of(paragraph.date),
        heading=paragraph.heading,
    )
