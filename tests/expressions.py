"""Every regular expression of the program, and strings that each of them may take long over."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOMS: Final = ("corpus", "index", "qa")
METHODS: Final = frozenset("search match fullmatch finditer findall sub subn split".split())
# Made while the program runs, each from what stands to its left; an example of what it comes to.
MADE: Final = {
    ("corpus.formats.web_page", "f'</{begin[1]}\\\\s*>'"): r"</script\s*>",
    ("corpus.numbering", "_INSIDE_A_LINE % number"): "",
    ("qa.printed", "pattern"): r"how\s+many\s+were\s+deported",
}
SPECIMENS: Final = {
    "DIGIT": "0", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "a", "NOT_SPACE": "a", "NOT_WORD": " ",
}  # fmt: skip
FITS_NOTHING: Final = "\x00"  # behind what was repeated, so that an expression goes back and tries it again
REPEATED: Final = (
    *" \n\taA0-.,(/[<\"*#=", "a ", "A ", "A\n", " \n", "\r\n", "1. ", "- ", "a.", "A1", "\n1", "\n ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression, and how the program calls it."""

    place: str  # module and name, or module and line
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def every() -> list[Expression]:
    """All of them, each once for each place."""
    found: list[Expression] = []
    called = _called()
    for module in modules():
        for name, value in vars(module).items():
            if name.startswith("__") or isinstance(value, ModuleType | type):
                continue
            for pattern in _patterns(value):
                methods = called.get(name, frozenset()) if isinstance(value, re.Pattern) else frozenset()
                found.append(Expression(f"{module.__name__}.{name}", pattern, methods or METHODS))
        found += _written_in(module)
    return found


def modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            yield importlib.import_module(info.name)


def _patterns(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for each in (*value, *value.values()):
            yield from _patterns(each)
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _patterns(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _patterns(getattr(value, field.name))


def _sources(module: ModuleType) -> str:
    return Path(module.__file__ or "").read_text(encoding="utf-8")


def _called() -> dict[str, frozenset[str]]:
    """By the name of an expression the methods that any module calls of it."""
    found: dict[str, set[str]] = {}
    for module in modules():
        for node in ast.walk(ast.parse(_sources(module))):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                value = node.value
                name = value.id if isinstance(value, ast.Name) else getattr(value, "attr", "")
                found.setdefault(name, set()).add(node.attr)
    return {name: frozenset(methods) for name, methods in found.items()}


def _written_in(module: ModuleType) -> Iterator[Expression]:
    """Those that stand in the middle of a function, by their text; what only running makes is in MADE."""
    tree = ast.parse(_sources(module))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    seen: set[int] = set()
    for function in functions:
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)) or id(node) in seen:
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re"):
                continue
            if node.func.attr not in METHODS | {"compile"}:
                continue
            seen.add(id(node))
            text = ast.unparse(node.args[0])
            try:
                written = eval(text, vars(module))
            except NameError:
                written = MADE[module.__name__, text]
            if not isinstance(written, str | bytes):
                continue
            flags = [each.value for each in node.keywords if each.arg == "flags"] or (
                node.args[1:2]
                if node.func.attr == "compile"
                else node.args[2:3]
                if node.func.attr in ("search", "match", "fullmatch", "findall", "finditer")
                else []
            )
            flag = eval(ast.unparse(flags[0]), {"re": re}) if flags else 0
            methods = METHODS if node.func.attr == "compile" else frozenset((node.func.attr,))
            yield Expression(f"{module.__name__}:{node.lineno}", re.compile(written, flag), methods)


@dataclass(frozen=True, slots=True)
class Attack:
    """A string of any length that an expression may take long over."""

    before: str
    unit: str

    def of(self, size: int) -> str:
        return self.before + self.unit * max(1, size // len(self.unit)) + FITS_NOTHING


def attacks(pattern: re.Pattern[Any]) -> list[Attack]:
    """From the expression itself: each thing that it repeats, after what stands before it; and its parts, repeated."""
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    from re import _parser  # type: ignore[attr-defined]

    found: dict[tuple[str, str], None] = {("", unit): None for unit in REPEATED}
    tree = _parser.parse(written, pattern.flags & ~re.DEBUG)
    _walk(tree, "", found)
    return [Attack(before, unit) for before, unit in found if unit]


def _walk(tree: Any, before: str, found: dict[tuple[str, str], None]) -> str:
    """An example of what a part of an expression matches; on the way the attacks are noted."""
    said = before
    for kind, argument in tree:
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inside = argument
            for each in _examples(inside):
                if most > 8:
                    found[said, each] = None
                    found["", each] = None
                    found["", said[len(before) :] + each] = None
            _walk(inside, said, found)
            said += _example(inside) * max(1, min(least, 50))
            found["", said] = None
        elif name == "BRANCH":
            for each in argument[1]:
                _walk(each, said, found)
                found["", said + _example(each)] = None
            said += _example(argument[1][0])
        elif name == "SUBPATTERN":
            said = _walk(argument[-1], said, found)
        elif name == "ATOMIC_GROUP":
            said = _walk(argument, said, found)
        elif name in ("ASSERT", "ASSERT_NOT"):
            _walk(argument[1], said, found)
        else:
            said += _example([(kind, argument)])
    found["", said] = None
    return said


def _example(tree: Any) -> str:
    return next(iter(_examples(tree)), "")


def _examples(tree: Any) -> list[str]:
    """Some strings that a part of an expression matches, or might."""
    said = [""]
    for kind, argument in tree:
        more = _of_one(str(kind), argument)
        said = [one + other for one in said[:4] for other in (more or [""])[:8]]
    return [each for each in dict.fromkeys(said) if each][:4]


def _of_one(name: str, argument: Any) -> list[str]:
    if name == "LITERAL":
        return [chr(argument)]
    if name == "NOT_LITERAL":
        return ["a" if argument != ord("a") else "b", " "]
    if name == "ANY":
        return ["a", " "]
    if name == "IN":
        return _of_set(argument)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [each * max(1, min(argument[0], 50)) for each in _examples(argument[2])]
    if name == "SUBPATTERN":
        return _examples(argument[-1])
    if name == "ATOMIC_GROUP":
        return _examples(argument)
    if name == "BRANCH":
        return [example for each in argument[1] for example in _examples(each)[:3]]
    return []


def _of_set(items: Any) -> list[str]:
    said: list[str] = []
    negated = str(items[0][0]) == "NEGATE"
    for kind, argument in items[1:] if negated else items:
        name = str(kind)
        if name == "LITERAL":
            said.append(chr(argument))
        elif name == "RANGE":
            said.append(chr(argument[0]))
        elif name == "CATEGORY":
            said.append(SPECIMENS.get(str(argument).removeprefix("CATEGORY_").removeprefix("UNI_"), "a"))
    if negated:
        return [each for each in ("a", " ", "0", "\n", "-", "A") if each not in said] or ["b"]
    return said
