from pathlib import Path

import pytest

from index.prompts import Prompts, of_family

E5 = Prompts(query="query: ", document="passage: ")
SENTENCE = Prompts(query="Represent this sentence for searching relevant passages: ")
NOMIC = Prompts(query="search_query: ", document="search_document: ")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("intfloat/e5-small-v2", E5),
        ("intfloat/multilingual-e5-base", E5),
        ("/models/E5-Large", E5),
        ("BAAI/bge-small-en-v1.5", SENTENCE),
        ("BAAI/bge-m3", Prompts()),
        ("thenlper/gte-base", Prompts()),
        ("nomic-ai/nomic-embed-text-v1.5", NOMIC),
        ("nomic-ai/modernbert-embed-base", NOMIC),
        ("mixedbread-ai/mxbai-embed-large-v1", SENTENCE),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", SENTENCE),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", Prompts(query="query: ")),
        ("sentence-transformers/all-MiniLM-L12-v2", Prompts()),
        ("size5-small", Prompts()),
        ("", Prompts()),
    ],
)
def test_a_family_is_known_by_the_name_of_the_model(model: str, expected: Prompts) -> None:
    assert of_family(model) == expected


def test_an_instruct_model_is_told_its_task_and_reads_passages_bare() -> None:
    prompts = of_family("intfloat/multilingual-e5-large-instruct")
    assert prompts.query.startswith("Instruct: ")
    assert prompts.query.endswith("\nQuery: ")
    assert prompts.document == ""


def test_a_folder_of_the_cache_is_known_by_its_model_and_no_parent_misleads() -> None:
    assert of_family(f"/cache/models--intfloat--e5-small-v2/snapshots/{'0f' * 20}") == E5
    assert of_family("/models/e5-small-v2/other") == Prompts()


def test_a_folder_that_says_nothing_is_known_by_its_card_but_not_by_what_it_was_made_from(
    tmp_path: Path,
) -> None:
    card = tmp_path / "README.md"
    card.write_text(
        "---\ntags:\n- mteb\nmodel-index:\n- name: e5-base\n  results: []\n---\n", encoding="utf-8"
    )
    assert of_family(str(tmp_path)) == E5
    card.write_text("---\nbase_model: intfloat/e5-base\n---\nMade from e5-base.\n", encoding="utf-8")
    assert of_family(str(tmp_path)) == Prompts()
