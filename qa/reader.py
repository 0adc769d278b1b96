"""An extractive reader: where in a passage the answer to a question stands, and whether it stands there at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable
from index.pretrained import loading, most_tokens, offsets, without_blank

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_REMEDY: Final = "Name a model for extractive question answering, or its folder: --reader NAME"
# As these models were trained: windows of 384 tokens, 128 of them shared with the next, answers of 30 at most.
# Source: Devlin et al., NAACL 2019, https://github.com/google-research/bert (run_squad.py)
_WINDOW: Final = 384
_SHARED: Final = 128
_LONGEST_ANSWER: Final = 30
_QUESTION_SHARE: Final = 0.25  # of a window; a longer question is cut
_AT_ONCE: Final = 8  # windows a batch
_SQUAD2: Final = re.compile(r"squad[-_ ]?v?2", re.IGNORECASE)
_CARD_HEAD: Final = 4_000  # characters of the model card, where its data sets are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The likeliest answer in one passage; `start` and `end` count characters of it, half open."""

    start: int
    end: int
    score: float  # sum of two logits; comparable between the passages of one question
    no_answer_score: float | None  # of "it does not stand here"; None where the model never learnt to say so

    @property
    def margin(self) -> float:
        """How much likelier this answer is than none; below 0 the model would be silent, if it knows silence."""
        return self.score - (self.no_answer_score or 0.0)


class Reader:
    """A model for extractive question answering, loaded. Safe to use from many threads; they take turns."""

    def __init__(
        self,
        model: "PreTrainedModel",
        tokenizer: "PreTrainedTokenizerBase",
        *,
        name: str,
        knows_silence: bool,
    ) -> None:
        self.name, self.knows_silence = name, knows_silence
        self._model, self._tokenizer = model, tokenizer
        limit = min(
            most_tokens(tokenizer.model_max_length),
            most_tokens(getattr(model.config, "max_position_embeddings", None)),
        )
        self._window = min(_WINDOW, limit)
        self._turn = Lock()  # a fast tokenizer keeps padding and truncation as state

    def spans(self, question: str, passages: Sequence[str]) -> list[Span | None]:
        """The likeliest answer in each passage, in their order; None for a passage without a single token.

        A passage longer than the model reads is read in windows that overlap; of its windows' answers the best
        counts, and of their silences the least sure, as one window that holds the answer is enough.
        """
        found: list[Span | None] = [None] * len(passages)
        with self._turn:
            question = self._cut(question)
            by_length = sorted(
                range(len(passages)), key=lambda place: len(passages[place])
            )  # little is padded
            for first in range(0, len(passages), _AT_ONCE):
                some = by_length[first : first + _AT_ONCE]
                for number, span in self._read(question, [passages[place] for place in some]):
                    found[some[number]] = _better(found[some[number]], span)
        return found

    def _cut(self, question: str) -> str:
        pieces = offsets(self._tokenizer, question)
        most = int(self._window * _QUESTION_SHARE)
        return question if len(pieces) <= most else question[: pieces[most - 1][1]]

    def _read(self, question: str, passages: Sequence[str]) -> list[tuple[int, Span]]:
        """The best span of every window, with the number of its passage."""
        import torch

        encoded = self._tokenizer(
            [question] * len(passages),
            list(passages),
            truncation="only_second",
            max_length=self._window,
            stride=min(_SHARED, self._window // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            padding=True,
            return_tensors="pt",
        )
        owners = encoded.pop("overflow_to_sample_mapping").tolist()
        places = encoded.pop("offset_mapping").tolist()
        found = []
        for first in range(0, len(owners), _AT_ONCE):
            rows = range(first, min(first + _AT_ONCE, len(owners)))
            inputs = {
                key: value[rows.start : rows.stop].to(self._model.device) for key, value in encoded.items()
            }
            with torch.inference_mode():
                out = self._model(**inputs)
            starts, ends = out.start_logits.float().cpu().numpy(), out.end_logits.float().cpu().numpy()
            for row, start, end in zip(rows, starts, ends, strict=True):
                passage = passages[owners[row]]
                of_passage = [
                    number == 1 and without_blank(passage, *place) != (place[1], place[1])
                    for number, place in zip(encoded.sequence_ids(row), places[row], strict=True)
                ]
                best = _best(start, end, np.array(of_passage))
                if best is None:
                    continue
                (first_token, last_token), score = best
                silence = self._silent_place(encoded["input_ids"][row].tolist())
                span = Span(
                    start=without_blank(passage, *places[row][first_token])[0],
                    end=places[row][last_token][1],
                    score=score,
                    no_answer_score=float(start[silence] + end[silence]) if self.knows_silence else None,
                )
                found.append((owners[row], span))
        return found

    def _silent_place(self, tokens: Sequence[int]) -> int:
        """The token whose logits speak for no answer: [CLS], which not every model has first."""
        special = self._tokenizer.cls_token_id
        return tokens.index(special) if special in tokens else 0


def load(name: str, *, device: str | None = None) -> Reader:
    """A reader by name or folder: any model for extractive question answering of transformers.

    Whether it knows silence (SQuAD 2.0) its name or its model card tells. Raises ModelUnavailable. Never runs code
    that comes with a model, and fetches only what was named.
    """
    from sentence_transformers.util import get_device_name
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    with loading(name, _REMEDY):
        tokenizer: Any = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        model, told = AutoModelForQuestionAnswering.from_pretrained(
            name, trust_remote_code=False, output_loading_info=True
        )
        model.to(device or get_device_name()).eval()
    # transformers gives a model that has no head for spans a random one.
    if any(not key.startswith(f"{model.base_model_prefix}.") for key in told["missing_keys"]):
        kind = (model.config.architectures or ["of no known kind"])[0]
        raise ModelUnavailable(name, f"it is {kind}, which does not mark answers in a text", _REMEDY)
    if not tokenizer.is_fast:
        raise ModelUnavailable(name, "its tokenizer does not tell where in a text its tokens stand", _REMEDY)
    return Reader(model, tokenizer, name=name, knows_silence=_knows_silence(name))


def holder(span: Span, sentences: Sequence[tuple[int, int]]) -> int:
    """The number of the sentence that holds most of a span, the first of equals.

    `sentences` are spans of characters of the same passage, at least one.
    """
    return max(
        range(len(sentences)),
        key=lambda place: (min(span.end, sentences[place][1]) - max(span.start, sentences[place][0]), -place),
    )


def _best(
    starts: NDArray[np.float32], ends: NDArray[np.float32], of_passage: NDArray[np.bool_]
) -> tuple[tuple[int, int], float] | None:
    """The first and last token of the likeliest answer, and its score; None where no token is of the passage."""
    if not of_passage.any():
        return None
    sums = np.where(of_passage[:, None] & of_passage[None, :], starts[:, None] + ends[None, :], -np.inf)
    # Upper triangle: no answer ends before it starts; of it a band, for none is longer than so many tokens.
    sums = np.where(np.triu(np.tri(len(starts), k=_LONGEST_ANSWER - 1)) > 0, sums, -np.inf)
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    return (int(first), int(last)), float(sums[first, last])


def _better(one: Span | None, other: Span) -> Span:
    if one is None:
        return other
    best = max(one, other, key=lambda span: span.score)
    silences = [span.no_answer_score for span in (one, other) if span.no_answer_score is not None]
    return Span(
        start=best.start, end=best.end, score=best.score, no_answer_score=min(silences) if silences else None
    )


def _knows_silence(name: str) -> bool:
    if _SQUAD2.search(name):
        return True
    try:
        with (Path(name) / "README.md").open(encoding="utf-8", errors="replace") as card:
            return _SQUAD2.search(card.read(_CARD_HEAD)) is not None
    except OSError:
        return False
