import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cable import Rejected
from corpus.formats import plain_text
from corpus.formats.record import MAX_CABLE, Record
from corpus.formats.refusals import TOO_LONG


def header(number: int, section: str = "", post: str = "ASTANA") -> str:
    return (
        f"R 270959Z FEB 09\nFM AMEMBASSY {post}\nTO RUEHC/SECSTATE WASHDC 4771\n\n"
        f"UNCLAS {section}{post} {number:06}\n\nSUBJECT: X\n\n"
    )


def read(text: str | bytes) -> list[Record | Rejected]:
    return list(plain_text.texts(io.BytesIO(text.encode() if isinstance(text, str) else text), "cables.txt"))


def texts(text: str | bytes) -> list[str]:
    return [item.text if isinstance(item, Record) else item.reason for item in read(text)]


ONE, TWO = f"{header(1)}1. One.\n\nORDWAY\n", f"{header(2)}1. Two.\n\nORDWAY\n"


@pytest.mark.parametrize(
    "routing",
    [
        "",
        "VZCZCXYZ0007\n",
        "RR RUEHWEB\n\nDE RUEHTA #0002 0580959\nZNR UUUUU ZZH\n",
        "VZCZCXYZ0007\nRR RUEHWEB\n",
    ],
)
def test_a_telegram_begins_at_its_transmission_or_date_time_group_with_the_routing_above(
    routing: str,
) -> None:
    assert texts(ONE + routing + TWO) == [ONE, routing + TWO]


def test_each_of_several_telegrams_says_at_which_byte_it_begins() -> None:
    one = ONE.replace("One", "Café")
    assert [item.offset for item in read(one + TWO) if isinstance(item, Record)] == [0, len(one.encode())]


def test_each_telegram_is_decoded_by_itself() -> None:
    one, two = ONE.replace("One", "Café ¶"), TWO.replace("Two", "Café ¶")
    assert texts(one.encode() + two.encode("cp1252")) == [one, two]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do_and_is_kept(line_end: str) -> None:
    one, two = ONE.replace("\n", line_end), TWO.replace("\n", line_end)
    assert texts(one + two) == [one, two]


def test_nnnn_ends_a_telegram() -> None:
    one, two = f"{ONE}NNNN\n", "UNCLAS ASTANA 000002\n\nSUBJECT: X\n\n1. Two.\nNNNN\n"
    assert texts(one + two) == [one, two]


def test_what_follows_the_last_telegram_and_is_none_stays_with_it() -> None:
    text = f"{ONE}NNNN\n\nRead more at our site\n"
    assert texts(text) == [text]


def test_a_telegram_quoted_whole_is_a_part_of_the_one_that_quotes_it() -> None:
    quoting = f"{header(1)}1. He wrote:\nQUOTE\nVZCZCXYZ0007\n{TWO}NNNN\nUNQUOTE\n2. We agree.\n"
    assert texts(quoting + TWO) == [quoting, TWO]


def test_a_quotation_that_never_ends_does_not_swallow_the_telegrams_after_it() -> None:
    quoting = f"{header(1)}1. He wrote:\nQUOTE\nNo.\n"
    assert texts(quoting + TWO + ONE) == [quoting, TWO, ONE]


def test_the_header_repeated_for_each_section_is_the_same_cable() -> None:
    first = (
        f"{header(1, 'SECTION 01 OF 02 ')}1. Sugar\n\nUNCLAS\n\nPAGE 02  ASTANA  00001  02 OF 02  270959Z\n"
    )
    second = f"{header(1, 'SECTION 02 OF 02 ')}rose.\n"
    assert texts(first + second + TWO) == [first + second, TWO]
    assert texts(f"{first}NNNN\nVZCZCXYZ0007\n{second}") == [f"{first}NNNN\nVZCZCXYZ0007\n{second}"]


def test_a_corrected_copy_begins_at_section_1_again_and_is_another_cable() -> None:
    both = [f"{header(1, f'SECTION 0{n} OF 02 ')}1. Text.\n" for n in (1, 2)]
    assert texts("".join(both * 2)) == ["".join(both)] * 2


def test_telegrams_of_the_1970s_begin_at_the_marking_above_page_01() -> None:
    def cable(number: int) -> str:
        return f"UNCLASSIFIED\n\nPAGE 01 STATE {number}\n\n66\nORIGIN NEA-10\n\n" + (
            f"O 261346Z AUG 76\nFM SECSTATE WASHDC\nTO AMEMBASSY ROME\nUNCLAS STATE {number}\n"
            f"TAGS: PFOR\n1. TEXT.\n\nUNCLASSIFIED\n\nUNCLASSIFIED\n\nPAGE 02 STATE {number}\n\nMORE.\n\n"
        )

    parts = texts(cable(212042) + cable(212043))
    assert len(parts) == 2
    assert parts[1].strip().startswith("UNCLASSIFIED\n\nPAGE 01 STATE 212043")


@pytest.mark.parametrize(
    "text",
    [
        "VZCZCXYZ0007\nsome text that was kept\n",
        "some lines\nP R 281848Z DEC 66\nFM AMEMBASSY BUENOS AIRES\nsome text\n",
        "UNCLAS SECTION 01 OF 02 RIO DE JANEIRO 001238\ntext\n",
        "C O N F I D E N T I A L LA PAZ 001784\ntext\n",
        "UNCLASSIFIED TEHRAN 5055\ntext\n",
        "E.O. 12958: N/A\nTAGS: PGOV\ntext\n",
        "TAGS PGOV KZ\nSubject: X\ntext\n",
    ],
)
def test_any_one_sign_makes_a_text_a_cable(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "# README\n\nCables go here.\n",
        "From: me\nSubject: lunch\n\nAt one?\n",
        "CONFIDENTIAL report of 12\n",
        "SECRET SERVICE 12\n",
        "R 270959Z FEB 09 is a date-time group.\n",
    ],
)
def test_a_letter_or_readme_is_refused(text: str) -> None:
    assert texts(text) == [
        "No cable found: neither a date-time group with FM, nor a marking line, nor TAGS and SUBJECT."
    ]


def test_a_header_with_nothing_below_it_is_refused_and_an_old_cable_in_capitals_is_not() -> None:
    only = "R 220927Z AUG 72\nFM AMEMBASSY TEHRAN\nTO SECSTATE WASHDC\nINFO AMEMBASSY ROME\n"
    assert texts(only) == ["Only a header: no text follows the addressees."]
    assert texts(f"{only}\n1. SUGAR ROSE.\n") == [f"{only}\n1. SUGAR ROSE.\n"]


@given(
    st.lists(
        st.sampled_from(
            [
                ONE,
                TWO,
                "QUOTE\n",
                "UNQUOTE\n",
                "NNNN\n",
                "VZCZC\n",
                "PAGE 01 STATE 1\n",
                "text\r",
                "\n",
                "¶",
                "FM X\n",
            ]
        ),
        max_size=12,
    )
)
def test_the_telegrams_of_a_file_are_pieces_of_it_in_order_that_never_overlap(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    end = 0
    for item in read(data):
        begin = item.offset if isinstance(item, Record) else item.source.offset
        assert begin >= end
        end = begin + (len(item.text.encode()) if isinstance(item, Record) else 0)
        if isinstance(item, Record):
            assert data[begin:end] == item.text.encode()


def test_hostile_text_costs_no_more_than_its_length() -> None:
    begin = time.process_time()
    for piece in (
        " ",
        "\n",
        "\r",
        "VZCZC\n",
        "UNCLAS ",
        "C O N F I D E N T I A L\n",
        "SECTION 1 OF 1 ",
        "QUOTE\n",
        "E.O. 12958\nNNNN\n",
        ONE,
    ):
        read(piece * (100_000 // len(piece)))
    assert time.process_time() - begin < 10


def test_a_telegram_longer_than_any_cable_is_refused_and_the_next_is_read() -> None:
    long = TWO + "2. And more of it.\n" * (MAX_CABLE // 15)
    assert texts(ONE + long + ONE) == [ONE, TOO_LONG, ONE]
