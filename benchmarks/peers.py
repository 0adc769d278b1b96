"""Other programs that find paragraphs, as they come: same texts, same model, their own way of ranking.

They are an extra of their own: pip install -c constraints.txt -e '.[peers]'
"""

import os
from collections.abc import Callable, Sequence
from typing import Final

from index.encoder import default_folder

Key = tuple[str, str]  # (cable id, number of the paragraph)
Rank = Callable[[str], list[Key]]  # a question to paragraphs, best first


def txtai(paragraphs: Sequence[tuple[Key, str]], k: int) -> Rank:
    """Its hybrid index: BM25 and vectors, half and half."""
    from txtai import Embeddings

    embeddings = Embeddings(path=str(default_folder()), hybrid=True)
    embeddings.index((place, text, None) for place, (_, text) in enumerate(paragraphs))

    def rank(question: str) -> list[Key]:
        return [paragraphs[place][0] for place, _ in embeddings.search(question, k)]

    return rank


def haystack(paragraphs: Sequence[tuple[Key, str]], k: int) -> Rank:
    """Its retrievers by BM25 and by vectors over the store in memory, joined by its MultiRetriever."""
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # read on import; it would count us elsewhere
    from haystack import Document
    from haystack.components.retrievers import (
        InMemoryBM25Retriever,
        InMemoryEmbeddingRetriever,
        MultiRetriever,
        TextEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    model = str(default_folder())
    store = InMemoryDocumentStore()
    documents = [Document(content=text, meta={"key": list(key)}) for key, text in paragraphs]
    embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
    store.write_documents(embedder.run(documents)["documents"])
    by_meaning = TextEmbeddingRetriever(
        retriever=InMemoryEmbeddingRetriever(document_store=store),
        text_embedder=SentenceTransformersTextEmbedder(model=model, progress_bar=False),
    )
    by_words = InMemoryBM25Retriever(document_store=store)
    both = MultiRetriever(retrievers={"words": by_words, "meaning": by_meaning}, top_k=k)
    both.warm_up()

    def rank(question: str) -> list[Key]:
        found = both.run(query=question)["documents"]
        return [(document.meta["key"][0], document.meta["key"][1]) for document in found]

    return rank


PEERS: Final = {"txtai": txtai, "haystack": haystack}
