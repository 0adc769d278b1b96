"""A cross-encoder that reads question and passage together, to put the best paragraphs in a better order."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp
from threading import Lock
from typing import TYPE_CHECKING, Final

from index import Hit, windows
from index.errors import ModelUnavailable
from index.pretrained import loading, most_tokens, offsets

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED: Final = 20  # paragraphs a question: each costs a pass of the model over question and paragraph
_REMEDY: Final = "Name a cross-encoder with one label, or its folder: --reranker NAME"


class Reranker:
    """A cross-encoder, loaded. Safe to use from many threads; they take turns."""

    def __init__(self, model: "CrossEncoder", *, name: str) -> None:
        self.name = name
        self._model = model
        self._turn = Lock()  # a fast tokenizer keeps padding and truncation as state

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """How well each passage answers the question, 0 to 1, in their order.

        A passage longer than the model reads counts by its best part. Models differ in how they spread their
        scores: compare those of one question only.
        """
        from torch.nn import Identity

        if not passages:
            return []
        with self._turn:
            parts = [self._parts(question, passage) for passage in passages]
            pairs = [(question, part) for some in parts for part in some]
            # Not the model's own sigmoid, which in float32 is 1.0 for several passages at once.
            found = self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False)
        logits = iter(float(logit) for logit in found)
        return [_share(max(next(logits) for _ in some)) for some in parts]

    def _parts(self, question: str, passage: str) -> list[str]:
        tokenizer = self._model.tokenizer
        if not getattr(tokenizer, "is_fast", False):
            return [passage]
        limit = most_tokens(self._model.max_seq_length)
        taken = len(offsets(tokenizer, question)) + tokenizer.num_special_tokens_to_add(True)
        cut = windows.windows(
            passage, "", lambda text: offsets(tokenizer, text), max_tokens=max(limit - taken, limit // 2)
        )
        return [window.text for window in cut]


def load(name: str, *, device: str | None = None) -> Reranker:
    """A reranker by name or folder: any CrossEncoder of sentence-transformers that gives one label.

    Raises ModelUnavailable. Never runs code that comes with a model, and fetches only what was named.
    """
    from sentence_transformers import CrossEncoder

    with loading(name, _REMEDY):
        model = CrossEncoder(name, device=device, trust_remote_code=False)
    kind = (getattr(model.config, "architectures", None) or ["of no known kind"])[0]
    # transformers gives a model that has no head for pairs a random one, and sentence-transformers lets it pass.
    if not model.module_kwargs and not kind.endswith("ForSequenceClassification"):
        raise ModelUnavailable(name, f"it is {kind}, which does not score pairs of texts", _REMEDY)
    if model.num_labels != 1:
        raise ModelUnavailable(name, f"it gives {model.num_labels} labels and not one score", _REMEDY)
    model.eval()
    return Reranker(model, name=name)


def reranked(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The first 20 hits, best first, with the reranker's score; ties stay as they were.

    Each is read behind its context, as it was embedded.
    """
    some = hits[:RERANKED]
    scores = reranker.scores(question, [_read(hit) for hit in some])
    scored = [replace(hit, score=score) for hit, score in zip(some, scores, strict=True)]
    return sorted(scored, key=lambda hit: -hit.score)


def _read(hit: Hit) -> str:
    before = windows.context(subject=hit.subject, post=hit.post, date=hit.date, heading=hit.heading)
    return f"{before}\n{hit.text}" if before else hit.text


def _share(logit: float) -> float:
    """The sigmoid, in float64, without overflow."""
    return 1 / (1 + exp(-logit)) if logit >= 0 else exp(logit) / (1 + exp(logit))
