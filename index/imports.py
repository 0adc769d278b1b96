"""import_(): take in what other indexes exported, with nothing embedded or parsed anew."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from corpus import Source
from index import exchange, packing, schema, spellings
from index.builder import TOKENS_KEPT, TOKENS_MISSING, seal, tell_words_or_repair
from index.damage import writing
from index.embedding import Embedding
from index.encoder import DEFAULT_MODEL
from index.errors import ImportMismatch, ModelMismatch, ModelNotNamed
from index.exchange import Carried, Export
from index.lock import only_builder
from index.milvus import publish
from index.reading import IMPORTED, LEFT_OUT, tell_words
from index.schema import transaction
from index.store import Store
from index.values import ImportReport, Progress

_BATCH: Final = 2_000  # cables a commit, as when files are read


def import_(
    index_path: Path | str,
    files: Path | str | Sequence[Path | str],
    *,
    progress: Callable[[Progress], None] | None = None,
    model: str | None = None,
) -> ImportReport:
    """Take what `export` wrote into an index, which is made where there is none.

    A version of a cable that is there already, by its id and text, is not taken twice; where its paragraphs lack
    vectors, these are. It may be killed at any instant and run again. No model is loaded.

    Args:
        index_path: the folder of the index.
        files: one exported file or several.
        progress: is told of every batch of cables.
        model: the name or folder of the model on this machine, where it is not the one that comes with the program and
            the index has none yet. A file is not believed of that: an index loads, or fetches, the model that it names.

    Raises BadExport; ImportMismatch where a file was embedded with another model, or other prompts; ModelNotNamed;
    ModelMismatch; IndexBusy while a build is at work; IndexNotWritten, IndexDamaged.
    """
    folder = Path(index_path)
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(file) for file in files]
    with ExitStack() as stack:
        # All of them before anything is taken from one.
        exports = [stack.enter_context(exchange.opened(path)) for path in paths]
        if not (folder / schema.DATABASE).is_file():  # no folder is made for nothing
            _of_model(folder, {}, exports, model)
        stack.enter_context(only_builder(folder))
        stack.enter_context(writing(folder))
        store = stack.enter_context(Store(folder, create=True))
        return _Import(store, tell=progress or (lambda _: None)).run(exports, model)


class _Import:
    """One import, its store open."""

    def __init__(self, store: Store, *, tell: Callable[[Progress], None]) -> None:
        self._store, self._tell = store, tell
        self._tokens = ""
        self._touched: set[str] = set()  # ids whose shown version must be chosen anew
        self._vectors_came = False
        self._added, self._there, self._paragraphs, self._embeddings = 0, 0, 0, 0

    def run(self, exports: Sequence[Export], model: str | None) -> ImportReport:
        store = self._store
        of_model = _of_model(store.folder, store.notes(), exports, model)
        with transaction(store.db):
            for key, value in of_model.items():
                store.write_note(key, value)
            # An index that is new keeps tokens where all that comes into it has them.
            if store.note("tokens") is None and not store.holds_cables():
                with_model = [each.manifest.tokens for each in exports if each.manifest.fingerprint]
                store.write_note("tokens", TOKENS_KEPT if with_model and all(with_model) else "")
        self._tokens = store.note("tokens") or ""
        tell_words_or_repair(store)  # what a killed build or import left to tell
        total = sum(each.manifest.cables for each in exports)
        for each in exports:
            self._take_all(each, total)
        spellings.bring_up_to_date(store)
        seal(store, tell=self._tell)
        if publish.address_of(store):
            publish.publish(store, tell=self._tell, stopped=lambda: False)
        if store.note(LEFT_OUT):
            store.write_note(LEFT_OUT, [])
        return ImportReport(
            added=self._added,
            unchanged=self._there,
            paragraphs=self._paragraphs,
            embeddings=self._embeddings,
            waiting=store.count_unembedded(tokens=self._tokens == TOKENS_MISSING),
        )

    def _take_all(self, export: Export, total: int) -> None:
        versions, taken = export.versions(), _BATCH
        while taken == _BATCH:
            taken = 0
            self._tell(
                Progress(stage="import", done=self._added + self._there, total=total, note=str(export.path))
            )
            with transaction(self._store.db):
                for version in islice(versions, _BATCH):
                    self._take(version, export.path.name)
                    taken += 1
                changed = self._settle()
            if changed:
                tell_words(self._store)
        self._tell(Progress(stage="import", done=self._added + self._there, total=total))

    def _take(self, version: Carried, name: str) -> None:
        # Files of another machine are called otherwise than any of this one, whatever their paths: a build that reads a
        # file of the same path, or finds none there, must not drop what came from the other.
        places = [(_place(name, file), offset, 0) for file, offset in version.places]
        source = Source(file=places[0][0], offset=places[0][1])
        cable = packing.packed(replace(version.cable, source=source))
        known = self._store.version_of(cable.id, cable.identity)
        if known is None:
            number, is_same = self._store.insert_packed(cable), True
            self._touched.add(cable.id)
            self._added += 1
            self._paragraphs += len(cable.paragraphs)
        else:
            number, digest = known
            # Of the same text another edition of the parser may have made other paragraphs.
            is_same = digest == cable.digest
            self._there += 1
        self._store.restore_places(number, places)
        if is_same:
            ids = self._store.paragraph_ids(number)
            for (paragraph, embedded), found in zip(ids, version.embeddings, strict=True):
                if found is not None:
                    self._take_vectors(paragraph, found, embedded=embedded)

    def _take_vectors(self, paragraph: int, found: Embedding, *, embedded: bool) -> None:
        if not embedded:
            self._store.keep_embedding(paragraph, found.windows, found.spans, found.vectors)
            self._embeddings += 1
            self._vectors_came = True
            if self._tokens == TOKENS_KEPT and found.tokens is None:
                self._tokens = TOKENS_MISSING  # a build makes them, as where they were not kept before
                self._store.write_note("tokens", TOKENS_MISSING)
        if self._tokens and found.tokens is not None and not self._store.tokens([paragraph]):
            self._store.keep_tokens(paragraph, found.tokens)

    def _settle(self) -> bool:
        """Choose what is shown, and count up what readers look at; whether the BM25 index is to be told."""
        store = self._store
        for cable_id in sorted(self._touched):
            store.show_latest(cable_id)
        self._touched.clear()
        changed = bool(store.pending())
        if changed:
            store.advance("cables_generation")
        if changed or self._vectors_came:
            store.advance("vectors_generation")
            store.advance("generation")
        self._vectors_came = False
        return changed


def _place(name: str, file: str) -> str:
    """Where a cable was found on another machine; what came to that one in the same way keeps its name."""
    return file if file.startswith(IMPORTED) else f"{IMPORTED}{name}/{file.lstrip('/')}"


def _of_model(
    folder: Path, notes: dict[str, Any], exports: Sequence[Export], model: str | None
) -> dict[str, Any]:
    """What is to be noted of the model: nothing where the index has one, or nothing is embedded."""
    known, noted = notes if notes.get("fingerprint") else {}, {}
    if known and model and model != known["model"]:
        raise ModelMismatch(folder, built_with=known["model"], asked_for=model)
    for export in exports:
        theirs = export.manifest
        if not theirs.fingerprint:
            continue
        if not known:
            if model is None and theirs.model != DEFAULT_MODEL:
                raise ModelNotNamed(export.path, theirs.model, folder)
            known = noted = {
                "model": model or theirs.model,
                "query_prompt": theirs.query_prompt,
                "document_prompt": theirs.document_prompt,
                "fingerprint": theirs.fingerprint,
                "dim": theirs.dim,
                "precision": "int8" if theirs.precision == "int8" else "float32",
            }
        if (theirs.fingerprint, theirs.dim) != (known["fingerprint"], known["dim"]):
            named = f"the model {theirs.model}"
            if theirs.model == known["model"]:
                named += " with other weights"
            raise ImportMismatch(export.path, folder, theirs=named, ours=f"the model {known['model']}")
        for key in ("query_prompt", "document_prompt"):
            said, here = getattr(theirs, key), known.get(key) or ""
            if said != here:
                what = key.replace("_", " ")
                raise ImportMismatch(
                    export.path, folder, theirs=f'the {what} "{said}"', ours=f'the {what} "{here}"'
                )
    return noted
