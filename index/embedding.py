"""The second stage of a build: vectors for every paragraph that has none."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from corpus.sentences import sentence_spans
from index import packing
from index.encoder import Encoder
from index.schema import transaction
from index.store import Store, StoredParagraph
from index.values import Progress
from index.windows import context, windows

# Paragraphs a commit: what a killed build loses, some ten seconds of work on one core. Batches of equal length are
# made within it.
_BATCH: Final = 384


def embed(
    store: Store,
    encoder: Encoder,
    *,
    tell: Callable[[Progress], None],
    stopped: Callable[[], bool],
    after_batch: Callable[[], None],
) -> int:
    """Embed what is not embedded, and commit as it goes; how many paragraphs were."""
    total = store.count_unembedded()
    done, last = 0, 0
    while not stopped() and (batch := store.unembedded(after=last, limit=_BATCH)):
        keep(store, encoder, batch)
        done, last = done + len(batch), batch[-1].id
        tell(Progress(stage="embed", done=done, total=total))
        after_batch()
    return done


def keep(store: Store, encoder: Encoder, paragraphs: Sequence[StoredParagraph]) -> None:
    """Embed some paragraphs and store their vectors in one transaction."""
    made = embedded(encoder, paragraphs)
    with transaction(store.db):
        for each, (windows_of, spans, vectors) in zip(paragraphs, made, strict=True):
            store.keep_embedding(each.id, windows_of, spans, vectors)
        store.advance("vectors_generation")
        store.advance("generation")


def embedded(encoder: Encoder, paragraphs: Sequence[StoredParagraph]) -> list[tuple[int, bytes, bytes]]:
    """How many windows each paragraph has, its sentences' spans and all vectors, packed, as the store keeps them."""
    spans = [sentence_spans(each.text) for each in paragraphs]
    cut = [
        windows(each.text, before(each), encoder.offsets, max_tokens=encoder.max_tokens)
        for each in paragraphs
    ]
    return [
        (
            len(found.windows),
            packing.packed_spans(places),
            packing.packed_vectors(np.concatenate([found.windows, found.sentences])),
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
