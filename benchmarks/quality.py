"""How well questions are answered: python -m benchmarks.quality --xquad FILE --cables FILE --questions FILE.

Two kinds of questions, each told apart into those that the index answers and those that it does not:

* XQuAD (people's questions on people's prose, SQuAD's JSON format): every paragraph is made a cable of one
  paragraph. Every second article stays out of the index, and so does every fifth paragraph of the others, so that
  there are questions on another topic and questions on the right topic whose answer is missing.
* Generated cables with their questions, a JSON object a line: question, history, kind, answers, gold.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import index
from benchmarks.machine import machine
from qa import Answer, Assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with what is known of its answer."""

    text: str
    kind: str
    history: tuple[tuple[str, str], ...] = ()
    gold: frozenset[tuple[str, str]] = (
        frozenset()
    )  # (cable, paragraph); empty where nothing in the index answers
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How one question was answered."""

    asked: Asked
    answer: Answer
    took_s: float

    @property
    def rank(self) -> int:
        """Of the first right paragraph among the citations, from 1; 0 where there is none."""
        cited = [(citation.cable_id, citation.paragraph) for citation in self.answer.citations]
        return next((place for place, one in enumerate(cited, start=1) if one in self.asked.gold), 0)

    @property
    def quoted(self) -> bool:
        """Whether the first quote is of the right paragraph and holds an accepted answer."""
        return self.rank == 1 and any(a in self.answer.citations[0].quote for a in self.asked.answers)


def xquad(file: Path, folder: Path) -> list[Asked]:
    """Writes the cables into `folder` and returns the questions."""
    asked, records = [], []
    for place, article in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
        for number, paragraph in enumerate(article["paragraphs"]):
            cable_id = f"09XQUAD{place * 1000 + number + 1}"
            kept = place % 2 == 0 and number % 5 != 4
            kind = "answerable" if kept else "paragraph missing" if place % 2 == 0 else "topic missing"
            gold = frozenset([(cable_id, "1")]) if kept else frozenset[tuple[str, str]]()
            for question in paragraph["qas"]:
                answers = tuple(answer["text"] for answer in question["answers"])
                asked.append(Asked(text=question["question"], kind=kind, gold=gold, answers=answers))
            if kept:
                subject = article["title"].replace("_", " ")
                body = f"UNCLAS XQUAD {place * 1000 + number + 1}\n\nTAGS: PREL\nSUBJECT: {subject}\n\n1. "
                records.append({"id": cable_id, "header": "", "body": body + paragraph["context"]})
    lines = "\n".join(json.dumps(record) for record in records)
    (folder / "xquad.jsonl").write_text(lines, encoding="utf-8")
    return asked


def generated(file: Path) -> list[Asked]:
    """The questions that the generator of cables wrote."""
    with file.open(encoding="utf-8") as lines:
        return [
            Asked(
                text=row["question"],
                kind=row["kind"],
                history=tuple((question, answer) for question, answer in row.get("history", ())),
                gold=frozenset((gold["cable"], str(gold["paragraph"])) for gold in row["gold"]),
                answers=tuple(row["answers"]),
            )
            for row in map(json.loads, lines)
        ]


def judge(assistant: Assistant, asked: list[Asked]) -> Iterator[Judged]:
    """Asks every question."""
    for one in asked:
        begun = time.perf_counter()
        answer = assistant.ask(one.text, one.history)
        yield Judged(asked=one, answer=answer, took_s=time.perf_counter() - begun)


def table(judged: list[Judged]) -> Iterator[str]:
    """Lines of a Markdown table, a kind of question each, and the silence over all."""
    kinds = defaultdict(list)
    for one in judged:
        kinds[one.asked.kind].append(one)
    yield "| questions | number | hit@1 | hit@5 | sentence | short right, of those given | silent | ms |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for kind, some in [*kinds.items(), ("all answerable", [one for one in judged if one.asked.gold])]:
        given = [one for one in some if one.answer.short]
        right = sum(any(_same(one.answer.short or "", a) for a in one.asked.answers) for one in given)
        figures = [
            share(sum(one.rank == 1 for one in some), len(some)),
            share(sum(one.rank > 0 for one in some), len(some)),
            share(sum(one.quoted for one in some), len(some)),
        ]
        if not some or not some[0].asked.gold:
            figures, right_of_given = ["-"] * 3, "-"
        else:
            right_of_given = f"{share(right, len(given))} of {len(given)}"
        silent = share(sum(one.answer.abstained for one in some), len(some))
        took = sorted(one.took_s for one in some)[len(some) // 2] * 1000 if some else 0.0
        yield f"| {kind} | {len(some)} | {' | '.join(figures)} | {right_of_given} | {silent} | {took:.0f} |"
    yield ""
    yield silence(judged)


def silence(judged: list[Judged]) -> str:
    """Precision, recall and F1 of saying that the cables do not answer."""
    silent = [one for one in judged if one.answer.abstained]
    rightly = sum(not one.asked.gold for one in silent)
    missing = sum(not one.asked.gold for one in judged)
    wrongly, answerable = len(silent) - rightly, len(judged) - missing
    f1 = 2 * rightly / (len(silent) + missing) if silent or missing else 0.0
    return (
        f"Silence: precision {share(rightly, len(silent))}, recall {share(rightly, missing)}, F1 {100 * f1:.1f}; "
        f"false silence {share(wrongly, answerable)} of the answerable."
    )


def share(part: int, whole: int) -> str:
    """In percent."""
    return f"{100 * part / whole:.1f}" if whole else "-"


def _same(short: str, answer: str) -> bool:
    return short.strip(" .").lower() == answer.strip(" .").lower()


def main() -> None:
    """Build what is asked of, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--xquad", type=Path, help="XQuAD or SQuAD 1.1 in JSON")
    parser.add_argument("--cables", type=Path, help="generated cables, any format")
    parser.add_argument("--questions", type=Path, help="the questions that were generated with them")
    parser.add_argument("--index", type=Path, help="keep the index of --cables here, to ask it again")
    parser.add_argument("--limit", type=int, help="ask so many of each")
    options = parser.parse_args()
    print(machine("sentence-transformers", "faiss-cpu", "tantivy"))
    with tempfile.TemporaryDirectory() as scratch:
        if options.xquad:
            folder = Path(scratch)
            _report(
                "XQuAD", xquad(options.xquad, folder), folder / "xquad.jsonl", folder / "index", options.limit
            )
        if options.cables and options.questions:
            kept = options.index or Path(scratch) / "generated"
            _report("Generated cables", generated(options.questions), options.cables, kept, options.limit)


def _report(title: str, asked: list[Asked], cables: Path, folder: Path, limit: int | None) -> None:
    built = index.build(cables, folder)
    with Assistant.open(folder) as assistant:
        judged = list(judge(assistant, asked[:limit]))
    print(f"\n## {title}: {len(judged)} questions, {built.paragraphs:,} paragraphs\n")
    print("\n".join(table(judged)))


if __name__ == "__main__":
    main()
