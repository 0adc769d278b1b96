from pathlib import Path

from benchmarks import tables
from benchmarks.asking import Asked
from benchmarks.collections import Collection
from qa import Answer, Citation
from qa.evaluate import EvalQuestion, Judged

A, B, C = ("09ASTANA1", "1"), ("09ASTANA2", "1"), ("09ASTANA3", "1")


def judged(
    *ranking: tuple[str, str],
    gold: tuple[str, str] | None = A,
    kind: str = "plain",
    quote: str = "Twelve ships came.",
    short: str | None = "Twelve",
    abstained: bool = False,
    took_s: float = 0.1,
) -> Judged:
    citations = tuple(
        Citation(
            cable_id=cable,
            paragraph=paragraph,
            quote=quote,
            span=(0, len(quote)),
            score=1.0,
            subject="SHIPS",
            date=None,
            origin="",
            classification="",
            text=quote,
        )
        for cable, paragraph in ranking
    )
    return Judged(
        question=EvalQuestion(
            id="1",
            text="How many ships came?",
            kind=kind,
            gold=frozenset([gold]) if gold else frozenset(),
            answers=("twelve ships",) if gold else (),
        ),
        answer=Answer(
            text=quote,
            short=None if abstained else short,
            abstained=abstained,
            citations=citations,
            asked="How many ships came?",
        ),
        ranking=ranking,
        took_s=took_s,
    )


def asked(*answers: Judged, **others: list[tuple[tuple[str, str], ...]]) -> Asked:
    collection = Collection(name="ships", cables=Path("ships"), paragraphs=3, questions=())
    return Asked(collection=collection, paragraphs=3, judged=answers, others=others)


def test_each_system_has_a_row_over_the_questions_that_have_gold() -> None:
    found = asked(judged(A), judged(B, A), judged(C, gold=None), bm25=[(B, C), (A,)])
    assert list(tables.ranking(found)) == [
        "| 2 questions | hit@1 | hit@5 | nDCG@10 | MRR@10 | p |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| cable-qa | 50.0 | 100.0 | 81.5 | 75.0 |  |",  # (1 + 1 / log2(3)) / 2 and (1 + 1 / 2) / 2
        "| BM25 | 50.0 | 50.0 | 50.0 | 50.0 | 1.000 |",
    ]


def test_answers_are_told_by_sentence_length_and_short_answer() -> None:
    long = "Twelve ships came " + "and went " * 30
    some = [judged(A, took_s=0.1), judged(A, quote=long, short=None, took_s=0.3)]
    assert list(tables.answers(some)) == [
        "|  | right sentence | first quote <= 60 words | `short` given | exact match, where given | F1, where given "
        "| ms, median | ms, p95 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| cable-qa | 100.0 | 50.0 | 50.0 | 0.0 | 66.7 | 200 | 290 |",
    ]


def test_abstention_is_told_by_precision_recall_f1_and_false_abstention() -> None:
    some = [
        judged(A),
        judged(A, abstained=True),
        judged(B, gold=None, abstained=True),
        judged(B, gold=None, abstained=True),
        judged(B, gold=None),
    ]
    assert list(tables.abstention(some)) == [
        "| abstention | answerable | unanswerable | precision | recall | F1 | false abstention |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| cable-qa | 2 | 3 | 66.7 | 66.7 | 66.7 | 50.0 |",
    ]


def test_each_kind_has_a_row_and_all_that_are_answerable_the_last() -> None:
    some = [
        judged(A, kind="plain"),
        judged(B, kind="followup"),
        judged(B, gold=None, kind="unanswerable", abstained=True),
    ]
    rows = [line.split(" | ") for line in tables.kinds(some)]
    assert [(row[0], row[1], row[2], row[-1]) for row in rows[2:]] == [
        ("| followup", "1", "0.0", "0.0 |"),
        ("| plain", "1", "100.0", "0.0 |"),
        ("| unanswerable", "1", "-", "100.0 |"),
        ("| all answerable", "2", "50.0", "0.0 |"),
    ]
