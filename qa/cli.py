"""The command line: reads options and environment, calls the rooms, prints. The only place that prints."""

import argparse
import errno
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from getpass import getpass
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final, Never

from tqdm import tqdm

import corpus
import index
from index.memory import few_arenas
from index.milvus.client import is_address
from index.processors import give_way
from qa import options as given
from qa import printed, upkeep
from qa.errors import BadUser
from qa.steering import harmless

if TYPE_CHECKING:
    from qa.web.journal import Journal

DEFAULT_INDEX: Final = Path("cable-index")
UNITS: Final = {
    **{"read": "cables", "embed": "paragraphs", "seal": "files"},
    **dict.fromkeys(("publish", "check", "export", "import"), "cables"),
}
WIDEST: Final = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0; 1 after a sentence on stderr; 130 after Ctrl-C; 141 where the reader of the output went away.
    Wrong usage raises SystemExit(2) after the usage, as argparse does.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for a console that lacks a character of a cable
    few_arenas()
    options = given.parser().parse_args(arguments)
    if arguments is None and options.command == "build":  # as a program, whose process is its own
        give_way()
    try:
        COMMANDS[options.command](options)
        sys.stdout.flush()
    except corpus.CableQAError as error:
        print(" ".join(harmless(str(error)).split()), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was done is kept: the same command goes on from there.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its exit
        return 141
    except OSError as error:
        if error.filename is None and error.errno != errno.ENOSPC:
            raise
        place = harmless(str(error.filename or options.index or DEFAULT_INDEX))
        print(f"{place}: {error.strerror}. {_advice(error)}", file=sys.stderr)
        return 1
    return 0


def _advice(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room, or name another."
    return "Name another, or see that it may be read and written."


def _build(options: argparse.Namespace) -> None:
    folder = _folder(options)
    milvus = _milvus(options)
    for path in options.corpus:
        corpus.read(path)  # raises where a path is misspelt, before a folder is made for nothing
    sources: list[Path] | Path | None = options.corpus or None
    if sources is None and not options.forget and not _is_index(folder):
        sources = corpus.shipped_cables()
    # Ray tells on stdout of machines that it lost, where only results go.
    with _progress() as progress, redirect_stdout(sys.stderr):
        report = index.build(
            sources,
            folder,
            progress=progress,
            prune=options.prune,
            reread=options.reread,
            forget=options.forget,
            model=options.model,
            query_prompt=options.query_prompt,
            document_prompt=options.document_prompt,
            device=options.device,
            threads=options.threads,
            precision=options.precision,
            keep_tokens=options.keep_tokens,
            milvus=milvus,
            ray=options.ray,
        )
    if options.json:
        _print_json(asdict(report) | {"rejected": printed.rejected_json(report.rejected)})
    else:
        _print(printed.report_lines(report))


def _ask(options: argparse.Namespace) -> None:
    from qa.assistant import Assistant

    with Assistant.open(
        _ready(options),
        model=options.model,
        device=options.device,
        threads=options.threads,
        **given.answering(options),
    ) as assistant:
        answer = assistant.ask(options.question, filters=_filters(options))
    if options.json:
        _print_json(printed.answer_json(answer))
    else:
        _print(printed.answer_lines(answer, options.question, width=_width(), bold=_bold()))


def _show(options: argparse.Namespace) -> None:
    with index.open(_ready(options)) as cable_index:
        cable = cable_index.cable(options.id)
    paragraphs = [p for p in cable.paragraphs if options.paragraph in (None, p.number)]
    if options.paragraph is not None and not paragraphs:
        numbers = ", ".join(dict.fromkeys(paragraph.number for paragraph in cable.paragraphs))
        raise corpus.CableQAError(
            f"{cable.id} has no paragraph {options.paragraph}. It has: {numbers or 'none'}."
        )
    if options.json:
        _print_json(asdict(cable) | {"paragraphs": [asdict(paragraph) for paragraph in paragraphs]})
    else:
        _print(printed.cable_lines(cable, paragraphs, width=_width(), bold=_bold()))


def _list(options: argparse.Namespace) -> None:
    filters = _filters(options, words=options.words)
    with index.open(_ready(options)) as cable_index:
        rows = cable_index.cables(filters, limit=options.limit, offset=options.offset, order=options.order)
        total = cable_index.count(filters)
    if options.json:
        _print_json({"total": total, "offset": options.offset, "cables": [asdict(row) for row in rows]})
        return
    _print(printed.row_lines(rows))
    shown = options.offset + len(rows)
    if not total:
        print("No cable fits. Take a filter away, or use fewer words.", file=sys.stderr)
    elif options.offset >= total:
        cables = "1 cable" if total == 1 else f"{total:,} cables"
        print(f"{cables} in all: none is that far down.", file=sys.stderr)
    if shown < total:
        print(f"{shown:,} of {total:,} cables; the next: --offset {shown}", file=sys.stderr)


def _stats(options: argparse.Namespace) -> None:
    with index.open(_ready(options)) as cable_index:
        stats = cable_index.stats()
        rejected = cable_index.rejected()
    if options.rejected and options.json:
        _print_json(printed.rejected_json(rejected))
    elif options.rejected:
        _print(printed.rejected_lines(rejected))
    elif options.json:
        _print_json(stats)
    else:
        _print(printed.stats_lines(stats))


def _check(options: argparse.Namespace) -> None:
    folder = _folder(options)
    with _progress() as progress:
        if options.repair:
            repaired = index.repair(folder, progress=progress)
        else:
            found = index.check(folder, progress=progress)
    if options.json:
        _print_json(asdict(repaired if options.repair else found))
    else:
        _print(upkeep.repair_lines(repaired) if options.repair else upkeep.check_lines(found))
    if not options.repair and not found.sound:
        many = "1 problem" if len(found.problems) == 1 else f"{len(found.problems):,} problems"
        raise corpus.CableQAError(f"{folder} has {many}. Mend it: cable-qa check --repair --index {folder}")


def _backup(options: argparse.Namespace) -> None:
    report = index.backup(_folder(options), options.to)
    if options.json:
        _print_json(asdict(report))
    else:
        _print(upkeep.backup_lines(report))


def _export(options: argparse.Namespace) -> None:
    with _progress() as progress:
        report = index.export(_folder(options), options.file, progress=progress)
    if options.json:
        _print_json(asdict(report))
    else:
        _print(upkeep.export_lines(report))


def _import(options: argparse.Namespace) -> None:
    with _progress() as progress:
        report = index.import_(_folder(options), options.files, progress=progress, model=options.model)
    if options.json:
        _print_json(asdict(report))
    else:
        _print(upkeep.import_lines(report))


def _eval(options: argparse.Namespace) -> None:
    from qa.assistant import Assistant
    from qa.evaluate import report
    from qa.evaluate.baselines import compare
    from qa.evaluate.figures import require_library
    from qa.evaluate.judging import absent, judge
    from qa.evaluate.questions import read_questions

    require_library()  # before an hour of questions, not after
    questions = read_questions(options.questions)
    with Assistant.open(
        _ready(options),
        model=options.model,
        device=options.device,
        threads=options.threads,
        **given.answering(options),
    ) as assistant:
        missing = absent(assistant.index, questions)
        if missing:
            print(harmless(report.missing_line(missing)), file=sys.stderr)
        answers = judge(assistant, questions)
        judged = list(tqdm(answers, total=len(questions), unit=" questions", disable=not sys.stderr.isatty()))
        told = report.Report(
            judged=judged,
            compared=compare(assistant.index, judged, options.compare),
            missing=missing,
            stats=assistant.index.stats(),
        )
    if options.json:
        _print_json(report.report_json(told))
    else:
        _print(report.report_lines(told))


def _serve(options: argparse.Namespace) -> None:
    from qa.web.access import Access

    access = Access(
        users=options.users,
        no_password=options.no_password,
        root_path=options.root_path,
        allow_hosts=tuple(options.allow_host),
        trust_proxies=tuple(options.trust_proxy),
        max_upload=options.max_upload * 1_000_000,
    )
    access.check(options.host)  # before an index is made
    if options.users is not None and options.users.exists():
        _warn_of_readers(options.users)
    if not access.own(options.host) and not access.guarded:
        print("Warning: whoever reaches this server may read, ask, add files and build.", file=sys.stderr)
    folder = _ready(options, wherever=True)
    from qa.web.server import serve

    serve(
        folder,
        host=options.host,
        port=options.port,
        model=options.model,
        device=options.device,
        threads=options.threads,
        answering=given.answering(options),
        open_browser=options.open,
        mcp=options.mcp,
        access=access,
        journal=_journal(options),
    )


def _journal(options: argparse.Namespace) -> "Journal | None":
    """The log as JSON on stderr, which takes all warnings too; None where it is not wanted."""
    if options.log is None:
        return None
    from qa.web.journal import Journal

    journal = Journal(sys.stderr, with_questions=options.log_questions)
    logging.basicConfig(handlers=[journal], level=logging.WARNING)
    return journal


def _user(options: argparse.Namespace) -> None:
    from qa.web import people

    file, name = options.users, options.name
    if options.action == "list":
        _print(f"{each.name}\t{each.role}" for each in people.read(file).values())
    elif name is None:
        raise BadUser(f"Say whom: cable-qa user {options.action} NAME --users {file}")
    elif options.action == "add":
        person = people.put(file, name, password=_password(name), role=options.role)
        print(f"{person.name} may {'ask and build' if person.may_build else 'ask'}.", file=sys.stderr)
    elif options.action == "remove":
        people.remove(file, name)
    else:
        print(people.give_token(file, name))
        print("It is shown this once: keep it where nobody else reads it.", file=sys.stderr)
    _warn_of_readers(file)


def _password(name: str) -> str:
    """Asked twice on a terminal; else the first line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(f"Password for {name}: ")
    if getpass("Once more: ") != password:
        raise BadUser("The two were not the same. Nothing was changed.")
    return password


def _warn_of_readers(users: Path) -> None:
    from qa.web import people

    if people.read_by_others(users):
        print(f"Others on this machine can read {users}: chmod 600 {users}", file=sys.stderr)


def _milvus(options: argparse.Namespace) -> str | None:
    """The Milvus that a build tells; "" for none from now on, None for the one that it told before."""
    if options.store == "milvus" and not options.uri:
        raise corpus.CableQAError("Say which Milvus: --store milvus --uri http://HOST:19530")
    if options.uri and options.store != "milvus":
        raise corpus.CableQAError(f"--uri {options.uri} is of use with --store milvus alone.")
    uri: str = options.uri or ""
    if uri and not is_address(uri):
        raise corpus.CableQAError(
            f"{uri} is no address of a Milvus. One is http://HOST:19530, or a file NAME.db"
        )
    return uri if options.store else None


def _place(options: argparse.Namespace) -> Path | str:
    """The index folder, or the address of a Milvus."""
    named: Path | str | None = options.index
    return named or given.place(os.environ.get("CABLE_QA_INDEX") or str(DEFAULT_INDEX))


def _folder(options: argparse.Namespace) -> Path:
    place = _place(options)
    if not isinstance(place, Path):
        raise corpus.CableQAError(
            f"{place} is a Milvus, which a folder tells of its cables. Name that folder with --index."
        )
    return place


def _ready(options: argparse.Namespace, *, wherever: bool = False) -> Path | str:
    """The index folder, or the address of a Milvus; made where it is missing, so that a first question is answered.

    Only the default one, unless `wherever`: a folder that was named to be asked may be misspelt, but one that is
    named to be served may as well be new, since cables are added from the page.
    """
    folder = _place(options)
    if not isinstance(folder, Path):
        return folder
    default = options.index is None and not os.environ.get("CABLE_QA_INDEX")
    if (default or wherever) and not _is_index(folder):
        print(
            f"No index yet: making {folder} from the one cable that comes with the program. "
            "To add your own: cable-qa build FOLDER",
            file=sys.stderr,
        )
        with _progress() as progress:
            index.build(
                corpus.shipped_cables(),
                folder,
                progress=progress,
                model=getattr(options, "model", None),
                device=getattr(options, "device", None),
                threads=getattr(options, "threads", None),
            )
    return folder


def _is_index(folder: Path) -> bool:
    """Whether a build got somewhere there; one that failed at once leaves an empty database behind."""
    try:
        with index.open(folder) as cable_index:
            # One whose cables were all forgotten is one, and is not given others unasked.
            return bool(cable_index.sources() or cable_index.count() or cable_index.generation())
    except index.IndexNotFound:
        return False


def _filters(options: argparse.Namespace, *, words: str = "") -> index.Filters:
    return index.Filters(
        posts=tuple(options.post),
        classifications=tuple(options.classification),
        tags=tuple(options.tag),
        years=tuple(options.year),
        since=options.since,
        until=options.until,
        cable_ids=tuple(options.cable),
        words=words,
    )


@contextmanager
def _progress() -> Iterator[Callable[[index.Progress], None] | None]:
    """Draws a bar for each stage of a build; gives None, and draws nothing, where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    stage = ""
    bar: tqdm[Never] | None = None

    def draw(progress: index.Progress) -> None:
        nonlocal stage, bar
        if bar is None or progress.stage != stage:
            if bar is not None:
                bar.close()
            stage = progress.stage
            unit = f" {UNITS.get(stage, 'steps')}"
            # What an earlier run did (`initial`) must not count into this one's rate.
            bar = tqdm(desc=stage, initial=progress.done, total=progress.total, unit=unit, dynamic_ncols=True)
        bar.total = progress.total
        bar.set_postfix_str(harmless(Path(progress.note).name)[-40:], refresh=False)
        bar.update(progress.done - bar.n)

    try:
        yield draw
    finally:
        if bar is not None:
            bar.close()


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _print_json(value: object) -> None:
    print(printed.as_json(value, ascii_only="utf" not in (sys.stdout.encoding or "").lower()))


def _width() -> int | None:
    return min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else None


def _bold() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], None]]] = {
    "build": _build,
    "ask": _ask,
    "show": _show,
    "list": _list,
    "stats": _stats,
    "check": _check,
    "backup": _backup,
    "export": _export,
    "import": _import,
    "eval": _eval,
    "serve": _serve,
    "user": _user,
}


if __name__ == "__main__":
    sys.exit(main())
