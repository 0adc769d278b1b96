"""The options of the command line, and what each may be."""

import argparse
import re
from datetime import date
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path
from typing import Final, TypedDict, get_args

from index import Order
from index.milvus.client import is_address
from qa.days import UnclearDay, days

BASELINES: Final = ("bm25", "dense", "rrf")  # plain rankings to compare with
USER_ACTIONS: Final = ("add", "list", "remove", "token")
ROLES: Final = ("ask", "build")  # who may build may ask as well


class Answering(TypedDict, total=False):
    """Options of `Assistant.open`."""

    certainty: float
    paragraphs: int
    reranker: str
    reader: str


_MOST: Final = 1_000_000_000  # of whatever is counted


def parser() -> argparse.ArgumentParser:
    """All commands with all their options."""
    top = argparse.ArgumentParser(
        prog="cable-qa",
        description="Ask diplomatic cables in plain words; answers are quoted word for word and cited.",
    )
    top.add_argument("--version", action="version", version=f"cable-qa {version('cable-qa')}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        added.set_defaults(command=name)
        added.add_argument(
            "--index",
            type=place,
            metavar="DIR",
            help="the index folder, or the address of a Milvus; else $CABLE_QA_INDEX, else ./cable-index",
        )
        return added

    build = command("build", "Make an index, or bring one up to date.")
    build.add_argument(
        "corpus",
        nargs="*",
        type=_path,
        metavar="CORPUS",
        help="files, folders, archives; none: those given before",
    )
    build.add_argument("--prune", action="store_true", help="drop the cables whose files are gone")
    build.add_argument(
        "--reread", action="store_true", help="read also the files that have not changed since they were read"
    )
    build.add_argument(
        "--forget",
        action="append",
        type=_path,
        default=[],
        metavar="PATH",
        help="drop the cables from this file, folder or archive, and read it no more",
    )
    _add_model(build)
    build.add_argument("--query-prompt", metavar="TEXT", help="what the model reads before a question")
    build.add_argument("--document-prompt", metavar="TEXT", help="what the model reads before a passage")
    build.add_argument(
        "--precision",
        choices=("float32", "int8"),
        help="how exactly the default model computes on a processor; int8 takes two thirds of the time",
    )
    build.add_argument(
        "--keep-tokens",
        action=argparse.BooleanOptionalAction,
        help="keep the vectors of tokens: answers in a third of the time, for three to four times the room",
    )
    build.add_argument(
        "--store",
        choices=("folder", "milvus"),
        help="where others search it: in the folder alone, or in a Milvus that is told of all that changes",
    )
    build.add_argument("--uri", metavar="URI", help="of that Milvus: http://milvus:19530, or a file.db")
    build.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="embed on all machines of this Ray: host:port, auto, or local to start one (an extra)",
    )
    _add_json(build)

    ask = command("ask", "Answer a question, with citations.")
    ask.add_argument("question", metavar="QUESTION")
    _add_filters(ask)
    _add_model(ask)
    _add_answering(ask)
    _add_json(ask)

    show = command("show", "Show a cable.")
    show.add_argument("id", type=cable_id, metavar="ID", help="such as 09ASTANA368")
    show.add_argument("--paragraph", metavar="N", help="this paragraph alone")
    _add_json(show)

    rows = command("list", "List the cables.")
    _add_filters(rows)
    rows.add_argument("--words", default="", help="cables that hold all of these words")
    rows.add_argument("--order", choices=get_args(Order), default="newest", help="default newest")
    rows.add_argument("--limit", type=_count, default=50, metavar="N", help="at most so many (default 50)")
    rows.add_argument("--offset", type=_count, default=0, metavar="N", help="leave out the first so many")
    _add_json(rows)

    stats = command("stats", "Say what the index holds.")
    stats.add_argument("--rejected", action="store_true", help="list what was not taken, and why, instead")
    _add_json(stats)

    check = command("check", "Compare all that the index holds with its checksums.")
    check.add_argument(
        "--repair",
        action="store_true",
        help="mend what is wrong; a damaged database is kept under another name",
    )
    _add_json(check)

    backup = command("backup", "Copy the index as it is at one instant, while it is served and built.")
    backup.add_argument("to", type=_path, metavar="DIR", help="a folder that is not there yet, or is empty")
    _add_json(backup)

    export = command("export", "Write what the index knows into one file, for import.")
    export.add_argument("file", type=_path, metavar="FILE", help="a file that is not there yet")
    _add_json(export)

    taken = command("import", "Take in what other indexes exported; nothing is embedded anew.")
    taken.add_argument("files", nargs="+", type=_path, metavar="FILE", help="what export wrote")
    taken.add_argument(
        "--model",
        metavar="NAME",
        help="the name or folder here of the model, where the index is new and it is not the default one",
    )
    _add_json(taken)

    evaluation = command("eval", "Ask questions with known answers, and tell in figures how well that went.")
    evaluation.add_argument(
        "questions", type=_path, metavar="QUESTIONS", help="a file of one JSON object a line"
    )
    evaluation.add_argument(
        "--compare",
        type=_baselines,
        default=(),
        metavar="NAMES",
        help=f"rank the same questions by plain means too: {','.join(BASELINES)}, or some of them",
    )
    _add_model(evaluation)
    _add_answering(evaluation)
    _add_json(evaluation)

    serve = command("serve", "Serve the page for the browser.")
    serve.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1: this machine)"
    )
    serve.add_argument("--port", type=_port, default=7860, help="default 7860")
    serve.add_argument("--open", action="store_true", help="open the page in the browser")
    serve.add_argument(
        "--mcp", action="store_true", help="answer programs over MCP too, at /gradio_api/mcp/ (an extra)"
    )
    _add_access(serve)
    _add_model(serve)
    _add_answering(serve)

    user = commands.add_parser(
        "user",
        help="Say who may come in, for serve --users.",
        description="Say who may come in, for serve --users. A password is asked for, or read from stdin.",
        allow_abbrev=False,
    )
    user.set_defaults(command="user", index=None)
    user.add_argument("action", choices=USER_ACTIONS, help="token: what programs show in place of a password")
    user.add_argument("name", nargs="?", metavar="NAME", help="of the person; not for list")
    user.add_argument("--users", type=_path, required=True, metavar="FILE", help="the file of people")
    user.add_argument("--role", choices=ROLES, help="ask (unless said), or build: add files and index too")
    return top


def _add_access(serve: argparse.ArgumentParser) -> None:
    access = serve.add_argument_group("who comes in")
    access.add_argument("--users", type=_path, metavar="FILE", help="only those of this file (cable-qa user)")
    access.add_argument("--no-password", action="store_true", help="everybody who reaches the port")
    access.add_argument(
        "--root-path",
        type=_root_path,
        default="",
        metavar="PATH",
        help="what a proxy shows it under: /cables",
    )
    access.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="a name of it: cables.example"
    )
    access.add_argument(
        "--trust-proxy",
        action="append",
        type=_network,
        default=[],
        metavar="ADDRESS",
        help="believe this proxy",
    )
    access.add_argument(
        "--max-upload", type=_positive, default=2_000, metavar="MB", help="files added at one time (2000)"
    )
    watching = serve.add_argument_group("log")
    watching.add_argument("--log", choices=("json",), help="a line on stderr for each request and question")
    watching.add_argument("--log-questions", action="store_true", help="with the words of the questions")


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", metavar="NAME", help="a sentence-transformers model: its name or folder")
    command.add_argument("--device", help="where the model runs, such as cpu or cuda")
    command.add_argument("--threads", type=_positive, metavar="N", help="processor threads for the model")


def _add_answering(command: argparse.ArgumentParser) -> None:
    answering = command.add_argument_group("answering")
    answering.add_argument(
        "--certainty",
        type=_share,
        metavar="SHARE",
        help="answer only what the cables answer with this chance, 0 to 1 (0.2); more is silent more often",
    )
    answering.add_argument(
        "--paragraphs", type=_positive, metavar="N", help="how many are read closely (8); fewer are faster"
    )
    answering.add_argument(
        "--reranker", metavar="NAME", help="a cross-encoder that puts the best paragraphs in order"
    )
    answering.add_argument("--reader", metavar="NAME", help="a model that marks the words that answer")


def answering(options: argparse.Namespace) -> Answering:
    """What was said of answering, for `Assistant.open`; what was not said is left out."""
    chosen = Answering()
    if options.certainty is not None:
        chosen["certainty"] = options.certainty
    if options.paragraphs is not None:
        chosen["paragraphs"] = options.paragraphs
    if options.reranker is not None:
        chosen["reranker"] = options.reranker
    if options.reader is not None:
        chosen["reader"] = options.reader
    return chosen


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share: give a figure from 0 to 1, such as 0.2")
    return share


def _add_filters(command: argparse.ArgumentParser) -> None:
    filters = command.add_argument_group(
        "filters", "Given twice, either may hold; of different ones all must."
    )
    filters.add_argument("--post", action="append", type=post, default=[], help="such as ASTANA")
    filters.add_argument("--year", action="append", type=int, default=[], help="such as 2009")
    filters.add_argument("--tag", action="append", type=str.upper, default=[], help="such as PGOV")
    filters.add_argument("--since", type=_first_day, metavar="DATE", help="2009, 2009-02 or 2009-02-27")
    filters.add_argument("--until", type=_last_day, metavar="DATE", help="likewise; that day still counts")
    filters.add_argument(
        "--cable", action="append", type=cable_id, default=[], metavar="ID", help="such as 09ASTANA368"
    )
    filters.add_argument(
        "--classification", action="append", type=str.upper, default=[], help="such as UNCLASSIFIED"
    )


def place(text: str) -> Path | str:
    """An index: a folder, or the address of a Milvus."""
    return text if is_address(text) else _path(text)


def _path(text: str) -> Path:
    if not text.strip():  # as of a variable of the shell that is not set; else it would be the folder at hand
        raise argparse.ArgumentTypeError("a path is empty; the folder that you are in is written .")
    return Path(text)


def cable_id(text: str) -> str:
    """An id as the index writes it: '1976STATE212042' is 76STATE212042; what is no id stays, to be told as missing."""
    from corpus import header  # asked for by few, and it takes a tenth of a second to import

    return header.canonical_id(text) or text.strip()


def _baselines(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in BASELINES:
            raise argparse.ArgumentTypeError(f"{name} is no baseline; there are {', '.join(BASELINES)}")
    return names


def post(text: str) -> str:
    """A post as the index writes it: 'Rio de Janeiro' is RIODEJANEIRO."""
    return "".join(character for character in text.upper() if character.isalnum())


def _count(text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number")
    if (count := int(text)) < 0:
        raise argparse.ArgumentTypeError(f"{text} is too little: it cannot be below 0")
    if count > _MOST:
        raise argparse.ArgumentTypeError(f"{text} is too much: the most is {_MOST:,}")
    return count


def _positive(text: str) -> int:
    if text.removeprefix("-").isdecimal() and int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is too little: it must be at least 1")
    return _count(text)


def _port(text: str) -> int:
    if _count(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port: the highest is 65535")
    return int(text)


def _root_path(text: str) -> str:
    if not re.fullmatch(r"(/[\w.~-]+)*/?", text, re.ASCII) or ".." in text:
        raise argparse.ArgumentTypeError(f"{text} is no path of an address: write such as /cables")
    return text.rstrip("/")


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text} is no address: write such as 127.0.0.1 or 10.0.0.0/8"
        ) from error


def _first_day(text: str) -> date:
    return _days(text)[0]


def _last_day(text: str) -> date:
    return _days(text)[1]


def _days(text: str) -> tuple[date, date]:
    try:
        return days(text)
    except UnclearDay as error:
        raise argparse.ArgumentTypeError(str(error)) from error
