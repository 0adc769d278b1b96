"""Any model of sentence-transformers, by its own modules."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DeviceUnavailable
from index.model import Job, TokenVectors, Vectors, means, unit
from index.pretrained import loading, most_tokens, offsets, without_blank
from index.prompts import Prompts
from index.windows import Offsets

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceModel:
    """A sentence-transformers model, loaded. Safe to use from many threads; they take turns."""

    threads = 1  # batches at once; within one, torch's own

    def __init__(self, model: "SentenceTransformer") -> None:
        self.model = model
        self.prompts = Prompts(query=_prompt(model, "query"), document=_prompt(model, "document"))
        self.dim = int(model.get_embedding_dimension() or len(model.encode("", show_progress_bar=False)))
        self._late = _Late.of(model)
        self.max_tokens = self._late.max_tokens if self._late else _max_tokens(model) // 2
        # A fast tokenizer keeps padding and truncation as state: "Already borrowed" otherwise.
        self._turn = Lock()

    def offsets(self, text: str) -> Offsets:
        """See Model."""
        if self._late is None:
            return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
        with self._turn:
            return self._late.offsets(text)

    def vocabulary(self) -> Iterable[str]:
        """See Model."""
        return list(self.model.tokenizer.get_vocab())

    def question(self, text: str) -> NDArray[np.float32]:
        """See Model."""
        with self._turn:
            vectors = unit(self.model.encode_query([text], show_progress_bar=False))
        return np.asarray(vectors[0], np.float32)

    def tokens(self, batches: Sequence[Sequence[Job]], *, question: bool) -> Iterator[list[TokenVectors]]:
        """See Model."""
        for batch in batches:
            texts = [job.text for job in batch]
            with self._turn:
                yield (
                    self._late.tokens(texts, question=question)
                    if self._late
                    else self._whole(texts, question)
                )

    def encode(self, batches: Sequence[Sequence[Job]], *, tokens: bool = False) -> Iterator[Vectors]:
        """See Model.

        A model that pools in another way than by the mean knows no meaning of the mean of a sentence's tokens: it
        reads each sentence behind the context, apart.
        """
        way = self._late if self._late and self._late.pools_mean else _Apart(self.model)
        for batch in batches:
            with self._turn:
                yield way.encode(batch, tokens=tokens)

    def _whole(self, texts: Sequence[str], question: bool) -> list[TokenVectors]:
        encode = self.model.encode_query if question else self.model.encode_document
        whole = unit(encode(list(texts), show_progress_bar=False))
        return [
            TokenVectors(spans=((0, len(text)),), vectors=vector[None])
            for text, vector in zip(texts, whole, strict=True)
        ]


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

    def encode(self, batch: Sequence[Job], *, tokens: bool) -> Vectors:
        import torch

        with torch.inference_mode():
            features, places = self._features([job.text for job in batch], self.prompt, "document")
            out = self.model(features, task="document")
            vectors = unit(out["sentence_embedding"].float().cpu().numpy())
            of_tokens = out["token_embeddings"].float().cpu().numpy()
            pooled = [
                means(
                    of_tokens[row],
                    places[row],
                    [(start, end) for _, start, end in job.sentences],
                    len(self.prompt),
                )
                for row, job in enumerate(batch)
            ]
            late = [self._through(mean, vectors[row]) for row, mean in enumerate(pooled)]
        texts = [job.text for job in batch]
        return Vectors(vectors, late, _real(texts, places - len(self.prompt), of_tokens) if tokens else [])

    def tokens(self, texts: Sequence[str], *, question: bool) -> list[TokenVectors]:
        import torch

        prompt, task = (_prompt(self.model, "query"), "query") if question else (self.prompt, "document")
        with torch.inference_mode():
            features, places = self._features(texts, prompt, task)
            vectors = self.model[0](features)["token_embeddings"].float().cpu().numpy()
        return _real(texts, places - len(prompt), vectors)

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
        self, given: Sequence[NDArray[np.float32] | None], instead: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Pooled sentences behind the last module; one that holds no token has the vector of its window."""
        import torch

        pooled = [mean for mean in given if mean is not None]
        found = np.repeat(instead[None], len(given), axis=0)
        if pooled:
            features: dict[str, Any] = {
                "sentence_embedding": torch.from_numpy(np.stack(pooled)).to(self.model.device)
            }
            for module in self.after:
                features = module(features)
            found[[mean is not None for mean in given]] = unit(
                features["sentence_embedding"].float().cpu().numpy()
            )
        return found


def _real(
    texts: Sequence[str], places: NDArray[np.int64], vectors: NDArray[np.float32]
) -> list[TokenVectors]:
    """The tokens of texts, without special ones, padding and prompt."""
    found = []
    for text, placed, of_tokens in zip(texts, places.tolist(), vectors, strict=True):
        # The first token may begin with the blank at the end of the prompt.
        spans = [without_blank(text, max(0, start), end) for start, end in placed]
        real = np.array([start < end for start, end in spans])
        kept = tuple(span for span in spans if span[0] < span[1])
        found.append(TokenVectors(spans=kept, vectors=unit(of_tokens[real])))
    return found


@dataclass(frozen=True, slots=True)
class _Apart:
    """Sentences encoded each by itself behind the context of its paragraph.

    For a model that shows no token vectors (static embeddings, routers) or pools them otherwise than by their mean.
    """

    model: "SentenceTransformer"

    def encode(self, batch: Sequence[Job], *, tokens: bool) -> Vectors:
        # Two calls: sentences in one batch with windows would be padded to their length.
        windows = self._read([job.text for job in batch])
        held = [
            job.text[: job.context] + job.text[start:end] for job in batch for _, start, end in job.sentences
        ]
        ends = np.cumsum([len(job.sentences) for job in batch])[:-1]
        return Vectors(windows, np.split(self._read(held) if held else windows[:0], ends), [])

    def _read(self, texts: list[str]) -> NDArray[np.float32]:
        return unit(self.model.encode_document(texts, show_progress_bar=False))


def open_model(
    where: str, *, name: str, remedy: str, device: str | None, local: bool
) -> "SentenceTransformer":
    """A model from a folder or, unless `local`, by its name from a hub.

    Raises ModelUnavailable, DeviceUnavailable. Never runs code that comes with a model.
    """
    from sentence_transformers import SentenceTransformer

    if device:
        _require(device)
    with loading(name, remedy):
        return SentenceTransformer(where, device=device, trust_remote_code=False, local_files_only=local)


def carried(model: "SentenceTransformer") -> Prompts:
    """The prompts of the model's configuration."""
    document = (_prompt(model, name) for name in ("document", "passage", "corpus"))
    return Prompts(query=_prompt(model, "query"), document=next((each for each in document if each), ""))


def fingerprint(model: "SentenceTransformer") -> str:
    """SHA-256 of everything that shapes the vectors: weights, modules, prompts, length."""
    import torch

    mark = hashlib.sha256(repr((model, sorted(model.prompts.items()), model.max_seq_length)).encode())
    for name, tensor in sorted(model.state_dict().items()):
        mark.update(name.encode())
        mark.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return mark.hexdigest()


def _require(device: str) -> None:
    """Raises DeviceUnavailable where torch cannot compute on a device."""
    import torch

    try:
        torch.zeros(1, device=device)
    except (AssertionError, RuntimeError, NotImplementedError) as error:
        raise DeviceUnavailable(device, str(error).strip().splitlines()[0].rstrip(".")) from error


def _prompt(model: "SentenceTransformer", name: str) -> str:
    return model.prompts.get(name) or ""


def _max_tokens(model: "SentenceTransformer") -> int:
    special = getattr(model.tokenizer, "num_special_tokens_to_add", lambda _: 2)(False)
    return most_tokens(model.max_seq_length) - int(special)
