from collections.abc import Iterable
from typing import Any

from benchmarks import limits, scale_tables


def spent(cpu: float, *, seconds: float = 0.0, memory: float = 0.0) -> dict[str, float]:
    return {"cpu": cpu, "seconds": seconds, "memory": memory}


def measured() -> dict[str, Any]:
    """A size of 1,000 paragraphs of which the model read 100."""
    read = {
        "stages": {
            "read": spent(5, seconds=6, memory=200),
            "embed": spent(16, memory=900),
            "seal": spent(9),
        },
        "loading": spent(4),
        "model": spent(11),
        "tokenizer": spent(1),
        "embedded": 100,
        "askable": 3.0,
    }
    more = {
        "stages": {
            "read": spent(0.1, seconds=0.2),
            "embed": spent(5, seconds=7),
            "seal": spent(0.1, seconds=0.1),
        },
        "loading": spent(4, seconds=5),
        "model": spent(1, seconds=2),
        "embedded": 7,
    }
    return {
        "read": read,
        "fill": {"paragraphs": 1_000},
        "seal": {"stages": {"seal": spent(3, memory=300)}},
        "add": {"1": more},
        "disk": {
            "text and tables": 500_000,
            "vectors": 1_400_000,
            "FAISS": 400_000,
            "BM25 and spellings": 100_000,
        },
    }


def cells(lines: Iterable[str]) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in list(lines)[2:]]


def test_all_that_a_build_does_but_the_sums_of_the_model_is_held_against_these() -> None:
    # Of 16 CPU seconds 4 went to loading, 10 to sums: 2 for 100 paragraphs are 20 for all. (5 + 20 + 3) / 100.
    assert cells(scale_tables.build({50: measured()})) == [
        ["50", "1,000", "3", "6", "5", "20", "3", "100", "0.280"]
    ]


def test_the_largest_stage_counts_as_the_memory_of_a_build() -> None:
    assert cells(scale_tables.memory({50: measured()}, {"memory": 1_000})) == [
        ["50", "200", "900", "300", "1,000", "0.90"]
    ]


def test_bytes_are_those_of_a_paragraph() -> None:
    assert cells(scale_tables.disk({50: measured()})) == [["50", "500", "1,400", "400", "100", "2,400"]]


def test_a_cable_more_is_held_against_embedding_its_paragraphs_without_the_loading_of_the_model() -> None:
    # 7.3 seconds less 5 over 2; 5.2 CPU seconds less 4 over 1.
    assert cells(scale_tables.added({50: measured()})) == [
        ["50", "1", "7", "0.10", "0.10", "1.00", "2.30", "1.15", "1.20"]
    ]


def test_a_token_goes_through_every_matrix_once() -> None:
    # Six layers of four matrices of 384 x 384 and two of 384 x 1,536; a product and a sum count as two.
    assert limits.of_model(1, 0) == 2 * 10_616_832
