import pytest

from qa.answer_types import names
from qa.period import Period, told
from qa.quantity import holding
from qa.question import understand
from qa.short import short

CHARGES = (
    "Administrative charges were brought against almost 136,000 foreigners and 2,000 employers for illegal "
    "use of foreign labor."
)
INFANTS = (
    'The newspaper provided information from "unofficial sources" that male infants cost up to $5,000 and '
    "females cost up to $3,000."
)
DOCTOR = (
    "The Press Service announced that Dr. Zhanibek Kusaliyev, the head of the maternity hospital in Atyrau, "
    "was arrested on January 8 for attempting to sell an infant for $4,000."
)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "how many migrants were deported in 2008",
            "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law.",
            "17,000",
        ),
        ("how many foreigners were charged", CHARGES, "136,000"),
        ("how many employers were charged", CHARGES, "2,000"),
        ("What did male infants cost?", INFANTS, "$5,000"),
        ("What did female infants cost?", INFANTS, "$3,000"),
        ("Who heads the maternity hospital in Atyrau?", DOCTOR, "Dr. Zhanibek Kusaliyev"),
        ("When was Kusaliyev arrested?", DOCTOR, "January 8"),
        (
            "how many labor migrants entered Kazakhstan in 2008",
            "More than 1.3 million labor migrants entered Kazakhstan in 2008, half the number recorded in 2007.",
            "1.3 million",
        ),
        (
            "Where were the women arrested?",
            "Two businesswomen were arrested by undercover police at the Kyzylorda train station.",
            "Kyzylorda",
        ),
        ("What share voted?", "Turnout was 61.5 percent, against 58 percent in 2001.", "61.5 percent"),
        ("How many were hurt?", "Twenty-three people were hurt.", "Twenty-three"),
        ("Why was he arrested?", DOCTOR, None),
        ("How much money does the embassy want?", "Post needs USD 310,000 to fund it.", "USD 310,000"),
        (
            "What was the budget of the port?",
            "The budget is 3.2 billion Brazilian Reals (1.7 million USD).",
            "3.2 billion Brazilian Reals",
        ),
        ("What price is paid?", "It pays a tariff of US 3 cents per kilowatt hour.", "US 3 cents"),
        ("How much do they pay?", "They pay $8,000 to $10,000 a month.", "$8,000 to $10,000"),
        ("What fine is set?", "It sets a 1,500-euro fine.", "1,500-euro"),
        ("What share did he get?", "Of 38 million votes he won 53 percent.", "53 percent"),
        ("How many votes were against Bill 2?", "Bill 2 passed against 225 votes.", "225"),
        ("How long was it halted?", "200 men halted the smelter for 17 days.", "17 days"),
        ("How long do they stay?", "They remain in Asuncion for about 2 or 3 months.", "2 or 3 months"),
        (
            "How many soldiers are in Kosovo?",
            "Spain has 1,100 troops in Lebanon and about 700 in Kosovo.",
            "700",
        ),
        (
            "Who came to the embassy?",
            "On October 9, Foreign Ministry Deputy Director Fernando Prieto came to the Economic Section.",
            "Fernando Prieto",
        ),
        (
            "Who leads the center?",
            "Julita Lemgruber, director of the Center for Safety Studies, agreed.",
            "Julita Lemgruber",
        ),
        (
            "Which country handed Ramda over to the French?",
            "Ramda was extradited to France from the UK.",
            "UK",
        ),
        ("When did Luther write?", "His writings reached France as early as 1519.", "1519"),
        ("How many guests came?", "In 1835 a dinner was attended by 2000 guests.", "2000"),
        ("How many died?", "The ministry gave no figure in 2008.", None),
    ],
)
def test_the_short_answer_is_the_part_that_was_asked_for(
    question: str, sentence: str, expected: str | None
) -> None:
    found = short(understand(question), sentence)
    assert found == expected
    assert found is None or found in sentence


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "How many were arrested in August 2005?",
            "The unit took 99 recruiters off the streets in August 2006, against 85 in August 2005.",
            "85",
        ),
        (
            "How many went on strike in April 2004?",
            "In April 2005, the inspectorate recorded 6,317 employees downing tools, against 6,041 in April 2004.",
            "6,041",
        ),
        (
            "How many went on strike in April 2005?",
            "In April 2005, the inspectorate recorded 6,317 employees downing tools, against 6,041 in April 2004.",
            "6,317",
        ),
        (
            "How many kilos were seized in April 2000?",
            "It weighed in 137 kilograms during the reporting period, against 151 a year earlier, in the same month.",
            "151",
        ),
        (
            "How many kilos were seized in April 2001?",
            "It weighed in 137 kilograms during the reporting period, against 151 a year earlier, in the same month.",
            "137",
        ),
        (
            "How many soldiers does Spain have in Kosovo?",
            "Spain has nearly 1,100 troops with UNIFIL in Lebanon and about 700 in Kosovo.",
            "700",
        ),
        ("What share did Royal get?", "Sarkozy got 53 percent and Royal got 47 percent.", "47 percent"),
        ("How many titles did he win?", "The 5-time winner took 136 titles.", "136"),
        (
            "What share did Royal get?",
            "53 percent for Sarkozy and 47 percent for Segolene Royal.",
            "47 percent",
        ),
        (
            "How many hectares are in Carrasco?",
            "The parks have 2,000 hectares of coca - 1,081 hectares in Isiboro and 972 hectares in Carrasco.",
            "972",
        ),
        (
            "How many labs were destroyed in El Alto?",
            "They destroyed 133 factories in El Alto during the first 10 months of the year.",
            "133",
        ),
        (
            "How many sites does the Turkish army watch?",
            "It lists 430 sites, among them the New York Post.",
            "430",
        ),
    ],
)
def test_of_several_figures_the_one_of_the_period_place_or_person_asked_for(
    question: str, sentence: str, expected: str
) -> None:
    of = Period(year=2001, month=4)
    assert short(understand(question), sentence, told(sentence, of, 2001)) == expected


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many passengers died in the crash?", "Passengers were stuck in the plane for about two hours."),
        ("How many boats does the navy have?", "It thinks of a preferential zone out to 200 miles."),
        ("How many kilometers has the wall?", "The wall is 90 percent concluded."),
        ("How many victims were rescued?", "The women offered $400 to each victim."),
        (
            "How many votes did the bill get?",
            'It complements the law on "Creation" passed in June (Hadopi 1).',
        ),
        ("How many migrants did Uzbekistan deport?", "Kazakhstan deported 17,000 labor migrants."),
        ("How many troops has Germany in Afghanistan?", "Spain has 1,100 troops in Lebanon."),
        ("Who is Mica?", "The attack was ordered by Lorde, a rival of Mica."),
        ("Who won the election?", "Spain will hold an election on March 9."),
        ("Who was the chief of police?", "CHIEF OF POLICE LTG. J. SADRI ASSURED EMBOFF THAT IT WAS CALM."),
    ],
)
def test_what_does_not_answer_is_not_set_off(question: str, sentence: str) -> None:
    """Better no emphasis than the hours for the passengers, or the loser for the winner."""
    assert short(understand(question), sentence) is None


def test_a_month_before_a_name_is_no_part_of_it() -> None:
    sentence = "He spoke of his October Washington trip with Greg Stemm."
    assert [sentence[slice(*span)] for span in names(sentence)] == ["Washington", "Greg Stemm"]


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("How many passengers died?", "Passengers were stuck for two hours.", []),
        ("How many passengers died?", "Five passengers died and two fled.", ["Five", "two"]),
        ("How many cubic meters were moved?", "They asked $49 for each.", []),
        ("How much did they ask?", "They asked $49 for each.", ["$49"]),
        ("How long was it closed?", "It was closed for 25 days; 21 were hurt.", ["25"]),
        ("Who was hurt?", "The patrol hurt Karim Zelkiri.", ["Karim Zelkiri"]),
    ],
)
def test_a_sentence_holds_what_may_answer_only_where_it_counts_that(
    question: str, sentence: str, held: list[str]
) -> None:
    assert [sentence[slice(*span)] for span in holding(understand(question), sentence)] == held
