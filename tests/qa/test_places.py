import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.identity import POSTS
from qa.place_cities import CITIES
from qa.place_names import COUNTRIES
from qa.places import Place, country_of, names, places


def named(text: str) -> list[tuple[str, str]]:
    return [(place.text, place.country) for place in places(text)]


def test_a_place_tells_what_it_is_and_where_it_stands() -> None:
    text = "Kazakhs in Astana and Almaty, Kazakhstan"
    assert [(place.text, place.country, place.kind) for place in places(text)] == [
        ("Kazakhs", "KZ", "demonym"),
        ("Astana", "KZ", "capital"),
        ("Almaty", "KZ", "city"),
        ("Kazakhstan", "KZ", "country"),
    ]
    assert places(text)[1] == Place(text="Astana", start=11, end=17, country="KZ", kind="capital")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the french in rome", [("french", "FR"), ("rome", "IT")]),
        ("how many chinese in germany", [("chinese", "CN"), ("germany", "DE")]),
        ("u.s., the US, U.S.A. and USA", [("u.s.", "US"), ("US", "US"), ("U.S.A.", "US"), ("USA", "US")]),
        ("America, American and the USG", [("America", "US"), ("American", "US"), ("USG", "US")]),
        ("UAE, UK, British", [("UAE", "AE"), ("UK", "GB"), ("British", "GB")]),
        ("Britain, England", [("Britain", "GB"), ("England", "GB")]),
        ("USSR, Soviet; GDR and FRG", [("USSR", "SU"), ("Soviet", "SU"), ("GDR", "DD"), ("FRG", "DE")]),
        ("ROK and DPRK, North Koreans", [("ROK", "KR"), ("DPRK", "KP"), ("North Koreans", "KP")]),
        ("Burma or Myanmar", [("Burma", "MM"), ("Myanmar", "MM")]),
        ("Niger, Nigerien", [("Niger", "NE"), ("Nigerien", "NE")]),
        ("Nigeria, Nigerians", [("Nigeria", "NG"), ("Nigerians", "NG")]),
        ("Guinea, Guinea-Bissau", [("Guinea", "GN"), ("Guinea-Bissau", "GW")]),
        ("Equatorial Guinea", [("Equatorial Guinea", "GQ")]),
        ("Papua New Guinea", [("Papua New Guinea", "PG")]),
        ("Republic of the Congo, Congo-Brazzaville", [("Republic of the Congo", "CG"), ("Congo-Brazzaville", "CG")]),
        ("Democratic Republic of Congo, DRC", [("Democratic Republic of Congo", "CD"), ("DRC", "CD")]),
        ("South Sudan and Sudan", [("South Sudan", "SS"), ("Sudan", "SD")]),
        ("Holland, Dutchmen", [("Holland", "NL"), ("Dutchmen", "NL")]),
        ("Kazakhstani and Uzbeks", [("Kazakhstani", "KZ"), ("Uzbeks", "UZ")]),
        ("Trinidad & Tobago, St. Lucia", [("Trinidad & Tobago", "TT"), ("St. Lucia", "LC")]),
        ("Serbia and Montenegro", [("Serbia and Montenegro", "RS")]),
        ("China's and US-Russian talks", [("China", "CN"), ("US", "US"), ("Russian", "RU")]),
        ("Sino-Soviet", [("Sino", "CN"), ("Soviet", "SU")]),
    ],
)  # fmt: skip
def test_countries_of(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text", ["Côte d’Ivoire", "Cote d'Ivoire", "ivory coast", "CÔTE D'IVOIRE", "Ivory\nCoast"]
)
def test_a_name_is_known_with_accents_and_without_in_one_line_and_in_two(text: str) -> None:
    assert named(text) == [(text, "CI")]


def test_a_letter_that_grows_in_lower_case_shifts_no_span() -> None:
    assert named("İİİ İzmir, Turkey") == [("İzmir", "TR"), ("Turkey", "TR")]


@pytest.mark.parametrize(
    "text",
    [
        "they told us to polish the turkey with poles in the lima chad",
        "Latin American, North America, New Mexico, the Indian Ocean, South China Sea, guinea pigs, Lake Chad",
        "Nice Reading of the Mobile Split in the Bath, Van",
        "Polish the shoes",
        "almaty",  # cities need their capital
        "PRC, GOB, GoK",
        "English-speaking",
        "09ASTANA368 and a@us.example",
        "u's and u s",
        "PERM REP and Perm Five",
        "the Vienna Convention and the Warsaw Pact",
        "THEY TOLD US THAT",
        "",
    ],
)
def test_common_words_and_phrases_are_no_countries(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Michael Jordan and Chad Smith met Jordan Smith in Jordan", ["Jordan"]),
        ("Dr. Jordan, J. Jordan", []),
        ("Paris Hilton in Paris; Embassy Paris", ["Paris", "Paris"]),
        ("Santiago Carrillo visited Santiago", ["Santiago"]),
        ("Anatole France left France", ["France"]),
        ("In Jordan, the Jordan Times and Jordan Syria", ["Jordan", "Jordan", "Jordan", "Syria"]),
        ("George Washington, but Washington", ["Washington"]),
        ("the U.S. Georgia", ["U.S.", "Georgia"]),
    ],
)
def test_persons_are_no_countries(text: str, expected: list[str]) -> None:
    assert [place.text for place in places(text)] == expected


def test_in_a_text_all_in_capitals_us_and_turkey_are_countries() -> None:
    assert named("EMBASSY REJECTED IDEA US ACCEPTS LIMITS OFF TURKEY") == [("US", "US"), ("TURKEY", "TR")]


@pytest.mark.parametrize(
    ("post", "country"),
    [
        ("Embassy Astana", "KZ"),
        ("ASTANA", "KZ"),
        ("RIODEJANEIRO", "BR"),
        ("Consulate Rio De Janeiro", "BR"),
        ("Consulate Vladivostok", "RU"),
        ("LENINGRAD", "RU"),
        ("SAIGON", "VN"),
        ("Mission USUN", "US"),
        ("Secretary of State", "US"),
        ("American Institute Taiwan, Taipei", "TW"),
        ("Iran RPO Dubai", "AE"),
        ("Embassy N'Djamena", "TD"),
        ("HCMC", "VN"),
        ("Embassy Atlantis", None),
        ("", None),
    ],
)
def test_country_of_a_post(post: str, country: str | None) -> None:
    assert country_of(post) == country


def test_the_country_of_every_post_that_ids_write_is_known() -> None:
    assert [post for post in POSTS if not country_of(post)] == []


def test_names_of_a_country_are_its_own_and_those_it_shares() -> None:
    assert {"kazakhstan", "kazakh", "kazakhs", "kazakhstanis", "astana"} <= names("KZ")
    assert "korean" in names("KP") & names("KR")
    assert "us" not in names("US")
    assert names("ZZ") == frozenset()


def test_the_tables_are_in_order_and_every_city_is_in_a_known_country() -> None:
    codes = [row.split("|")[0] for row in COUNTRIES.strip().splitlines()]
    assert all(row.count("|") == 3 for row in COUNTRIES.strip().splitlines())
    assert len(codes) == len(set(codes))
    assert {line[:2] for line in CITIES.splitlines() if line[2:3] == "|"} <= set(codes)


@given(st.text(st.sampled_from("USus. -'İéAChad&\n")) | st.text())
def test_any_text_has_places_in_order_that_are_parts_of_it(text: str) -> None:
    end_of_last = 0
    for place in places(text):
        assert end_of_last <= place.start < place.end <= len(text)
        assert text[place.start : place.end] == place.text
        end_of_last = place.end


def test_a_paragraph_is_read_in_less_than_a_millisecond() -> None:
    text = "The Brazilian government told Poloff that Chinese investors had come to Manaus. " * 8
    places(text)
    took = []
    for _ in range(20):
        start = time.perf_counter()
        places(text)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.001
