"""build(): bring a folder up to date with its cables, in three stages that may be killed and run again."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final

from index import lexical, sealing, segments, spellings, spread
from index.bert_model import Precision
from index.damage import writing
from index.embedding import Worked, ahead, embed
from index.encoder import DEFAULT_MODEL, Encoder, load
from index.errors import ModelMismatch, NothingToRead, PromptMismatch, StoreUnreachable
from index.lock import only_builder
from index.milvus import publish
from index.parsing import packed_cables
from index.reading import ADDED_FILES, IMPORTED, LEFT_OUT, Reading, tell_words
from index.schema import transaction
from index.store import Store
from index.values import BuildReport, Progress

# A long build seals now and then, so that what is embedded can be found by its meaning: not before so many seconds,
# nor before so many times as long as the last sealing took.
_SEAL_AFTER_S: Final = 20.0
_SEAL_SHARE: Final = 100
_PUBLISH_AFTER_S: Final = (
    600.0  # likewise a Milvus is told meanwhile, which looks through all cables each time
)
# Whether tokens are kept ("" for no): of all that is embedded, or not yet of what was embedded before.
TOKENS_KEPT: Final = "kept"
TOKENS_MISSING: Final = "missing"

_log = logging.getLogger(__name__)


def build(
    corpus_path: Path | str | Sequence[Path | str] | None,
    index_path: Path | str,
    *,
    progress: Callable[[Progress], None] | None = None,
    prune: bool = False,
    reread: bool = False,
    forget: Sequence[Path | str] = (),
    model: str | None = None,
    query_prompt: str | None = None,
    document_prompt: str | None = None,
    device: str | None = None,
    threads: int | None = None,
    precision: Precision | None = None,
    keep_tokens: bool | None = None,
    milvus: str | None = None,
    ray: str | None = None,
    stop: Event | None = None,
) -> BuildReport:
    """Create an index, or bring it up to date. It may be killed at any instant and run again.

    Args:
        corpus_path: files, folders or archives; None for those that earlier builds were given.
        index_path: the folder of the index.
        progress: is told of every file and batch, in the thread of the build.
        prune: drop cables that were found under these paths and are not there any more.
        reread: read also the files that have not changed since an earlier build read them to their end.
        forget: files, folders or archives whose cables are dropped, and which no later build reads; or what was
            imported, such as "imported:part.cables".
        model: a sentence-transformers model by name or folder; None for the index's own, or the default.
        query_prompt: what the model reads before a question; None for the index's own, or the model's.
        document_prompt: likewise before a passage.
        device: "cpu", "cuda", ...; None for the best there is.
        threads: of the model; None for one a core.
        precision: "float32", or "int8", which embeds in two thirds of the time and finds nearly the same; None for the
            index's own, or "float32".
        keep_tokens: keep a bit of each component of the vectors of tokens, three times the room of all other vectors:
            a question is answered in a third of the time. What was embedded without them is read again. False drops
            them; None leaves it as it is.
        milvus: the address of a Milvus that is told of all that changes, for others to search there; "" tells none
            from now on; None leaves it as it is.
        ray: embed by Ray Data: "local" starts a Ray on this machine; else the address of one, "10.0.0.5:6379" or
            "auto", that this machine is a part of. `device` and `threads` are then those of one worker, `threads` 1
            unless it is said: there are as many workers as the processors of all machines allow, or one a GPU. The
            vectors are those of a build with as many threads on one machine.
        stop: when set, the build ends after the batch at hand, with everything so far in place.

    Raises IndexBusy while another build is at work on the folder; ModelMismatch, PromptMismatch, ModelUnavailable,
    DeviceUnavailable, PrecisionUnavailable, RayNotInstalled, RayUnavailable, WorkerUnfit, NothingToRead;
    UnreadableSource for a path that was given and cannot be read; UnknownSource for one to forget from which nothing
    came; IndexNotWritten, as on a full disk; IndexDamaged; of a Milvus StoreUnreachable, StoreUnavailable,
    StoreHoldsAnother, when all else is done.
    """
    folder = Path(index_path)
    stopped = stop.is_set if stop else (lambda: False)
    spreading = None
    if ray is not None:
        spread.require(ray)  # before hours of reading, not after
        spreading = partial(spread.spread, address=ray, device=device, threads=threads, stopped=stopped)
    with only_builder(folder), writing(folder), Store(folder, create=True) as store:
        run = _Run(
            store,
            tell=progress or (lambda _: None),
            stopped=stopped,
            load=_loader(
                store,
                model,
                query_prompt=query_prompt,
                document_prompt=document_prompt,
                # Where others embed, the model of this process only says what theirs must be.
                device=device if ray is None else "cpu",
                threads=threads,
                bulk=ray is None,
                precision=precision,
            ),
            spreading=spreading,
        )
        _note_tokens(store, keep_tokens)
        if milvus is not None:
            publish.note_address(store, milvus)
        return run.build(corpus_path, prune=prune, reread=reread, forget=_forgotten(forget))


class _Run:
    """One build, its store open."""

    def __init__(
        self,
        store: Store,
        *,
        tell: Callable[[Progress], None],
        stopped: Callable[[], bool],
        load: Callable[[], Encoder],
        spreading: Callable[..., Worked] | None,
    ) -> None:
        self._store, self._tell, self._stopped, self._load = store, tell, stopped, load
        self._spreading = spreading
        self._took: dict[str, float] = {}
        self._sealed_at, self._seal_took = time.monotonic(), 0.0
        self._published_at = time.monotonic()

    def build(
        self,
        corpus_path: Path | str | Sequence[Path | str] | None,
        *,
        prune: bool,
        reread: bool,
        forget: Sequence[str],
    ) -> BuildReport:
        store = self._store
        given = _roots(corpus_path)
        own = store.folder / ADDED_FILES
        own_root = [str(own.absolute())] if own.is_dir() and any(own.iterdir()) else []
        # Cables that were imported have no source here; what of them is not embedded still waits for this build.
        if not given and not store.sources() and not own_root and not store.holds_cables():
            raise NothingToRead(store.folder)
        with self._timed("read"):
            tell_words_or_repair(store)
            reading = Reading(
                store, tell=self._tell, stopped=self._stopped, read=packed_cables, reread=reread
            )
            for root in forget:
                reading.forget(root)
            remembered = [] if given else store.sources()
            reading.sources(given, prune=prune, lenient=False)
            store.remember(given)
            rest = [root for root in [*remembered, *own_root] if root not in given]
            reading.sources(dict.fromkeys(rest), prune=prune, lenient=True)
            spellings.bring_up_to_date(store)
        self._publish(meanwhile=True)  # so that all can be found by words while the rest is embedded
        with self._timed("embed"):
            embedded = self._embed()
        with self._timed("seal"):
            self._seal()
        self._publish()
        if store.note(LEFT_OUT) and not self._stopped():
            store.write_note(LEFT_OUT, [])
        counts = reading.counts
        return BuildReport(
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            removed=counts.removed,
            rejected=tuple(counts.rejected),
            paragraphs=store.count_paragraphs(),
            embedded=embedded,
            took=self._took,
        )

    def _embed(self) -> int:
        state = self._store.note("tokens")
        total = self._store.count_unembedded(tokens=state == TOKENS_MISSING)
        if self._stopped() or not total:
            return 0
        self._tell(Progress(stage="embed", done=0, total=total))  # loading the model takes seconds
        encoder = self._load()
        embedded = embed(
            self._store,
            encoder,
            tokens=bool(state),
            anew=state == TOKENS_MISSING,
            work=partial(self._spreading, precision=_precision(self._store)) if self._spreading else ahead,
            tell=self._tell,
            stopped=self._stopped,
            after_batch=self._seal_now_and_then,
        )
        if state == TOKENS_MISSING and not self._stopped():
            with transaction(self._store.db):
                self._store.write_note("tokens", TOKENS_KEPT)
        return embedded

    def _seal_now_and_then(self) -> None:
        since = time.monotonic() - self._sealed_at
        if since > max(_SEAL_AFTER_S, _SEAL_SHARE * self._seal_took):
            self._seal()
            if time.monotonic() - self._published_at > _PUBLISH_AFTER_S:
                self._publish(meanwhile=True)

    def _publish(self, *, meanwhile: bool = False) -> None:
        """Tell the Milvus of the folder, where it has one; `meanwhile` it may be away, and is told the next time."""
        if not publish.address_of(self._store):
            return
        with self._timed(publish.STAGE):
            try:
                publish.publish(self._store, tell=self._tell, stopped=self._stopped, patient=not meanwhile)
            except StoreUnreachable as error:
                if not meanwhile:
                    raise
                _log.warning("%s", error)
        self._published_at = time.monotonic()

    def _seal(self) -> None:
        started = time.monotonic()
        if seal(self._store, tell=self._tell):
            self._sealed_at, self._seal_took = time.monotonic(), time.monotonic() - started

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self._took[stage] = self._took.get(stage, 0.0) + time.monotonic() - started


def seal(store: Store, *, tell: Callable[[Progress], None]) -> bool:
    """Bring the FAISS files up to what is embedded; whether there was anything to do."""
    notes = store.notes()
    if "dim" not in notes:
        return False  # nothing has ever been embedded

    def told(note: str) -> None:
        tell(Progress(stage="seal", done=0, total=1, note=note))

    made = sealing.seal(store, fingerprint=notes["fingerprint"], dim=notes["dim"], tell=told)
    if made:
        tell(Progress(stage="seal", done=1, total=1))
    return made


def _note_tokens(store: Store, keep: bool | None) -> None:
    """Note in the manifest whether tokens are kept; a question is answered from them only where they are."""
    if keep is None or keep == bool(store.note("tokens")):
        return
    with transaction(store.db):
        store.write_note("tokens", TOKENS_MISSING if keep else "")
        if not keep:
            store.db.execute("DELETE FROM tokens")


def tell_words_or_repair(store: Store) -> None:
    """Finish what a killed build left half told to the BM25 index, or make that anew where it is damaged."""
    try:
        if store.pending():
            segments.whole(store.folder / lexical.FOLDER)  # tantivy itself may panic at what is damaged
            tell_words(store)
    except ValueError:  # `repair` says why
        pass
    if lexical.repair(store):
        with transaction(store.db):
            lexical.note_told(store)


def _loader(
    store: Store,
    model: str | None,
    *,
    query_prompt: str | None,
    document_prompt: str | None,
    device: str | None,
    threads: int | None,
    bulk: bool,
    precision: Precision | None,
) -> Callable[[], Encoder]:
    """What loads the model of the index. A model that was asked for is tried at once, before anything is read."""
    built_with = store.note("model")
    if model and built_with and model != built_with:
        raise ModelMismatch(store.folder, built_with=built_with, asked_for=model)
    asked = {"query_prompt": query_prompt, "document_prompt": document_prompt}
    if built_with:
        asked = {key: _kept(store, key, prompt) for key, prompt in asked.items()}

    def loaded() -> Encoder:
        # Vectors of either precision can stand in one index: a question's are always float32.
        chosen = precision or _precision(store)
        name = model or built_with or DEFAULT_MODEL
        encoder = load(name, device=device, threads=threads, bulk=bulk, precision=chosen, **asked)
        known = store.note("fingerprint")
        if known and known != encoder.fingerprint:
            asked_for = f"what is now called {encoder.name} (its weights are others)"
            raise ModelMismatch(store.folder, built_with=str(built_with), asked_for=asked_for)
        with transaction(store.db):
            store.write_note("model", encoder.name)
            store.write_note("query_prompt", encoder.prompts.query)
            store.write_note("document_prompt", encoder.prompts.document)
            store.write_note("fingerprint", encoder.fingerprint)
            store.write_note("dim", encoder.dim)
            store.write_note("precision", chosen)
        return encoder

    if not built_with and (model or query_prompt or document_prompt or precision):
        encoder = loaded()
        return lambda: encoder
    return loaded


def _precision(store: Store) -> Precision:
    """What the index remembers."""
    return store.note("precision") or "float32"


def _kept(store: Store, key: str, asked_for: str | None) -> str:
    """A prompt of the index as its manifest has it; one made before there were any has none."""
    built_with = store.note(key) or ""
    if asked_for is not None and asked_for != built_with:
        option = f"--{key.replace('_', '-')}"
        raise PromptMismatch(store.folder, option=option, built_with=built_with, asked_for=asked_for)
    return str(built_with)


def _roots(given: Path | str | Sequence[Path | str] | None) -> list[str]:
    """Absolute paths, each once: a build from another folder must know them again."""
    if given is None:
        return []
    paths = [given] if isinstance(given, str | Path) else list(given)
    return list(dict.fromkeys(str(Path(path).expanduser().absolute()) for path in paths))


def _forgotten(given: Sequence[Path | str]) -> list[str]:
    """The paths to forget; what came in by an import is called otherwise than a file of this machine."""
    named = [[str(each)] if str(each).startswith(IMPORTED) else _roots(each) for each in given]
    return list(dict.fromkeys(path for some in named for path in some))
