"""The optional models that make answers better where a machine can bear them; none is loaded unless named."""

from dataclasses import dataclass

from qa import reader as readers
from qa import reranker as rerankers


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What was named, loaded; None for the rest."""

    reranker: rerankers.Reranker | None = None
    reader: readers.Reader | None = None


def load(*, reranker: str | None = None, reader: str | None = None, device: str | None = None) -> Models:
    """The models by name or folder. Raises ModelUnavailable."""
    return Models(
        reranker=rerankers.load(reranker, device=device) if reranker else None,
        reader=readers.load(reader, device=device) if reader else None,
    )
