"""Questions as they are typed, mended against cables with the real model's vocabulary."""

import json
from collections.abc import Iterator

import pytest

import index
from qa.spelling import Change, Mended, mended

TEXTS = (
    "Dr. Zhanibek Kusaliyev spoke of Gandhi, and the government of Kazakhstan of migrants.",
    "The McDonald inquiry: Karimov denied cooperation. Border clashes went on; twelve miners were trapped.",
    "The privatization of two refineries was agreed.",
    "A deparment met.",  # an error of the cable's own
)


@pytest.fixture(scope="module")
def cable_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[index.Index]:
    folder = tmp_path_factory.mktemp("typed")
    body = "UNCLAS ASTANA 1\n\nSUBJECT: A REPORT\n\n"
    texts = [*TEXTS, *["The department met."] * 120]
    body += "\n\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))
    cable = json.dumps({"id": "09ASTANA1", "header": "", "body": body})
    (folder / "cables.jsonl").write_text(cable, encoding="utf-8")
    index.build(folder / "cables.jsonl", folder / "index", threads=2)
    with index.open(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("What did Ghandi say?", "What did Gandhi say?"),
        ("Is Kazahkstan's goverment to blame?", "Is Kazakhstan's government to blame?"),
        ("who is dr. kusaliev", "who is dr. kusaliyev"),
        ("WHO IS KUSALIEV", "WHO IS KUSALIYEV"),
        ("the McDonlad inquiry", "the McDonald inquiry"),
        ("How many mogrants?", "How many migrants?"),  # a neighbouring key
        ("refineeries", "refineries"),
        ("where were the clshes", "where were the clashes"),
        ("how much moeny", "how much money"),  # in no cable: the model knows it
        ("the priivatziation", "the privatization"),  # two errors in a long word
        ("no cooper ation", "no cooperation"),
        ("thegovernment agreed", "the government agreed"),
        ("the deparment", "the department"),
    ],
)
def test_an_error_is_mended(cable_index: index.Index, typed: str, meant: str) -> None:
    assert mended(typed, cable_index).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "How many kilos were found after the layoffs?",  # English, in no cable
        "Why were 2,500 migrants deported by the ministry?",
        "Did Kusaliyev's wife meet Karimova?",  # not Karimov
        "did kusaliyev meet karimova",
        "Who is Tasmagambetov?",  # a name that the cables do not hold
        "What did Moeny say?",  # a name is not mended to a word that no cable holds
        "What did KUSA and UNHCRR say in 09ASTANA3688?",
        "mail kusaliev@gandh.org, see https://kazakstan.kz/goverment or kazakstan.kz",
        "a mtela, a tsk",
        "overrefineries",
    ],
)
def test_what_may_well_be_meant_is_left_alone(cable_index: index.Index, text: str) -> None:
    assert mended(text, cable_index) == Mended(text=text)


def test_changes_say_where_the_question_as_typed_was_wrong(cable_index: index.Index) -> None:
    typed = "Did Ghandi and thegovernment meet Ghandi?"
    found = mended(typed, cable_index)
    assert found == Mended(
        text="Did Gandhi and the government meet Gandhi?",
        changes=(
            Change(start=4, end=10, old="Ghandi", new="Gandhi"),
            Change(start=15, end=28, old="thegovernment", new="the government"),
            Change(start=34, end=40, old="Ghandi", new="Gandhi"),
        ),
    )
    assert all(typed[change.start : change.end] == change.old for change in found.changes)
