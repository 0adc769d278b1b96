"""Questions with what is known of their answers, from a file of one JSON object a line."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus import UnreadableSource, header
from qa.errors import BadQuestions

Place = tuple[str, str]  # the id of a cable and the number of a paragraph in it
_TEXTS: Final = "a list of texts"
_PAIRS: Final = "a list of pairs: [[question, answer], ...]"
_PLACES: Final = 'a list of paragraphs: [{"cable": "09ASTANA368", "paragraph": "7"}, ...]'


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalQuestion:
    """A question to ask, with the paragraphs and the strings that answer it."""

    id: str
    text: str
    kind: str = "all"  # the figures are told for each kind
    history: tuple[tuple[str, str], ...] = ()  # (question, answer) before it, oldest first
    gold: frozenset[Place] = frozenset()  # empty: the cables do not answer it
    answers: tuple[str, ...] = ()  # any of them will do


def read_questions(file: Path) -> list[EvalQuestion]:
    """The questions of a file, in its order; blank lines and unknown fields are passed over.

    Raises UnreadableSource, and BadQuestions with the line that cannot be taken.
    """
    try:
        with file.open("rb") as lines:
            questions = [
                _question(_object(line, file, number), file, number)
                for number, line in enumerate(lines, start=1)
                if line.strip()
            ]
    except FileNotFoundError as error:
        reason = "there is no such file or folder; check how it is spelled."
        raise UnreadableSource(file, reason) from error
    except OSError as error:
        raise UnreadableSource(file, f"it cannot be read ({error.strerror}).") from error
    if not questions:
        raise BadQuestions(file, 1, "there is no question")
    return questions


def _object(line: bytes, file: Path, number: int) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadQuestions(file, number, "it is not JSON") from error
    if not isinstance(row, dict):
        raise BadQuestions(file, number, "it is no JSON object")
    return row


def _question(row: dict[str, object], file: Path, number: int) -> EvalQuestion:
    def bad(name: str, wanted: str) -> BadQuestions:
        return BadQuestions(
            file, number, f'"{name}" must be {wanted}' if name in row else f'"{name}" is missing'
        )

    def listed(name: str) -> list[object]:
        return _listed(row.get(name)) if row.get(name) is not None else []

    text, kind = row.get("question"), row.get("kind", "all")
    if not isinstance(text, str) or not text.strip():
        raise bad("question", "a text")
    if not isinstance(kind, str):
        raise bad("kind", "a text")
    history = [pair for each in listed("history") if (pair := _pair(each))]
    gold = [place for each in listed("gold") if (place := _place(each))]
    answers = [each for each in listed("answers") if isinstance(each, str) and each.strip()]
    for name, taken, wanted in (
        ("history", history, _PAIRS),
        ("gold", gold, _PLACES),
        ("answers", answers, _TEXTS),
    ):
        if len(taken) != len(listed(name)):
            raise bad(name, wanted)
    if answers and not gold:
        raise BadQuestions(file, number, '"answers" stand without "gold", the paragraphs that they stand in')
    return EvalQuestion(
        id=str(row.get("id") or number),
        text=text,
        kind=kind,
        history=tuple(history),
        gold=frozenset(gold),
        answers=tuple(answers),
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [None]  # None is an element that no list may have


def _pair(value: object) -> tuple[str, str] | None:
    match value:
        case [str(question), str(answer)]:
            return question, answer
    return None


def _place(value: object) -> Place | None:
    match value:
        case {"cable": str(cable), "paragraph": str() | int() as paragraph}:
            return header.canonical_id(cable) or cable.strip(), str(paragraph).strip()
    return None
