import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import header, identity


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("09ASTANA368", "09ASTANA368"),
        ("09 Astana 000368", "09ASTANA368"),
        ("09ASTANA368.html", "09ASTANA368"),
        ("09ASTANA368_corrected", "09ASTANA368"),
        ("1976STATE212042", "76STATE212042"),
        ("1978THEHA07049_d", "78THEHAGUE7049"),
        ("1973ABIDJA00073", "73ABIDJAN73"),
        ("10SHANGHAI60_a", "10SHANGHAI60"),
        ("09UNVIE12", "09UNVIEVIENNA12"),
        ("05BRASILA7", "05BRASILIA7"),
        ("09SOMEWHERE12", "09SOMEWHERE12"),
    ],
)
def test_one_spelling_of_an_id(raw: str, canonical: str) -> None:
    assert header.canonical_id(raw) == canonical


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("08SCTION02OF02SAOPAULO335", "08SAOPAULO335"),
        ("09SECTION01OF03RIODEJANEIRO12", "09RIODEJANEIRO12"),
        ("09AMEMBASSYHANOI1284", "09HANOI1284"),
        ("09EFTOLONDON2468", "09LONDON2468"),
        ("06MADRID002583ZFR2585", "06MADRID2583"),
        ("08ACCRA001382SUSPECTEDDUPLICATE1392", "08ACCRA1382"),
        ("90STATE255577TOSEC140323", "90STATE255577"),
        ("7575LIBREVILLE1895", "75LIBREVILLE1895"),
        ("092OF5", ""),
        ("02OF02ROME12", ""),
    ],
)
def test_damaged_marking_lines_left_damaged_ids(raw: str, canonical: str) -> None:
    assert header.canonical_id(raw) == canonical


@pytest.mark.parametrize(
    "raw", ["", "hello", "2009", "ASTANA368", "09", "09ASTANA", "99 people were deported"]
)
def test_what_is_no_id_gives_none(raw: str) -> None:
    assert header.canonical_id(raw) == ""


@pytest.mark.parametrize(
    ("line", "post_and_number"),
    [
        ("SECTION 01 OF 02 ASTANA 000368", ("ASTANA", "368")),
        (" RIO DE JANEIRO 000171 ", ("RIODEJANEIRO", "171")),
        (" TEHRAN 5055", ("TEHRAN", "5055")),
        (" SECTION 01 OF 03 USUN NEW YORK 001234 NOFORN", ("USUNNEWYORK", "1234")),
        (" UNVIE VIENNA 000012", ("UNVIEVIENNA", "12")),
        (" E F T O LONDON 002468", ("LONDON", "2468")),
        (" SECTION 02 OF 04 PORT AU PRINCE 000077 SIPDIS", ("PORTAUPRINCE", "77")),
        ("", ("", "")),
        ("SENSITIVE", ("", "")),
    ],
)
def test_the_marking_line_names_post_and_number(line: str, post_and_number: tuple[str, str]) -> None:
    assert identity.marked(line) == post_and_number


@pytest.mark.parametrize(
    ("sender", "origin", "post"),
    [
        ("AMEMBASSY MADRID", "Embassy Madrid", "MADRID"),
        ("AMCONSUL RIO DE JANEIRO", "Consulate Rio De Janeiro", "RIODEJANEIRO"),
        ("SECSTATE WASHDC", "Secretary of State", "STATE"),
        ("USEU BRUSSELS", "USEU Brussels", "USEUBRUSSELS"),
        ("USMISSION USUN NEW YORK", "USUN New York", "USUNNEWYORK"),
        ("USMISSION GENEVA", "Mission Geneva", "GENEVA"),
        ("USINT HAVANA", "US Interests Section Havana", "HAVANA"),
        ("USOFFICE ALMATY", "US Office Almaty", "ALMATY"),
        ("AIT TAIPEI", "American Institute Taiwan, Taipei", "AITTAIPEI"),
        ("", "", ""),
    ],
)
def test_the_sender_gives_origin_and_post(sender: str, origin: str, post: str) -> None:
    assert (identity.origin_name(sender), identity.post_of_origin(sender)) == (origin, post)


def test_an_origin_gives_back_its_post() -> None:
    origins = ["Embassy Madrid", "Consulate Rio De Janeiro", "Secretary of State", "Mission USNATO", "Madrid"]
    posts = [identity.post_of_origin(origin) for origin in origins]
    assert posts == ["MADRID", "RIODEJANEIRO", "STATE", "USNATO", "MADRID"]


def test_every_alias_means_a_post() -> None:
    assert {post for post in identity.POSTS.values() if identity.POSTS.get(post) != post} == set()


@given(st.sampled_from(sorted(set(identity.POSTS.values()))), st.integers(1, 999999), st.integers(1966, 2010))
def test_an_id_made_of_its_parts_is_canonical(post: str, number: int, year: int) -> None:
    made = identity.cable_id(year, post, f"{number:06d}")
    assert made == f"{year % 100:02d}{post}{number}"
    assert header.canonical_id(made) == made


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    header.canonical_id(text)
    identity.repaired_id(text)
    identity.marked(text)
    identity.origin_name(text)
    identity.post_of_origin(text)
