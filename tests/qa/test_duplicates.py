from index import Hit
from qa.duplicates import without_copies

TEXT = (
    "Police in the capital found 2,500 illegal labor migrants on construction sites; they are to be deported."
)


def hit(cable_id: str, text: str) -> Hit:
    return Hit(
        cable_id=cable_id,
        paragraph="1",
        score=1.0,
        text=text,
        subject="",
        date=None,
        origin="",
        classification="",
    )


def test_a_retransmission_is_shown_once() -> None:
    first, copy = hit("09ASTANA368", TEXT), hit("09ASTANA370", TEXT.replace("  ", " "))
    assert list(without_copies([first, copy])) == [first]


def test_the_same_words_with_another_figure_are_no_copy() -> None:
    january, february = hit("09ASTANA368", TEXT), hit("09ASTANA501", TEXT.replace("2,500", "1,900"))
    assert list(without_copies([january, february])) == [january, february]


def test_two_paragraphs_of_one_cable_are_both_kept() -> None:
    assert len(list(without_copies([hit("09ASTANA368", TEXT), hit("09ASTANA368", TEXT)]))) == 2
