import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import header

ITEMS = [
    # one item, with and without its year
    ("REF: STATE 12345", "08STATE12345"),
    ("REF: SECSTATE 82698", "08STATE82698"),
    ("REF: SECSTATE WASHDC 1234", "08STATE1234"),
    ("Ref: Paris 559", "08PARIS559"),
    ("REF: 2007 VLADIVOSTOK 095", "07VLADIVOSTOK95"),
    ("REF: '07 PARIS 123", "07PARIS123"),
    ("REF: 08STATE82698", "08STATE82698"),
    ("REF: STATE082698", "08STATE82698"),
    ("REF: 08-STATE-82698", "08STATE82698"),
    ("REF: STATE 07 82698", "07STATE82698"),
    ("REF: ALMATY '07 33", "07ALMATY33"),
    ("REF: 98 STATE 1", "98STATE1"),
    ("REF: 1234", "08MADRID1234"),
    ("REF: LAPUTA 12", "08LAPUTA12"),
    # the keyword
    ("REFTEL: STATE 5", "08STATE5"),
    ("REFTELS: STATE 5; STATE 6", "08STATE5 08STATE6"),
    ("REFS: (A) STATE 12345 (B) 07 ROME 00123", "08STATE12345 07ROME123"),
    ("Ref(s): A. TUNIS 1\n        B. TUNIS 2", "08TUNIS1 08TUNIS2"),
    ("REFERENCE: MEXICO CITY 12", "08MEXICO12"),
    ("REF A. STATE 12\nREF B. STATE 13", "08STATE12 08STATE13"),
    ("REF STATE 12", "08STATE12"),
    ("(REF: SEOUL 12)", "08SEOUL12"),
    # letters
    ("REF: A. 08 STATE 1234\n     B. 07PARIS1791", "08STATE1234 07PARIS1791"),
    ("REF: A) STATE 119706, B) 06 GABORONE 15", "08STATE119706 06GABORONE15"),
    ("REF: A. A)STATE 70789; B. B) ATHENS 12", "08STATE70789 08ATHENS12"),
    ("REF: A: STATE 12 B: STATE 13", "08STATE12 08STATE13"),
    ("REF A STATE 12 B STATE 13", "08STATE12 08STATE13"),
    ("REF: A. KABUL 12 \ufffdB. KABUL 13\n¶C. KABUL 14", "08KABUL12 08KABUL13 08KABUL14"),
    # numbers alone
    ("REF: RIO DE JANEIRO 12; SAO PAULO 34, 35 AND 36",
     "08RIODEJANEIRO12 08SAOPAULO34 08SAOPAULO35 08SAOPAULO36"),
    ("REF: A. 07 KABUL 1234, 1235 B. 12", "07KABUL1234 07KABUL1235 07KABUL12"),
    ("REF: PARIS 1234/1235", "08PARIS1234 08PARIS1235"),
    # posts of several words
    ("REF: TEL AVIV 1, ABU DHABI 2, THE HAGUE 3", "08TELAVIV1 08ABUDHABI2 08THEHAGUE3"),
    ("REF: PORT-AU-PRINCE 1, OSAKA-KOBE 2, N'DJAMENA 3", "08PORTAUPRINCE1 08OSAKAKOBE2 08NDJAMENA3"),
    ("REF: ST. PETERSBURG 1, HO CHI MINH CITY 2", "08STPETERSBURG1 08HOCHIMINHCITY2"),
    ("REF: USUN 1, USUN NEW YORK 2, UNVIE VIENNA 3, USEU BRUSSELS 4",
     "08USUNNEWYORK1 08USUNNEWYORK2 08UNVIEVIENNA3 08USEUBRUSSELS4"),
    ("REF: A. EMBASSY PARIS 123 B. AMEMBASSY ROME 5", "08PARIS123 08ROME5"),
    # wrapped
    ("REF: A. THE HAGUE\n 14\n     B. 07\nROME 5", "08THEHAGUE14 07ROME5"),
    ("REF: A. CARACAS\n\n13\n\nB. CARACAS 14\n\n1. CARACAS 15", "08CARACAS13 08CARACAS14"),
    ("REF: 1) STATE 12, 2) STATE 13", "08STATE12 08STATE13"),
    # remarks, and what is no telegram
    ("REF: MADRID 10 (NOTAL), MADRID 11 AND PREVIOUS", "08MADRID10 08MADRID11"),
    ("REF: A. SMITH-JONES E-MAIL OF 5/4/2008 B. ABU DHABI 77", "08ABUDHABI77"),
    ("REF: A. SMITH/DOE E-MAILS 12-13 JUNE 2008\n     B. MUSCAT 3", "08MUSCAT3"),
    ("REF: STATE 123456 (DTG: 031543Z MAR 08)", "08STATE123456"),
    ("REF: IIR 7 913 0123 08, TD-314/12345-08, BAKU 3", "08BAKU3"),
    ("REF: FBIS CEP20080101000123 AND MOSCOW 3", "08MOSCOW3"),
    ("REF: MEMO OF 12JUNE08 AND ROME 3 (5 PAGES)", "08ROME3"),
    ("REF: NONE\n\n1. In Rome 12 people", ""),
    # the end
    ("REF: STATE 1\nSUBJECT: MEETING IN ROME 5\nTAGS: PREL", "08STATE1"),
    ("REF: STATE 1\n\nClassified By: X. ROME 5. Reason: 1.4 (b)", "08STATE1"),
    ("REF: STATE 1\n\nMADRID 00000006  001.2 OF 004\n\n1. foo", "08STATE1"),
    ("REF: STATE 1\n\n(SBU) Summary: Rome 12", "08STATE1"),
    ("REF: A. STATE 1 B. STATE 1", "08STATE1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ids"), ITEMS)
def test_items(text: str, ids: str) -> None:
    assert header.references(text, year=2008, origin="Embassy Madrid") == ids.split()


@pytest.mark.parametrize(("text", "ids"), ITEMS)
def test_items_in_crlf_below_a_subject(text: str, ids: str) -> None:
    cable = f"TAGS: PREL\nSUBJECT: MEETING\n\n{text}\n".replace("\n", "\r\n")
    assert header.references(cable, year="08", origin="MADRID") == ids.split()


def test_an_airgram_and_its_date_are_no_telegrams() -> None:
    """66BUENOSAIRES2481; the big dump's own column says the same."""
    text = "REF: STATE 106206 CIRCULAR; STATE CA-3400 NOV 2, 1966 \n \n \n¶1.  PRESS REPORTS"
    assert header.references(text, year=1966) == ["66STATE106206"]


def test_a_report_is_no_telegram_and_its_torn_off_year_no_number() -> None:
    """07PARIS1791."""
    text = (
        "REF: A. (A) PARIS 1784 AND PREVIOUS \n"
        "¶B. (B) EMBASSY PARIS DAILY SIPRNET REPORT FOR MAY 4 \n"
        "¶C. 2007 AND PREVIOUS \n\nSENSITIVE BUT UNCLASSIFIED -- HANDLE ACCORDINGLY \n\n"
        "SUMMARY \n------- \n¶1. (SBU) "
    )
    assert header.references(text, year=2007) == ["07PARIS1784"]


def test_year_and_post_come_from_the_cable_where_none_are_given() -> None:
    text = "P 270959Z FEB 09\nFM AMEMBASSY ASTANA\nTO X\nUNCLAS ASTANA 000368\nREF: A. 12 B. ALMATY 3\n"
    assert header.references(text) == ["09ASTANA12", "09ALMATY3"]


@pytest.mark.parametrize("year", [1998, "1998", "98", "'98"])
def test_the_year_may_be_written_in_any_way(year: int | str) -> None:
    assert header.references("REF: KIEV 1", year=year) == ["98KIEV1"]


def test_without_any_year_there_is_no_id() -> None:
    assert header.references("REF: A. KIEV 1 B. 07 KIEV 2") == ["07KIEV2"]


def test_ref_in_a_paragraph_is_text() -> None:
    assert header.references("SUBJECT: X\n\n1. Text.\n\nREF: STATE 1", year=2008) == []


@given(st.text(alphabet="REF: ABC.()1908STAE,;/\n'-¶", max_size=80), st.integers(1966, 2010))
def test_whatever_ref_holds_gives_ids_each_once(text: str, year: int) -> None:
    ids = header.references("REF:" + text, year=year, origin="MADRID")
    assert len(ids) == len(set(ids))
    assert all(found[:2].isdigit() and found[2].isalpha() and found[-1].isdigit() for found in ids)
