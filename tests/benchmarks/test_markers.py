import pytest

from benchmarks.markers import written

PAGE = """# Quality

<!-- xquad: made by benchmarks.quality -->
what an earlier run found
<!-- end of xquad -->

The end.
"""


def test_what_stands_between_the_markers_is_replaced_and_nothing_else() -> None:
    once = written(PAGE, "xquad", ["| new |"], maker="benchmarks.quality")
    assert once == PAGE.replace("what an earlier run found", "\n| new |\n")
    assert written(once, "xquad", ["| new |"], maker="benchmarks.quality") == once


def test_a_page_without_a_place_is_refused_with_the_markers_to_give_it() -> None:
    with pytest.raises(SystemExit, match="The page has 0 places for cranfield") as refused:
        written(PAGE, "cranfield", ["| new |"], maker="benchmarks.quality")
    assert str(refused.value).endswith(
        "<!-- cranfield: made by benchmarks.quality -->\n<!-- end of cranfield -->"
    )


def test_a_place_of_another_maker_is_left_alone() -> None:
    with pytest.raises(SystemExit, match="The page has 0 places for xquad"):
        written(PAGE, "xquad", ["| new |"], maker="benchmarks.page_speed")
