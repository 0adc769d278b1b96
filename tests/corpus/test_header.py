from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import header
from corpus.header import Header

ASTANA = (
    "\n"
    "\n"
    "VZCZCXRO4731\n"
    "\n"
    "PP RUEHAG RUEHAST RUEHBI RUEHCI RUEHDA RUEHDBU RUEHDF RUEHFL RUEHIK  \n"
    "RUEHROV RUEHSK RUEHSR RUEHVK RUEHYG  \n"
    "DE RUEHTA #0368/01 0580959  \n"
    "ZNR UUUUU ZZH  \n"
    "P 270959Z FEB 09  \n"
    "FM AMEMBASSY ASTANA  \n"
    "TO RUEHC/SECSTATE WASHDC PRIORITY 4771  \n"
    "INFO RUCNCIS/CIS COLLECTIVE 1273  \n"
    "RUEHBJ/AMEMBASSY BEIJING 0658  \n"
    "RUEAIIA/CIA WASHDC  \n"
    "RHMFIUU/CDR USCENTCOM MACDILL AFB FL  \n"
    "RUEHAST/USOFFICE ALMATY 1271\n"
    "\n"
    "UNCLAS SECTION 01 OF 02 ASTANA 000368\n"
    "\n"
    "SIPDIS\n"
    "\n"
    "STATE FOR INL/AEE, G/TIP, SCA/CEN (O'MARA)\n"
    "\n"
    "E.O. 12958: N/A\n"
    "\n"
    "TAGS: [PGOV](#) [ELAB](#) [SMIG](#) [SOCI](#) [KCRM](#) [KTIP](#) [UZ](#) [KZ](#)\n"
    "\n"
    "SUBJECT: KAZAKHSTAN: MEDIA REPORTS ON HUMAN TRAFFICKING CASES FOR  \n"
    "JANUARY 2009\n"
    "\n"
    "ASTANA 00000368 001.2 OF 002\n"
    "\n"
    "¶1. The following is a summary of local media reports of human  \n"
    "trafficking cases in Kazakhstan for January 2009.\n"
)

BUENOS_AIRES = (
    "P R 281848Z DEC 66\n"
    "FM AMEMBASSY BUENOS AIRES\n"
    "TO SECSTATE WASHDC PRIORITY\n"
    "INFO USCINCSO\n"
    "AMEMBASSY RIO DE JANEIRO\n"
    "STATE GRNC\n"
    "UNCLASSIFIED BUENOS AIRES 2481 \n"
    " \n"
    "Original Telegram was Confidential but has since been \n"
    "de-classified \n"
    " \n"
    "--------------------------------------------- ---- \n"
    "Copy from the National Archives \n"
    "RG 59: General Records of the Department of state \n"
    "--------------------------------------------- ---- \n"
    " \n"
    "E.O. 12958: DECL: DECLASSIFIED BY NARA 09/02/2009 \n"
    "TAGS: EFIS PBTS AR\n"
    "SUBJECT:  EXTENDED NATIONAL JURISDICTIONS OVER HIGH SEAS \n"
    " \n"
    "REF: STATE 106206 CIRCULAR; STATE CA-3400 NOV 2, 1966 \n"
    " \n"
    " \n"
    "¶1.  PRESS REPORTS AND VARIETY EMBASSY SOURCES CONFIRM"
)

STATE_1976 = (
    "UNCLASSIFIED\n"
    "\n"
    "PAGE 01 STATE 212042\n"
    "43\n"
    "ORIGIN NEA-10\n"
    "INFO OCT-01 AF-08 /065 R\n"
    "DRAFTED BY NEA/P:JDOE\n"
    "--------------------- 012345\n"
    "O 261346Z AUG 76\n"
    "FM SECSTATE WASHDC\n"
    "TO AMEMBASSY AMMAN IMMEDIATE\n"
    "AMEMBASSY BEIRUT IMMEDIATE\n"
    "UNCLASSIFIED\n"
    "\n"
    "UNCLASSIFIED\n"
    "\n"
    "PAGE 02 STATE 212042\n"
    "\n"
    "AMEMBASSY CAIRO IMMEDIATE\n"
    "INFO USMISSION USUN NEW YORK\n"
    "UNCLAS STATE 212042\n"
    "E.O. 11652: N/A\n"
    "TAGS: PFOR\n"
    "SUBJECT:DEPARTMENT PRESS BRIEFING AUGUST 26\n"
    "FOLLOWING IS THE TEXT."
)


def test_every_field_of_a_cable_that_went_through_markdown() -> None:
    assert header.read_header(ASTANA) == Header(
        id="09ASTANA368",
        date=datetime(2009, 2, 27, 9, 59, tzinfo=UTC),
        post="ASTANA",
        origin="Embassy Astana",
        classification="UNCLASSIFIED",
        captions=("SIPDIS",),
        precedence="PRIORITY",
        sender="AMEMBASSY ASTANA",
        to=("SECSTATE WASHDC",),
        info=(
            "CIS COLLECTIVE",
            "AMEMBASSY BEIJING",
            "CIA WASHDC",
            "CDR USCENTCOM MACDILL AFB FL",
            "USOFFICE ALMATY",
        ),
        tags=("PGOV", "ELAB", "SMIG", "SOCI", "KCRM", "KTIP", "UZ", "KZ"),
        subject="KAZAKHSTAN: MEDIA REPORTS ON HUMAN TRAFFICKING CASES FOR JANUARY 2009",
        references=(),
        body_start=ASTANA.index("¶1."),
    )


def test_an_archives_stamp_above_the_fields_is_none_of_them() -> None:
    """66BUENOSAIRES2481."""
    assert header.read_header(BUENOS_AIRES) == Header(
        id="66BUENOSAIRES2481",
        date=datetime(1966, 12, 28, 18, 48, tzinfo=UTC),
        post="BUENOSAIRES",
        origin="Embassy Buenos Aires",
        classification="UNCLASSIFIED",
        precedence="PRIORITY",
        sender="AMEMBASSY BUENOS AIRES",
        to=("SECSTATE WASHDC",),
        info=("USCINCSO", "AMEMBASSY RIO DE JANEIRO", "STATE GRNC"),
        tags=("EFIS", "PBTS", "AR"),
        subject="EXTENDED NATIONAL JURISDICTIONS OVER HIGH SEAS",
        references=("66STATE106206",),
        body_start=BUENOS_AIRES.index("¶1."),
    )


def test_the_single_functions_give_what_the_whole_header_gives() -> None:
    whole = header.read_header(ASTANA)
    alone = Header(
        id=header.canonical_id(ASTANA),
        date=header.date(ASTANA),
        post=header.post(ASTANA),
        origin=header.origin(ASTANA),
        classification=header.classification(ASTANA),
        captions=tuple(header.captions(ASTANA)),
        precedence=header.precedence(ASTANA),
        sender=header.sender(ASTANA),
        to=tuple(header.to(ASTANA)),
        info=tuple(header.info(ASTANA)),
        tags=tuple(header.tags(ASTANA)),
        subject=header.subject(ASTANA),
        references=tuple(header.references(ASTANA)),
        body_start=whole.body_start,
    )
    assert alone == whole


@pytest.mark.parametrize("text", [ASTANA, BUENOS_AIRES, STATE_1976])
def test_line_endings_change_nothing_but_the_offset(text: str) -> None:
    whole, crlf, cr = (header.read_header(text.replace("\n", ending)) for ending in ("\n", "\r\n", "\r"))
    assert cr == whole
    before = text[: whole.body_start]
    assert crlf.body_start == len(before.replace("\n", "\r\n"))
    assert crlf.subject == whole.subject
    assert (crlf.tags, crlf.references, crlf.info) == (whole.tags, whole.references, whole.info)


def test_page_breaks_of_the_1970s_do_not_end_the_addressees() -> None:
    """1976STATE212042: two marking lines and PAGE 02 among them."""
    found = header.read_header(STATE_1976)
    assert found.to == ("AMEMBASSY AMMAN", "AMEMBASSY BEIRUT", "AMEMBASSY CAIRO")
    assert found.info == ("USMISSION USUN NEW YORK",)
    assert (found.id, found.origin, found.tags) == ("76STATE212042", "Secretary of State", ("PFOR",))


def test_the_publishers_date_among_the_addressees_is_none() -> None:
    """09HARARE888."""
    text = (
        "FM AMEMBASSY HARARE\nTO RUEHC/SECSTATE WASHDC 5121\nMonday, 09 November 2009, 07:32\n"
        "UNCLAS HARARE 000888"
    )
    assert header.to(text) == ["SECSTATE WASHDC"]


def test_offices_precedences_and_numbers_are_no_part_of_an_addressee() -> None:
    text = (
        "TO RUEHC/SECSTATE WASHDC IMMEDIATE 1151\nRUEKJCS/OSD WASHDC//PA\nRUEUITH/DET 1 39LG ANKARA TU\n"
        "INFO AMEMBASSY ATHENS PRIORITY\nRUCNDT/USMISSION USUN NEW YORK PRIORITY 1068\nUNCLAS ANKARA 001594"
    )
    assert header.to(text) == ["SECSTATE WASHDC", "OSD WASHDC", "DET 1 39LG ANKARA TU"]
    assert header.info(text) == ["AMEMBASSY ATHENS", "USMISSION USUN NEW YORK"]


def test_the_date_is_that_of_the_group_and_not_of_de() -> None:
    """09BRASILIA1540."""
    text = (
        "DE RUEHBR #1540/01 3651333\nZNR UUUUU ZZH\nR 311332Z DEC 09\nFM AMEMBASSY BRASILIA\n"
        "UNCLAS BRASILIA 001540"
    )
    assert header.date(text) == datetime(2009, 12, 31, 13, 32, tzinfo=UTC)


def test_two_fields_on_one_line() -> None:
    """05RIODEJANEIRO1238."""
    text = (
        "UNCLAS SECTION 01 OF 02 RIO DE JANEIRO 001238 \n\nE.O. 12958: N/A TAGS: ASEC SNAR BR\n\n"
        "SUBJECT: BUS BURNED \n"
    )
    assert (header.tags(text), header.subject(text)) == (["ASEC", "SNAR", "BR"], "BUS BURNED")


def test_a_caption_and_eo_on_one_line() -> None:
    """09BRASILIA1540."""
    text = (
        "UNCLAS BRASILIA 001540 \n\nSIPDIS E.O. 12958: N/A \nTAGS: PTER BR\nSUBJECT: BRAZIL \n\n¶1. (U) The"
    )
    assert (header.captions(text), header.tags(text)) == (["SIPDIS"], ["PTER", "BR"])


def test_handling_words_below_ref_are_a_caption_and_no_preamble() -> None:
    """07PARIS1791."""
    text = (
        "UNCLAS PARIS 001791 \n\nSIPDIS \n\nSUBJECT: X \n\nREF: PARIS 1784 \n\n"
        "SENSITIVE BUT UNCLASSIFIED -- HANDLE ACCORDINGLY \n\nSUMMARY \n------- \n¶1. (SBU) Nicolas"
    )
    found = header.read_header(text)
    assert found.captions == ("SIPDIS", "SENSITIVE BUT UNCLASSIFIED")
    assert found.body_start == text.index("SUMMARY")


def test_a_summary_between_ref_and_the_first_paragraph_is_left_to_the_body() -> None:
    """72TEHRAN5055."""
    text = (
        "UNCLASSIFIED TEHRAN 5055\n\nSUBJECT: VIOLENCE \n\nREF: TEHRAN 4887 \n\n"
        "SUMMARY: FOLLOWING THE \nEND SUMMARY \n\n¶1. IN"
    )
    assert text[header.read_header(text).body_start :].startswith("SUMMARY: FOLLOWING")


def test_classified_by_ends_the_header() -> None:
    text = "SUBJECT: X\n\nClassified By: DCM Jane Doe for reasons\n1.4 (b) and (d).\n\n1. (C) Text."
    assert header.read_header(text).body_start == text.index("1. (C)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UNCLAS ASTANA 000368", "UNCLASSIFIED"),
        ("UNCLASSIFIED TEHRAN 5055", "UNCLASSIFIED"),
        ("UNCLASSIFIED//FOR OFFICIAL USE ONLY", "UNCLASSIFIED//FOR OFFICIAL USE ONLY"),
        ("C O N F I D E N T I A L SECTION 01 OF 03 ROME 000012", "CONFIDENTIAL"),
        ("S E C R E T PARIS 000012 NOFORN", "SECRET"),
        ("LIMITED OFFICIAL USE STATE 000012", "LIMITED OFFICIAL USE"),
        ("UNCLAS ASTANA 000368\n\nSENSITIVE\nSIPDIS", "UNCLASSIFIED"),
        ("SECRETARY RICE", ""),
        ("", ""),
    ],
)
def test_classification(text: str, expected: str) -> None:
    assert header.classification(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UNCLAS ROME 000012\n\nSENSITIVE\nSIPDIS\n\nSIPDIS\n", ["SENSITIVE", "SIPDIS"]),
        ("S E C R E T ROME 000012 NOFORN SIPDIS\n", ["NOFORN", "SIPDIS"]),
        ("UNCLAS ROME 000012\nC O R R E C T E D  C O P Y (PARA 3)\nSIPDIS\n", ["CORRECTED COPY", "SIPDIS"]),
        ("UNCLAS ROME 000012\nNOT FOR INTERNET DISTRIBUTION\nSIPDIS", ["NOT FOR INTERNET DISTRIBUTION", "SIPDIS"]),
        ("UNCLAS ROME 000012\n\nSUBJECT: X\n\n1. A\nsensitive matter of Rome\n", []),
    ],
)  # fmt: skip
def test_captions_in_the_order_printed_each_once(text: str, expected: list[str]) -> None:
    assert header.captions(text) == expected


@pytest.mark.parametrize(
    ("lines", "precedence"),
    [
        ("Z 270959Z FEB 09", "FLASH"),
        ("O 270959Z FEB 09", "IMMEDIATE"),
        ("P R 270959Z FEB 09", "PRIORITY"),
        ("R 270959Z FEB 09", "ROUTINE"),
        ("OO RUEHDA\nDE RUEHAK #1594/01 3091153", "IMMEDIATE"),
        ("270959Z FEB 09", ""),
    ],
)
def test_precedence(lines: str, precedence: str) -> None:
    assert header.precedence(lines) == precedence


SUBJECTS = [
    ("TAGS: PREL, PGOV, UK\nSUBJECT: X", "X"),
    ("SUBJECT: LONG LINE\nSECOND LINE\n\nREF: A. 08 STATE 1234", "LONG LINE SECOND LINE"),
    ("SUBJECT:DEPARTMENT PRESS BRIEFING", "DEPARTMENT PRESS BRIEFING"),
    ("SUBJ: X Y", "X Y"),
    ("Subject: Hadopi 2", "Hadopi 2"),
    ("**SUBJECT:** X", "X"),
    ("SUBJECT X", "X"),
    ("SUBJECT - X", "X"),
    ("   SUBJECT:\n\n  X\n   Y\n\nZ", "X Y"),
    ("SUBJECT:  A  B", "A B"),
    # hyphens and dashes at line ends
    ("SUBJECT: COUNTER-\nTERRORISM", "COUNTER-TERRORISM"),
    ("SUBJECT: FRANCE -\nA VICTORY", "FRANCE - A VICTORY"),
    ("SUBJECT: FRANCE --\nA VICTORY", "FRANCE -- A VICTORY"),
    # a classification in front
    ("SUBJECT: (U) X", "X"),
    ("SUBJECT: (SBU) X", "X"),
    ("SUBJECT: (C//NF)X", "X"),
    ("SUBJECT: (D) X", "(D) X"),
    # what ends it
    ("SUBJECT: X\n1. Y", "X"),
    ("SUBJECT: X\n\ufffd1. (U) Y", "X"),
    ("SUBJECT: X\n(SBU) 1. Y", "X"),
    ("SUBJECT: X\n(U) Y", "X"),
    ("SUBJECT: X\n----------- \nY", "X"),
    ("SUBJECT: X\nE.O. 12958: N/A", "X"),
    ("SUBJECT: X\nTAGS: PREL", "X"),
    ("SUBJECT: X\nClassified By: Y", "X"),
    ("SUBJECT: X\nREFTELS: A. ROME 1", "X"),
    ("SUBJECT: X\nREF A. ROME 1", "X"),
    ("SUBJECT: X REF: ROME 1", "X"),
    ("SUBJECT: X (REF: ROME 1)", "X"),
    ("SUBJECT: X\nSUMMARY: Y", "X"),
    ("SUBJECT: X\nSUMMARY\n-------\n1. Y", "X"),
    ("SUBJECT: X\nINTRODUCTION\n------------\nY", "X"),
    ("SUBJECT: X\nSENSITIVE\n1. Y", "X"),
    ("SUBJECT: X\n\nMADRID 00000006  001.2 OF 004\n\n\n¶1. Y", "X"),
    ("SUBJECT:\n\nREF: ROME 1", ""),
    # what does not
    ("SUBJECT: X\nREFUGEES IN CHAD", "X REFUGEES IN CHAD"),
    ("SUBJECT: X FOR\n2008", "X FOR 2008"),
    ("SUBJECT: WTO: GENERAL\nCOUNCIL: DAY 1", "WTO: GENERAL COUNCIL: DAY 1"),
    ("SUBJECT: X\nSUMMARY OF EVENTS", "X SUMMARY OF EVENTS"),
    ("SUBJECT: MONGOLIA: RULE OF LAW AND TRIALS: FOURTH QUARTER 1998\nSUMMARY\n\n1. Y",
     "MONGOLIA: RULE OF LAW AND TRIALS: FOURTH QUARTER 1998 SUMMARY"),
    ("SUBJECT: X AND\nMADRID 00000006  001.2 OF 004\n\n\nY\n\n1. Z", "X AND Y"),
    # markdown
    ("SUBJECT: \\$5 FOR [PGOV](#)  \nX\\_Y", "$5 FOR PGOV X_Y"),
    # none
    ("Subject to ratification, the law", ""),
    ("¶1. Text.\nSUBJECT: of a quoted telegram", ""),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SUBJECTS)
def test_subject(text: str, expected: str) -> None:
    assert header.subject(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TAGS: PREL, PGOV, UK\nSUBJECT: X", "PREL PGOV UK"),
        ("TAGS KSCA, SENV, AORC, NO \n\nSUBJECT: X", "KSCA SENV AORC NO"),
        ("TAGS: PREL; PGOV.", "PREL PGOV"),
        ("TAG: PREL", "PREL"),
        ("tags: prel, kz", "PREL KZ"),
        ("TAGS: PREL PREL UZ", "PREL UZ"),
        ("TAGS: PREL, PGOV\n      KDEM, IR\nSUBJECT: X", "PREL PGOV KDEM IR"),
        ("TAGS:\nPGOV\nELAB\nKZ\nSUBJECT: X", "PGOV ELAB KZ"),
        ("TAGS:\n\nPGOV\n\nKZ\n\nSUBJECT: X", "PGOV KZ"),
        ("TAGS: PREL\nREF: STATE 1", "PREL"),
        ("TAGS: PREL\nSIPDIS\nNODIS", "PREL"),
        ("TAGS: PREL KZ SUBJECT: IN THE UK", "PREL KZ"),
        ("TAGS: N/A", ""),
        ("TAGS: PREL UNHRC-1", "PREL UNHRC-1"),
        # 00BANDARSERIBEGAWAN695: the name is no tag
        ("TAGS: OVIP (CLINTON, WILLIAM J.), PREL, BX", "OVIP PREL BX"),
        ("TAGS: OVIP (CLINTON,\nHILLARY), PREL\nSUBJECT: X", "OVIP PREL"),
        # 09PARIS1267: two known tags that lost the blank
        ("TAGS: ECON EINDETRD KIPR", "ECON EIND ETRD KIPR"),
        ("TAGS: PTERPRELKZ", "PTER PREL KZ"),
        ("TAGS: [PGOV](#) [KZ](#)  ", "PGOV KZ"),
        ("the price tags of PREL", ""),
    ],
)
def test_tags(text: str, expected: str) -> None:
    assert header.tags(text) == expected.split()


def test_a_damaged_post_in_the_text_still_gives_the_id_of_the_marking_line() -> None:
    text = "P 161545Z SEP 09\nFM USEU BRUSSELS\nTO X\nUNCLAS SECTION 01 OF 02 BRUSSELS 001267\n\nSUBJECT: X"
    assert (header.canonical_id(text), header.origin(text)) == ("09BRUSSELS1267", "USEU Brussels")


def test_without_a_marking_line_de_and_fm_give_the_id() -> None:
    text = (
        "DE RUEHTA #0368/01 0580959\nP 270959Z FEB 09\nFM AMEMBASSY ASTANA\n"
        "TO RUEHC/SECSTATE WASHDC\n\nSUBJECT: X"
    )
    assert header.canonical_id(text) == "09ASTANA368"


def test_without_a_date_time_group_there_is_no_id() -> None:
    assert header.canonical_id("UNCLAS ASTANA 000368\n\nSUBJECT: X") == ""


def test_one_line_that_lost_its_breaks() -> None:
    text = (
        "P 270959Z JAN 73 FM AMEMBASSY ABIDJAN TO SECSTATE WASHDC PRIORITY 12 UNCLAS ABIDJAN 0073 "
        "E.O. 11652: N/A TAGS: PFOR, IV SUBJECT: VISIT REF: STATE 12 1. THE MINISTER ARRIVED ON 12 MAY "
        + "AND LEFT AFTER 3 DAYS OF TALKS. 2. ROME 15 WAS NOT MENTIONED. "
        * 4
    )
    found = header.read_header(text)
    assert (found.id, found.tags, found.subject) == ("73ABIDJAN73", ("PFOR", "IV"), "VISIT")
    assert found.references == ("73STATE12",)


def test_many_addressees_hide_no_field() -> None:
    addressees = "\n".join(f"RUEHXX/AMEMBASSY POST {'A' * (i % 9 + 1)} {i:04d}" for i in range(600))
    text = f"R 270959Z FEB 09\nFM AMEMBASSY ASTANA\nTO {addressees}\nUNCLAS ASTANA 000368\n"
    text += "TAGS: PREL\nSUBJECT: X\n\n1. Y"
    found = header.read_header(text)
    assert (found.id, found.subject, found.tags, len(found.to)) == ("09ASTANA368", "X", ("PREL",), 600)


HEADER_LIKE = st.text(alphabet="\n\r ABCEFGIJMNOPRSTU:.-,()[]#*¶\ufffd\\/0129Zadefgt", max_size=300)


@given(st.one_of(st.text(), HEADER_LIKE))
def test_any_text_has_a_header_that_ends_within_it(text: str) -> None:
    found = header.read_header(text)
    assert 0 <= found.body_start <= len(text)
    assert found.subject == " ".join(found.subject.split())
    assert all(tag == tag.upper() for tag in found.tags)


@given(
    st.lists(st.from_regex(r"[A-Z][A-Z0-9',]{0,11}", fullmatch=True), min_size=1, max_size=12),
    st.integers(20, 70),
)
def test_a_subject_survives_its_wrapping(words: list[str], width: int) -> None:
    lines: list[str] = []
    line = "SUBJECT: FOO"
    for word in words:
        if len(line) + len(word) >= width and len(lines) < 4:
            lines.append(line)
            line = "AND " + word
        else:
            line += " " + word
    text = "TAGS: PREL\n" + "\n".join([*lines, line]) + "\n\n1. (U) Text."
    expected = " ".join([*lines, line]).removeprefix("SUBJECT: ")
    assert header.subject(text) == expected
