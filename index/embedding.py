"""The second stage of a build: vectors for every paragraph that has none."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from corpus.sentences import sentence_spans
from index import packing
from index.encoder import Encoder
from index.schema import transaction
from index.store import Store, StoredParagraph
from index.values import Progress
from index.windows import context, windows

# Paragraphs a commit. A killed build loses two such batches, a stopped one ends them: ten seconds of work on one core.
# Those of about one length are read together.
_BATCH: Final = 192

# How many windows a paragraph has, the spans of its sentences, and all vectors, packed as the store keeps them.
Embedding = tuple[int, bytes, bytes]


def embed(
    store: Store,
    encoder: Encoder,
    *,
    tell: Callable[[Progress], None],
    stopped: Callable[[], bool],
    after_batch: Callable[[], None],
) -> int:
    """Embed what is not embedded, and commit as it goes; how many paragraphs were."""
    total, done = store.count_unembedded(), 0
    # The model works on the next batch while this one is stored: the database is for this thread alone.
    with ThreadPoolExecutor(1, "ahead") as ahead:

        def begun(after: int) -> tuple[list[StoredParagraph], Future[list[Embedding]]] | None:
            batch = [] if stopped() else store.unembedded(after=after, limit=_BATCH)
            return (batch, ahead.submit(embedded, encoder, batch)) if batch else None

        at_hand = begun(0)
        while at_hand:
            batch, vectors = at_hand
            following = begun(batch[-1].id)
            keep(store, batch, vectors.result())
            done += len(batch)
            tell(Progress(stage="embed", done=done, total=total))
            after_batch()
            at_hand = following
    return done


def keep(store: Store, paragraphs: Sequence[StoredParagraph], embeddings: Sequence[Embedding]) -> None:
    """Store the vectors of some paragraphs in one transaction."""
    with transaction(store.db):
        for each, (count, spans, vectors) in zip(paragraphs, embeddings, strict=True):
            store.keep_embedding(each.id, count, spans, vectors)
        store.advance("vectors_generation")
        store.advance("generation")


def embedded(encoder: Encoder, paragraphs: Sequence[StoredParagraph]) -> list[Embedding]:
    """The vectors of some paragraphs, packed."""
    spans = [sentence_spans(each.text) for each in paragraphs]
    cut = [
        windows(each.text, before(each), encoder.offsets, max_tokens=encoder.max_tokens)
        for each in paragraphs
    ]
    return [
        (
            len(found.windows),
            packing.packed_spans(places),
            packing.packed_vectors(found.windows, found.sentences),
        )
        for places, found in zip(spans, encoder.encode_paragraphs(cut, spans), strict=True)
    ]


def before(paragraph: StoredParagraph) -> str:
    """The context that a paragraph is embedded with."""
    return context(
        subject=paragraph.subject,
        post=paragraph.post,
        date=packing.moment_of(paragraph.date),
        heading=paragraph.heading,
    )
