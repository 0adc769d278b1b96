"""Collections of questions with known answers: each becomes files of cables and a list of questions."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.typing_errors import mistyped
from qa.evaluate import EvalQuestion, read_questions

FOLDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What becomes a cable of one paragraph. In `text` and `subject` each run of blanks is one."""

    cable_id: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Cables in a file or folder, and what is asked of them."""

    name: str  # in one word, for the folder that keeps its index; the same cables, the same name
    cables: Path
    paragraphs: int | None  # how many the index must hold; None where the parser is to find that out
    questions: tuple[EvalQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class XQuADParagraph:
    """A paragraph with the questions that people wrote on it."""

    article: int  # its place, from 0
    number: int  # within the article, from 0
    passage: Passage
    questions: tuple[EvalQuestion, ...]


def xquad_paragraphs(file: Path) -> list[XQuADParagraph]:
    """The paragraphs of a file in SQuAD's JSON format."""
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    return [
        XQuADParagraph(
            article=place,
            number=number,
            passage=Passage(
                cable_id=(cable_id := f"09XQUAD{place * 1000 + number + 1}"),
                subject=_one_line(article["title"].replace("_", " ")),
                text=_one_line(paragraph["context"]),
            ),
            questions=tuple(
                EvalQuestion(
                    id=str(asked.get("id", "")),
                    text=asked["question"],
                    kind="answerable",
                    gold=frozenset([(cable_id, "1")]),
                    answers=tuple(_one_line(answer["text"]) for answer in asked["answers"]),
                )
                for asked in paragraph["qas"]
            ),
        )
        for place, article in enumerate(articles)
        for number, paragraph in enumerate(article["paragraphs"])
    ]


def xquad(file: Path, folder: Path) -> Collection:
    """Every paragraph in the index, every question answerable."""
    paragraphs = xquad_paragraphs(file)
    return _of_xquad("xquad", paragraphs, paragraphs, folder)


def xquad_mistyped(file: Path, folder: Path, *, seed: int) -> Collection:
    """The same index, with two typing errors a question."""
    whole = xquad(file, folder)
    questions = tuple(replace(one, text=mistyped(one.text, seed=seed)) for one in whole.questions)
    return replace(whole, questions=questions)


def xquad_without_articles(file: Path, folder: Path) -> Collection:
    """Every third article is left out of the index: its questions are far from all that is there."""
    paragraphs = xquad_paragraphs(file)
    kept = [one for one in paragraphs if one.article % 3 != 2]
    return _of_xquad("xquad-without-articles", kept, paragraphs, folder)


def xquad_fold(file: Path, folder: Path, fold: int) -> Collection:
    """Of each article every fifth paragraph is left out, and only the questions on those are asked.

    Over the five folds each question is asked once, of an index that has the rest of its article.
    """
    paragraphs = xquad_paragraphs(file)
    kept = [one for one in paragraphs if one.number % FOLDS != fold]
    asked = [one for one in paragraphs if one.number % FOLDS == fold]
    return _of_xquad(f"xquad-fold-{fold}", kept, asked, folder)


def _of_xquad(
    name: str, kept: Sequence[XQuADParagraph], asked: Iterable[XQuADParagraph], folder: Path
) -> Collection:
    ids = {one.passage.cable_id for one in kept}
    questions = (
        question if one.passage.cable_id in ids else replace(question, kind="unanswerable", gold=frozenset())
        for one in asked
        for question in one.questions
    )
    return Collection(
        name=name,
        cables=write_cables([one.passage for one in kept], folder / f"{name}.jsonl", post="XQUAD"),
        paragraphs=len(kept),
        questions=tuple(questions),
    )


def cranfield(source: Path, folder: Path) -> Collection:
    """The 1,400 abstracts on aerodynamics, 225 questions by their readers, what answers each as judged by them.

    `source` holds cran.all.1400.xml, cran.qry.xml and cranqrel.trec.txt. Two documents are empty and left out. The
    judgements count the questions by their order in the file, not by the numbers printed there; relevant is what is
    judged above 0.
    """
    passages = [one for one in cranfield_documents(source / "cran.all.1400.xml") if one.text]
    gold: dict[int, set[tuple[str, str]]] = {}
    for line in (source / "cranqrel.trec.txt").read_text(encoding="utf-8").splitlines():
        question, _, document, grade = line.split()
        if int(grade) > 0:
            gold.setdefault(int(question), set()).add((_cranfield_id(document), "1"))
    topics = ElementTree.parse(source / "cran.qry.xml").getroot().iter("top")
    questions = (
        EvalQuestion(
            id=str(place),
            text=_one_line(topic.findtext("title", "")),
            kind="answerable",
            gold=frozenset(gold[place]),
        )
        for place, topic in enumerate(topics, start=1)
        if place in gold
    )
    return Collection(
        name="cranfield",
        cables=write_cables(passages, folder / "cranfield.jsonl", post="CRANFIELD"),
        paragraphs=len(passages),
        questions=tuple(questions),
    )


def cranfield_documents(file: Path) -> Iterator[Passage]:
    """The documents, in order; the file is XML but for a root around them."""
    for document in ElementTree.fromstring(f"<all>{file.read_text(encoding='utf-8')}</all>").iter("doc"):
        yield Passage(
            cable_id=_cranfield_id(document.findtext("docno", "")),
            subject=_one_line(document.findtext("title", "")),
            text=_one_line(document.findtext("text", "")),
        )


def _cranfield_id(document: str) -> str:
    return f"62CRANFIELD{int(document)}"


def generated(script: Path, folder: Path, *, cables: int, seed: int, questions: int = 500) -> Collection:
    """Cables and questions written by the generator; the same seed gives the same bytes."""
    name = f"generated-{cables}-seed-{seed}"
    into = folder / name
    asked = into / "questions.jsonl"
    if not asked.exists():
        arguments = ["--cables", str(cables), "--seed", str(seed), "--format", "csv", "--out", str(into)]
        arguments += ["--questions", str(asked), "--questions-count", str(questions)]
        subprocess.run([sys.executable, str(script), *arguments], check=True, stdout=sys.stderr)
    return Collection(
        name=name,
        cables=into / "cables.csv",
        paragraphs=None,
        questions=tuple(read_questions(asked)),
    )


def write_cables(passages: Iterable[Passage], file: Path, *, post: str) -> Path:
    """A JSON line a cable, with one paragraph numbered 1."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as lines:
        for place, passage in enumerate(passages, start=1):
            body = f"UNCLAS {post} {place:06d}\n\nTAGS: PREL\nSUBJECT: {passage.subject}\n\n1. {passage.text}"
            lines.write(json.dumps({"id": passage.cable_id, "header": "", "body": body}) + "\n")
    return file


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
