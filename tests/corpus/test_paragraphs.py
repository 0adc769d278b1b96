"""Numbers, headings, markings and joined text, each after a cable that taught it (its id in brackets)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cable import Cable, Paragraph
from corpus.paragraphs import paragraphs
from corpus.parser import parse

FIXTURES = Path(__file__).parent / "fixtures"
SEED = Path(__file__).parents[2] / "corpus" / "cables" / "09ASTANA368.txt"

Shown = list[tuple[str, str, str, str]]  # number, heading, marking, text


def cable(name: str) -> Cable:
    return parse((FIXTURES / f"{name}.txt").read_bytes().decode())


def shown(body: str) -> Shown:
    return [(each.number, each.heading, each.marking, each.text) for each in paragraphs(body, 0)[0]]


def outline(found: tuple[Paragraph, ...]) -> list[tuple[str, str, str, str, str]]:
    """Number, heading, marking and both ends of each text."""
    return [(each.number, each.heading, each.marking, each.text[:34], each.text[-30:]) for each in found]


def signer(body: str) -> str:
    return paragraphs(body, 0)[1]


# Numbers


@pytest.mark.parametrize(
    ("written", "number", "marking"),
    [
        ("1. Text.", "1", ""),
        ("¶1. Text.", "1", ""),
        ("\ufffd1. Text.", "1", ""),
        ("1.  (SBU) Text.", "1", "SBU"),
        ("¶1. (U) Text.", "1", "U"),
        ("(U) 1. Text.", "1", "U"),
        ("1.(SBU)Text.", "1", "SBU"),
        ("1 (SBU) Text.", "1", "SBU"),
        ("1. (c/nf) Text.", "1", "C/NF"),
        ("1. (U//FOUO) Text.", "1", "U//FOUO"),
    ],
)
def test_every_shape_of_a_number_is_read(written: str, number: str, marking: str) -> None:
    assert shown(written) == [(number, "", marking, "Text.")]


def test_a_bracket_that_is_no_marking_is_text() -> None:
    assert shown("2. (U) a.\n\n3.   (U.S.)   Failed attack.\n\n4.   (Iran)  b.") == [
        ("2", "", "U", "a."),
        ("3", "", "", "(U.S.) Failed attack."),
        ("4", "", "", "(Iran) b."),
    ]


def test_years_decimals_and_numbers_in_a_sentence_start_nothing() -> None:
    body = "1. It met on February 15,\n¶2006. It took 6.2 million\n2. million of them, and\n3.5 more.\n\n2. Next."
    assert shown(body) == [
        ("1", "", "", "It met on February 15, 2006. It took 6.2 million 2. million of them, and 3.5 more."),
        ("2", "", "", "Next."),
    ]


def test_a_year_at_a_line_start_ends_the_sentence_before_it() -> None:  # [06PARIS7884]
    found = cable("year_at_line_start")
    assert [each.number for each in found.paragraphs] == ["5", "11", "14"]
    assert "The trial is scheduled to reconvene on May 2, 2007. - Karim Mehdi" in found.paragraphs[1].text


def test_no_blank_line_and_no_blank_is_needed() -> None:
    assert shown("1.(U) One ends.\n2.(U) Two ends.\n3.(U) Three.") == [
        ("1", "", "U", "One ends."),
        ("2", "", "U", "Two ends."),
        ("3", "", "U", "Three."),
    ]


def test_a_number_without_blank_and_pilcrow_counts_and_its_blocks_stay_with_it() -> None:  # [06ASUNCION589]
    assert outline(cable("no_blank_behind_the_number").paragraphs) == [
        ("1", "", "U", "This is an action request; see par", "n action request; see para 10."),
        ("7", "Prevention", "U", "Prevention represents the weakest ", " specific U.S. ports of entry."),
        ("8", "Protection", "U", "The GOP has made some strides in p", "n the interior of the country."),
    ]


def test_a_quoted_note_with_lists_of_its_own_belongs_to_its_paragraph() -> None:  # [07MADRID1952]
    found = cable("quoted_lists")
    assert outline(found.paragraphs) == [
        ("1", "", "SBU", "On October 9, Foreign Ministry Dep", "ey Marine Exploration company."),
        ("2", "", "SBU", "The text of the message, which was", "deemed appropriate by the U.S."),
    ]
    text = found.paragraphs[1].text
    assert "investigation of potential violations of application U.S. Customs and Spanish laws" in text
    assert "on request on a confidential basis. An investigative dossier is currently being assembled" in text


def test_a_list_inside_a_paragraph_ends_where_the_marking_returns() -> None:
    body = "1. (SBU) Items:\n\n1. alpha.\n\n2. beta.\n\n3. gamma.\n\n2. (SBU) Next.\n\n3. (SBU) Last."
    assert shown(body) == [
        ("1", "", "SBU", "Items: 1. alpha. 2. beta. 3. gamma."),
        ("2", "", "SBU", "Next."),
        ("3", "", "SBU", "Last."),
    ]


def test_without_markings_the_number_that_does_not_come_again_is_the_cables_own() -> None:
    body = "1. Two items:\n\n1. one.\n\n2. two.\n\n2. Next.\n\n3. Items:\n\n1. a.\n2. b.\n3. c.\n\n4. Fourth."
    assert shown(body) == [
        ("1", "", "", "Two items: 1. one. 2. two."),
        ("2", "", "", "Next."),
        ("3", "", "", "Items: 1. a. 2. b. 3. c."),
        ("4", "", "", "Fourth."),
    ]


def test_of_a_table_of_contents_and_the_text_the_text_counts() -> None:  # [09BERLIN1626]
    body = "¶1. Summary\n¶2. Iran\n¶3. Iraq\n¶4. Comment\n\n¶1. In short.\n\n¶2. Of Iran\n\nmuch.\n\n¶3. C.\n\n¶4. D."
    assert shown(body) == [
        ("preamble", "", "", "1. Summary 2. Iran 3. Iraq 4. Comment"),
        ("1", "", "", "In short."),
        ("2", "", "", "Of Iran much."),
        ("3", "", "", "C."),
        ("4", "", "", "D."),
    ]


def test_a_number_in_the_middle_of_a_line_fills_the_gap() -> None:  # [08BRASILIA1396]
    found = cable("number_inside_a_line")
    assert [(each.number, each.heading) for each in found.paragraphs] == [
        ("1", ""),
        ("2", "HISTORY OF USFS COLLABORATION IN BRAZIL"),
        ("3", "HISTORY OF USFS COLLABORATION IN BRAZIL"),
        ("4", "HISTORY OF USFS COLLABORATION IN BRAZIL"),
        ("5", "DEVELOPING A BRAZILIAN INCIDENT COMMAND SYSTEM"),
        ("6", "DEVELOPING A BRAZILIAN INCIDENT COMMAND SYSTEM"),
        ("7", "DEVELOPING A BRAZILIAN INCIDENT COMMAND SYSTEM"),
        ("8", "NEXT STEPS: PLANNING FOR THE FUTURE"),
        ("9", "NEXT STEPS: PLANNING FOR THE FUTURE"),
        ("10", "NEXT STEPS: PLANNING FOR THE FUTURE"),
        ("11", "NEXT STEPS: PLANNING FOR THE FUTURE"),
    ]
    assert found.paragraphs[0].text.endswith("moving these plans forward. END SUMMARY")
    assert found.paragraphs[3].text.endswith("interesting theme for media attention. END NOTE.")
    assert found.paragraphs[8].text.endswith("each role will be created and accessed nationwide.")
    assert found.paragraphs[9].text == (
        "In addition, by May 2010, a standardized incident reporting system will be established using a Web "
        "platform that will enable posting of information on fire and shared data."
    )
    assert found.paragraphs[10].text.endswith("the Brazilian Incident Command System. END COMMENT.")
    assert found.signer == "SOBEL"


def test_numbers_out_of_order_stay_as_printed() -> None:  # [08RIODEJANEIRO171]
    found = cable("out_of_order")
    three_youths = (
        "Three Brazilian Youth Murdered by Rival Drug Dealers After Corrupt Soldiers Turn Them Over"
    )
    assert [(each.number, each.heading) for each in found.paragraphs] == [
        ("1", "Summary"),
        ("2", three_youths),
        ("3", "Dual Citizen Killed By Military Policeman in Rio"),
        ("4", "Salvador: Return to Legacy Politics?"),
        ("6", "Plans for Private Ethanol Pipeline Challenge Petrobras Monopoly"),
        ("5", "Brazil Plans to Enrich Own Uranium by 2014"),
    ]
    assert found.paragraphs[-1].text.endswith("abroad for industrial-scale processing.")
    assert found.signer == "MARTINEZ"


def test_a_repeated_number_stays_as_printed() -> None:
    assert [each[0] for each in shown("1. A.\n\n2. B.\n\n2. C.\n\n3. D.\n\n4. E.")] == [
        "1",
        "2",
        "2",
        "3",
        "4",
    ]


def test_redacted_paragraphs_leave_gaps_and_a_number_may_be_a_heading() -> None:  # [09HARARE888]
    economy = "On the Economic and Business Front"
    found = cable("redacted_paragraphs")
    assert outline(found.paragraphs) == [
        ("1", "SUMMARY", "", "Topics of the week: SADC Summit-MD", "C-T, and MDC-M. See Harare 885"),
        ("3", "SUMMARY", "", "Warthogs Delay Ambassador’s Arriva", "comment on the warthogs’ fate."),
        ("8", "SUMMARY", "", "Prisons Conditions Remain Dire... ", "ked in secrecy. See Harare 879"),
        ("11", economy, "", "All Quiet on the Banking Front... ", " to life down the rabbit hole."),
        ("12", economy, "", "Time for Another Indigenization Sc", "o early to invest in Zimbabwe."),
        ("13", economy, "", "Salary and Wage Negotiations Deadl", "s based on productivity gains."),
        ("14", economy, "", "Sweet Deal for Sable Chemicals... ", " of fertilizers on the market."),
        (
            "p8",
            "Quote of the Week",
            "",
            "“The countries of Europe and Ameri",
            " at Heroes Acre on October 31.",
        ),
    ]
    assert found.signer == "RAY"


def test_a_paragraph_redacted_whole_stays_but_lines_between_paragraphs_are_no_text() -> None:
    assert shown("1. (U) A.\nXXXXXXXXXXXX\n2. (C) XXXXXXXXXXXX\n\nXXXXXXXXXXXX\n\n3. (U) C.") == [
        ("1", "", "U", "A."),
        ("2", "", "C", "XXXXXXXXXXXX"),
        ("3", "", "U", "C."),
    ]


def test_of_two_numbers_the_first_counts_and_an_empty_one_is_no_paragraph() -> None:  # [09LAPAZ1784]
    found = cable("two_numbers_each")
    labs, community = (
        "Proliferation Of Cocaine Laboratories",
        "Growing Community Involvement in Production and Trafficking",
    )
    cartels = "Involvement of Foreign Drug Cartels"
    assert outline(found.paragraphs) == [
        ("1", "", "", "Summary and comment: Bolivian Coun", "ivia. End summary and comment."),
        ("4", labs, "", "FELCN reported that it destroyed a", "ple, and seized five vehicles."),
        ("5", labs, "", "FELCN destroyed two large-scale co", " require greater GOB response."),
        ("7", community, "", "The current rise in the net amount", "o retain acceptance and trust."),
        ("10", cartels, "", "Bolivian press reported extensivel", "d the Bolivian cocaine market."),
        ("12", cartels, "", "The District Prosecutor's Office i", "reign assassins were involved."),
        ("17", cartels, "", "Comment: It may not be surprising ", "on is approximately 9 million."),
    ]
    assert "La Paz is considered a transit point where coca is converted" in found.paragraphs[1].text
    assert found.signer == "Creamer"


def test_a_pdf_leaves_the_pilcrow_alone_and_items_belong_to_their_paragraph() -> None:  # [00BEIJING11790]
    body = "¶\n1.  IN SOUTHERN AFRICAN-\nLED TALKS.\n¶\n2.  A) FIRST.\n\nB,C) SECOND.\n\nK)  N/A\n¶\n3.  C."
    assert shown(body) == [
        ("1", "", "", "IN SOUTHERN AFRICAN-LED TALKS."),
        ("2", "", "", "A) FIRST. B,C) SECOND. K) N/A"),
        ("3", "", "", "C."),
    ]


# Cables without numbers, and what stands between numbers


def test_without_numbers_each_block_is_a_paragraph() -> None:  # [09ANKARA1594]
    found = cable("no_numbers")
    assert outline(found.paragraphs) == [
        ("p1", "", "", "Media Highlights: Clinton's Global", " Turkish University for Kabul;"),
        ("p2", "", "", "Clinton's Global Partnerships to S", 'd cooperation between faiths."'),
        ("p3", "", "", "Sabah Multipart Series on Afghanis", ' troop exit from Afghanistan."'),
        ("p4", "Upcoming events", "", "Q November 4: President Abdullah G", "to the parliament for debates."),
        (
            "p5",
            "TV News (NTV) Domestic",
            "",
            "Q The government plans to debate t",
            "aging steps against the Kurds.",
        ),
        (
            "p6",
            "TV News (NTV) Domestic",
            "",
            "Q Farming Minister Mehdi Eker has ",
            " to genetically modified food.",
        ),
        ("p7", "World", "", "Q Iran's Supreme Leader Ayatollah ", " right to freedom of religion."),
    ]
    assert found.signer == "JEFFREY"


def test_without_numbers_a_sentence_goes_on_over_a_blank_line() -> None:
    assert shown("First block.\n\nSecond block says the\n\nrest in lower case.\n\nThird.") == [
        ("p1", "", "", "First block."),
        ("p2", "", "", "Second block says the rest in lower case."),
        ("p3", "", "", "Third."),
    ]


def test_a_lonely_first_paragraph_may_enclose_a_report() -> None:  # [04PARIS8983]
    body = "¶1. A report follows.\n\nPOLITICS\n\nA one.\n\nA two.\n\nECONOMY\n\nB one.\n\nB two."
    assert shown(body) == [
        ("1", "", "", "A report follows."),
        ("p2", "POLITICS", "", "A one."),
        ("p3", "POLITICS", "", "A two."),
        ("p4", "ECONOMY", "", "B one."),
        ("p5", "ECONOMY", "", "B two."),
    ]


def test_a_summary_above_the_first_number_is_the_preamble_and_a_comment_below_the_last_belongs_to_it() -> (
    None
):
    found = cable("summary_above_the_first")  # [72TEHRAN5055]
    assert outline(found.paragraphs) == [
        ("preamble", "", "", "SUMMARY: FOLLOWING ASSASSINATION O", "IN MIND OF PUBLIC. END SUMMARY"),
        ("1", "", "", "IN WAKE OF SMOOTHLY HANDLED ASSASS", "Y EMBASSY OR CONFIRMED BY GOI."),
        ("2", "", "", "SAVAK AND OTHER SECURITY ORGANS AR", "S WERE ARRESTED TWO WEEKS AGO."),
        ("3", "", "", "DESPITE INCREASING LEVEL OF GUERRI", "SASSINATIONS ON REGULAR BASIS."),
    ]
    assert found.signer == "FARLAND"


def test_one_block_that_lost_its_number_is_a_paragraph_where_blank_lines_part_nothing_else() -> None:
    body = "1. A.\n\n2. B.\n\nThe Ministry denied it. Nobody asked why.\n\n3. C.\n\n4. D."
    assert [each[0] for each in shown(body)] == ["1", "2", "p3", "3", "4"]
    two_such_blocks = body.replace("1. A.", "1. A.\n\nOf this block. And more.")
    assert [each[0] for each in shown(two_such_blocks)] == ["1", "2", "3", "4"]


def test_bullets_tables_and_letters_belong_to_the_paragraph_above() -> None:
    body = (
        "1. (U) Shares:\n-- minors: 14 percent;\n\n- others\n\nCategory    Share\n-----------------\nopium     15%\n\n"
        "2. (U) It wrote:\n\nDear Sir,\n\nwe did.\n\nNEXT\n\n3. (U) C.\n\n4. (U) D."
    )
    assert shown(body) == [
        ("1", "", "U", "Shares: -- minors: 14 percent; - others Category Share ----------------- opium 15%"),
        ("2", "", "U", "It wrote: Dear Sir, we did."),
        ("3", "NEXT", "U", "C."),
        ("4", "NEXT", "U", "D."),
    ]


# Headings


@pytest.mark.parametrize(
    "heading",
    [
        "Next Steps\n----------",
        "----------\nNext Steps\n----------",
        "Next Steps\n---- -----  -",
        "Next Steps -----------",
        "---------- Next Steps -----",
        "#### Next Steps",
        "Next Steps",
        "Next\nSteps\n-----",
        "Next\n----\nSteps\n-----",
        "Next Steps\nASTANA 00000368  001.2 OF 002\n----------",
    ],
)
def test_every_way_to_set_a_heading_is_read(heading: str) -> None:
    body = f"1. (U) It ends here.\n\n{heading}\n\n2. (U) It begins."
    assert shown(body) == [("1", "", "U", "It ends here."), ("2", "Next Steps", "U", "It begins.")]


def test_a_heading_needs_no_blank_lines() -> None:
    body = "1. It ends here.\nNext Steps\n----------\n2. It begins."
    assert shown(body) == [("1", "", "", "It ends here."), ("2", "Next Steps", "", "It begins.")]


def test_a_heading_holds_until_the_next_one() -> None:
    body = "FIRST\n\n1. A.\n\n2. B.\n\nSECOND\n\n3. C."
    assert [(each[0], each[1]) for each in shown(body)] == [("1", "FIRST"), ("2", "FIRST"), ("3", "SECOND")]


def test_end_notes_are_text_and_open_no_heading() -> None:
    body = "1. A. (NOTE: b.\n\nEND NOTE.)\n\n2. C.\n\nEND SUMMARY\n\n3. D.\nEND COMMENT.\n\n4. E."
    assert shown(body) == [
        ("1", "", "", "A. (NOTE: b. END NOTE.)"),
        ("2", "", "", "C. END SUMMARY"),
        ("3", "", "", "D. END COMMENT."),
        ("4", "", "", "E."),
    ]


def test_a_caption_is_neither_heading_nor_preamble() -> None:  # [07PARIS1791]
    found = cable("advertisement_above_signer")
    assert [(each.number, each.heading, each.marking) for each in found.paragraphs] == [
        ("1", "SUMMARY", "SBU"),
        ("2", "A CLEAR-CUT, CONVINCING VICTORY", ""),
        ("3", "THAT GIVES SARKOZY A MANDATE", "U"),
        ("4", "WHAT HAPPENS NEXT", "U"),
    ]
    assert found.paragraphs[3].text.endswith("and we will report accordingly.")
    assert found.signer == "STAPLETON"


def test_the_archives_note_is_neither_heading_nor_paragraph_and_a_broken_word_is_mended() -> None:
    found = cable("archive_note")  # [66BUENOSAIRES2481]
    assert [(each.number, each.heading) for each in found.paragraphs] == [("1", ""), ("8", "")]
    assert found.paragraphs[0].text.startswith(
        "PRESS REPORTS AND VARIETY EMBASSY SOURCES CONFIRM NEW ARGENTINE LEGISLATION UNILATERALLY CHANGING SEAS "
        "JURISDICTION NOW UNDER ADVANCED REVIEW. REPORTEDLY"
    )
    assert found.signer == "SACCIO"


# What breaks in


@pytest.mark.parametrize(
    "broken",
    [
        "the volume\n\nASTANA 00000368  001.2 OF 002\n\n\nof trade",
        "the volume\n \nANKARA 00001594  002 OF 004 \n \n \nof trade",
        "the volume\nVladivosto 00000005 002.2 of 003\nof trade",
        "the volume RIO DE JAN 00000171  001.2 OF 002 of trade",
        "the volume\n\nSIPDIS\nof trade",
        "the volume\n\nASTANA 00000368  001.2 OF 002\n\n\nC O R R E C T E D  C O P Y (CAPTION)\n\nof trade",
        "the volume\n\nUNCLASSIFIED\n\nUNCLASSIFIED\n\nPAGE 02        STATE  212042\n\nof trade",
        "the volume\n\nUNCLAS SECTION 02 OF 02 SANAA 000012\n\nSIPDIS\n\nE.O. 12958: N/A\nTAGS: PREF\n"
        "SUBJECT: YEMEN: A\nB\n\nof trade",
        "the volume\nCONFIDENTIAL\n\nPAGE 02  POSTNA  00097  01 OF 03  182017Z\n\n"
        "CONFIDENTIAL\n\nO 182017Z MAR 97\nFM AMEMBASSY POSTNA\n"
        "TO SECSTATE WASHDC\n\nUNCLAS SECTION 02 OF 03 POSTNA 000097\n\n"
        "E.O. 12958: N/A\nTAGS: PREL\nSUBJECT: A\n\nof trade",
        "the volume\n\nof trade",
        "the volume \r\nof trade",
        "the volume\rof trade",
        "the volume\x0bof trade",
    ],
)
def test_what_breaks_into_a_sentence_is_taken_out(broken: str) -> None:
    assert shown(f"1. They said {broken} fell.\n\n2. Next.") == [
        ("1", "", "", "They said the volume of trade fell."),
        ("2", "", "", "Next."),
    ]


def test_without_numbers_a_page_break_parts_blocks_only_where_the_author_left_a_blank_line() -> None:
    page = "\n\nANKARA 00001594  002 OF 004\n\n\n"
    assert [each[3] for each in shown(f"One ends.{page}And goes on.")] == ["One ends. And goes on."]
    assert [each[3] for each in shown(f"One ends.\n{page}Two begins.")] == ["One ends.", "Two begins."]
    assert [each[3] for each in shown(f"One ends.{page}\nTwo begins.")] == ["One ends.", "Two begins."]


def test_hyphens_at_line_ends_stay_but_where_the_whole_word_stands_elsewhere() -> None:
    body = (
        "1. SEAS JURIS-\nDICTION and the JURISDICTION, illegally-\nharvested, 30- \nday, pre-\nand post-war."
    )
    assert [each[3] for each in shown(body)] == [
        "SEAS JURISDICTION and the JURISDICTION, illegally-harvested, 30-day, pre- and post-war."
    ]


def test_markdown_is_undone_only_where_the_text_shows_it() -> None:
    assert shown("1. It cost \\$400, as [X](#) and C\\_D say.") == [
        ("1", "", "", "It cost $400, as X and C_D say.")
    ]
    assert shown("1. It cost $400 for A_B # 5 *.") == [("1", "", "", "It cost $400 for A_B # 5 *.")]


def test_the_seed() -> None:
    found = parse(SEED.read_bytes().decode(), "seed")
    minors, labor = (
        "TRAFFICKING IN MINORS AND A MISSING ORPHAN",
        "STRICTER MIGRATION CONTROLS AND ILLEGAL LABOR",
    )
    assert [(each.number, each.heading, each.marking) for each in found.paragraphs] == [
        ("1", "", ""),
        ("2", "UNDERCOVER OPERATIONS", ""),
        ("3", minors, ""),
        ("4", minors, ""),
        ("5", minors, ""),
        ("6", "DISABLED UZBEK MIGRANTS FORCED TO BEG?", ""),
        ("7", labor, ""),
        ("8", labor, ""),
        ("9", labor, ""),
        ("10", labor, ""),
        ("11", labor, ""),
    ]
    text = {each.number: each.text for each in found.paragraphs}
    assert text["1"] == (
        "The following is a summary of local media reports of human trafficking cases in Kazakhstan for January 2009."
    )
    assert "women offered $400 to each victim" in text["2"]
    assert "When the records were checked, police found that not all adoption rules" in text["5"]
    assert "In 2008, Kazakhstan deported 17,000 labor migrants for violations of migration law." in text["7"]
    assert text["8"].endswith("were victims of trafficking. END NOTE.)")
    assert text["9"].startswith(
        "January 27, Azattyk Radiosy: According to independent observers, migrants making $300-$400"
    )
    assert found.signer == "HOAGLAND"


# The end


@pytest.mark.parametrize(
    ("end", "name"),
    [
        ("\n\nHOAGLAND", "HOAGLAND"),
        ("\nAGUIRRE", "AGUIRRE"),
        (" MARTINEZ", "MARTINEZ"),
        (" KUBISKE 2009-12-31", "KUBISKE"),
        ("\nArmbruster", "Armbruster"),
        ("\n\nGP-3\nSACCIO\n", "SACCIO"),
        ("\n\nVAN DER BERG\n\n\nNNNN\n", "VAN DER BERG"),
        (
            "\n\nPlease visit Paris' Classified Website at:\nhttp://www.state.sgov.gov/p/eur/paris/index.c fm\nHOFMANN",
            "HOFMANN",
        ),
        ("\nRAY\n\nEnd Cable Text", "RAY"),
        ("", ""),
        ("\nNNNN", ""),
    ],
)
def test_what_stands_around_the_signer_is_no_text(end: str, name: str) -> None:
    body = f"1. First.\n\n2. It ends here.{end}"
    assert shown(body) == [("1", "", "", "First."), ("2", "", "", "It ends here.")]
    assert signer(body) == name


@pytest.mark.parametrize(
    "last", ["END COMMENT", "END SUMMARY.", "and went to\nLondon", "It is so. We Agree", "By 2014."]
)
def test_the_end_of_a_text_is_no_signer(last: str) -> None:
    body = f"1. First, {last}"
    assert (signer(body), shown(body)[0][3]) == ("", " ".join(f"First, {last}".split()))


def test_a_cut_text_is_a_paragraph_all_the_same() -> None:  # [08VLADIVOSTOK68]
    assert shown("¶1.  Summary.  On July 3, Presi...") == [("1", "", "", "Summary. On July 3, Presi...")]


# For any text

WORDS = (
    r"1. ¶2. (U) 3.(SBU) 4 7. 1 (C) - -- ------ HEADING END NOTE. word. Word, $ \$ [X](#) #### ¶ � SIPDIS NNNN RAY PAGE"
    r" UNCLAS SECTION 02 OF 02 ASTANA 00000368 001.2 SUBJECT: XXXXX a- http://x Visit"
)
BREAKS = (
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\0",
    "ASTANA 00000368  001.2 OF 002",
    "\nPAGE 02 STATE 212042\n",
)
PIECES = st.sampled_from([*WORDS.split(), *BREAKS])


@given(
    st.one_of(
        st.text(), st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES, max_size=60).map(" ".join)
    )
)
def test_any_text_parses_and_paragraphs_never_overlap(text: str) -> None:
    end_of_last = 0
    for each in parse(text).paragraphs:
        assert end_of_last <= each.start < each.end <= len(text)
        assert each.number
        assert each.text == " ".join(each.text.split()) != ""
        end_of_last = each.end


def test_offsets_cover_a_paragraph_from_its_pilcrow_to_its_last_word() -> None:
    lines = "\nUNCLAS ROME 000001\n\nSUBJECT: A\n\n¶1. (U) One\ntwo.\n\nNEXT\n----\n\n¶2. (U) Three. \n\nRAY"
    text = lines.replace("\n", "\r\n")
    assert [text[each.start : each.end] for each in parse(text).paragraphs] == [
        "¶1. (U) One\r\ntwo.",
        "¶2. (U) Three.",
    ]


@pytest.mark.parametrize("blank", ["\u2028", "\u00a0", "\u3000 \u2029", "\0\u2028"])
def test_a_line_of_rare_blanks_is_no_text_and_no_heading(blank: str) -> None:
    text = f"UNCLAS ASTANA 000001\n\nSUBJECT: X\n\n1. (U) One.\n\nSUGAR\n-----\n\n{blank}\n\n2. (U) Two.\n\nORDWAY\n"
    cable = parse(text, "09ASTANA1")
    assert [(each.number, each.heading) for each in cable.paragraphs] == [("1", ""), ("2", "SUGAR")]
    assert [each.text.split()[-1] for each in cable.paragraphs] == ["One.", "Two."]
