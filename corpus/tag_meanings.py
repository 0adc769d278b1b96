"""What the TAGS of a cable mean: subjects, programs, organizations, countries and regions.

Titles of the Department of State's handbooks, the later wording where two differ: 5 FAH-3 H-011.1 of 2022 as far as
ENRG; for the 1970s the handbook TL:TAGS-1 of 28 June 1974 and the lists of NARA's Central Foreign Policy Files
(RG 59); for the rest what the cables of 2000 to 2010 mean by them. A tag that none of these settles has no line:
slips of drafters (KNPP), and tags that stood for two things, as GE (East Germany in 1974, Georgia and Germany to
later drafters), WTO (the Warsaw Pact in 1974, trade or tourism later), IADB (a bank and a board) and NA (the
Netherlands Antilles in 1974, "not applicable" to many).
"""

import re
from functools import lru_cache
from typing import Final

# "TAG meaning", a line or a semicolon apart.
_SUBJECTS: Final = """
AADP Automated Data Processing
AART Art in Embassies Program
AAUD Audits
ABLD Buildings and Grounds
ABUD Budget Services and Financial Systems
ACKM COMSEC Key Management
ACLM Claims
ACOA Communication Operations and Administration
ACOM Departmental Communications
ADCO Diplomatic Courier Operations
ADPM Diplomatic Pouch and Mail
AEMR Emergency Planning and Evacuation
AFIN Financial Management
AFSI Foreign Service Institute
AFSN Foreign Service National Personnel
AFSP Post Administration
AGAO General Accounting Office
AINF Information Management Services
AINR INR Program Administration
AINT Internet Administration
ALIB Library Services
ALOW Allowances
AMED Medical Services
AMGT Management Operations
AMTC Telecommunications Equipment Maintenance
ANET Communications, Circuits, and Networks
AODE Employees Abroad
AOMS Office Management Specialist Issues
AORC International Organizations and Conferences
AORG International Organization Administration
APCS Personal Computers
APER Personnel
APUB Publishing, Printing, Distribution, and Library Services
AREC Commissary and Recreation
AREG Regulations and Directives
ASAF Safety
ASCH U.S. Sponsored Schools
ASEC Security
ASIG Inspector General Activities
ASUP Supplies and Equipment
ATRN Transportation Services
AWRD Awards
BBAK Background on Firms, Products, and Individuals
BBCP Business Consultation Program
BBSR Business Services Reporting
BDIS Trade Complaints and Disputes
BEXP Trade Expansion and Promotion
BFOL Follow-up Requests
BGEN Business Services, General
BLIB Commercial Libraries
BMGT Foreign Commercial Service Management Operations
BPRO Business Proposals and Inquiries
BPUB Business and Commercial Publications
BTIO Trade and Investment Opportunities
BTRA Travel by U.S. and Foreign Businessmen
CARR Americans Arrested Abroad
CASC Assistance to Citizens
CDES Deaths and Estates
CFED Federal Agency Services
CGEN Consular Affairs, General
CJAN Judicial Assistance and Notarial Services
CLOK Visa Lookout
CMGT Consular Administration and Management
CPAS Passports and Citizenship
CPRS Property Protection Services
CVIS Visas
EAGR Agriculture and Forestry
EAID Foreign Economic Assistance
EAIR Civil Aviation
EALR Economic Alert List Reporting
ECEM Chemical Industry and Chemical Products
ECIN Economic Integration and Cooperation
ECON Economic Conditions
ECPS Communications and Postal Systems
ECRE Construction, Repair, and Expansion
EEWT East-West Trade
EFIN Financial and Monetary Affairs
EFIS Commercial Fishing and Fish Processing
EGEN Economic Affairs, General
EIND Industry and Manufacturing
EINT Economic and Commercial Internet
EINV Foreign Investments
ELAB Labor Sector Affairs
ELEC Electrical and Electronic Equipment
ELTN Land Transportation
EMAE Machinery and Related Equipment
EMES Medical, Engineering, and Scientific Equipment
EMIN Minerals and Metals
ENRG Energy and Power
EPAP Plant, Animal, and Wood Products
EPET Petroleum and Natural Gas
ESTC Strategic Trade Controls
ETEL Telecommunications and Postal Systems and Equipment
ETRD Foreign Trade
ETTC Trade and Technology Controls
EWWT Waterborne Transportation
MARR Military and Defense Arrangements
MASS Military Assistance and Sales
MCAP Military Capabilities
MILI Military Affairs, General
MMOL Materiel, Ordnance and Logistics
MNUC Military Nuclear Applications
MOPS Military Operations
MPOL Military Policy and Planning
OCLR Military Vessel and Flight Clearances and Visits
OCON Conferences and Meetings
OEXC Educational and Cultural Exchange Operations
OGEN Operations, General
OIIP International Information Programs
OPDC Diplomatic Correspondence
OPRC Public Relations and Correspondence
OREP U.S. Congressional Travel
OSCI Science Grants
OTRA Travel and Visits
OVIP Visits and Travel of Prominent Individuals and Leaders
PARM Arms Control and Disarmament
PBOR Boundary and Sovereignty Claims
PBTS National Boundaries, Territories, and Sovereignty
PDEV National Development
PDIP Diplomatic and Consular Representation
PFOR Foreign Policy and Relations
PGOV Internal Governmental Affairs
PHSA High Seas Affairs
PHUM Human Rights
PINR Intelligence
PINS National Security
PINT Internal Political Affairs
PLOS Law of the Sea
PNAT National Independence
PORG Policy Relations with International Organizations
PORS Public Order and Safety
PREF Refugees
PREL External Political Relations
PROP Propaganda and Psychological Operations
PTER Terrorists and Terrorism
SCUL Cultural Affairs
SEDU Education
SENV Environmental Affairs
SGEN Social Affairs, General
SHUM Human Rights
SMIG Migration
SNAR Narcotics
SOCI Social Conditions
SOPN Public Opinion and Information
SPOP Population
SREF Refugees
SWEL Public Welfare
TBIO Biological and Medical Science
TECH Technology
TGEN Technology and Science, General
TINT Internet Technology
TNGD Engineering Research and Development
TPHY Physical Sciences
TRGY Energy Technology
TSPA Space Activities
TSPL Science and Technology Policy
"""
_PROGRAMS: Final = """
KACT Strategic Arms Control Treaties
KAWC Atrocities and War Crimes
KCFE Conventional Armed Forces in Europe
KCIP Critical Infrastructure Protection
KCOR Corruption and Anti-Corruption
KCRM Criminal Activity
KDEM Democratization
KFLO Family Liaison Office
KFLU Influenza
KFRD Fraud Prevention Programs
KGCC Global Climate Change
KGHG Greenhouse Gases
KHDP Humanitarian Demining Programs
KHIV HIV/AIDS
KHLS Homeland Security
KICC International Criminal Court
KIDE Investment Disputes and Expropriations
KIPR Intellectual Property Rights
KIRF International Religious Freedom
KISL Islamic Issues
KJUS Administration of Justice
KMCA Millennium Challenge Account
KMDR Media Reaction Reporting
KMPI Middle East Partnership Initiative
KNNP Nuclear Non-Proliferation
KOCI Children's Issues
KOLY Olympic Games
KOMC Export Control of Defense Articles and Services
KPAL Palestinian Affairs
KPAO Public Affairs Office
KPKO Peacekeeping Operations
KSUM Summit Meetings
KTEX Textiles
KTFN Terrorist Finance
KTIA Treaties and International Agreements
KTIP Trafficking in Persons
KUNR United Nations Reform
KWBG West Bank and Gaza
KWMN Women's Issues
"""
# Names that drafters put on the TAGS line beside the prescribed ones (CODEL, MEPP, USUN) stand here too.
_ORGANIZATIONS: Final = """
CARICOM Caribbean Community
CIA Central Intelligence Agency
CODEL Congressional Delegation
COE Council of Europe
CSCE Conference on Security and Cooperation in Europe
CWC Chemical Weapons Convention
EBRD European Bank for Reconstruction and Development
ECOSOC UN Economic and Social Council
ECOWAS Economic Community of West African States
EEC European Economic Community
EFTA European Free Trade Association
EPA Environmental Protection Agency
ESCAP UN Economic and Social Commission for Asia and the Pacific
EUN European Union
EXBS Export Control and Related Border Security
EXIM Export-Import Bank of the United States
FAA Federal Aviation Administration
FAO Food and Agriculture Organization
FBI Federal Bureau of Investigation
FTAA Free Trade Area of the Americas
GATT General Agreement on Tariffs and Trade
GCC Gulf Cooperation Council
IAEA International Atomic Energy Agency
IBRD International Bank for Reconstruction and Development
ICAO International Civil Aviation Organization
ICCAT International Commission for the Conservation of Atlantic Tunas
ICJ International Court of Justice
ICRC International Committee of the Red Cross
ICTR International Criminal Tribunal for Rwanda
ICTY International Criminal Tribunal for the Former Yugoslavia
IDA International Development Association
IDB Inter-American Development Bank
IFAD International Fund for Agricultural Development
IGAD Intergovernmental Authority on Development
ILC International Law Commission
ILO International Labor Organization
IMF International Monetary Fund
IMO International Maritime Organization
INMARSAT International Maritime Satellite Organization
INR Bureau of Intelligence and Research
INTELSAT International Telecommunications Satellite Organization
INTERPOL International Criminal Police Organization
IOM International Organization for Migration
IPR Intellectual Property Rights
ITU International Telecommunication Union
MCC Millennium Challenge Corporation
MEPI Middle East Partnership Initiative
MEPP Middle East Peace Process
MERCOSUR Common Market of the South
MTCR Missile Technology Control Regime
NAFTA North American Free Trade Agreement
NASA National Aeronautics and Space Administration
NATO North Atlantic Treaty Organization
NPT Nuclear Non-Proliferation Treaty
NSF National Science Foundation
NSG Nuclear Suppliers Group
NSSP Next Steps in Strategic Partnership
OAS Organization of American States
OECD Organization for Economic Cooperation and Development
OFDA Office of U.S. Foreign Disaster Assistance
OIC Organization of the Islamic Conference
OIE World Organization for Animal Health
OPCW Organization for the Prohibition of Chemical Weapons
OPEC Organization of the Petroleum Exporting Countries
OPIC Overseas Private Investment Corporation
OSAC Overseas Security Advisory Council
OSCE Organization for Security and Cooperation in Europe
PLO Palestine Liberation Organization
PSOE Spanish Socialist Workers' Party
RFE Radio Free Europe
SAARC South Asian Association for Regional Cooperation
SADC Southern African Development Community
SARS Severe Acute Respiratory Syndrome
TRSY Department of the Treasury
UN United Nations
UNCSD UN Commission on Sustainable Development
UNCTAD UN Conference on Trade and Development
UNDC UN Disarmament Commission
UNDP UN Development Program
UNEP UN Environment Program
UNESCO UN Educational, Scientific and Cultural Organization
UNFICYP UN Peacekeeping Force in Cyprus
UNGA UN General Assembly
UNHCR UN High Commissioner for Refugees
UNHRC UN Human Rights Commission, later Council
UNICEF UN Children's Fund
UNIDO UN Industrial Development Organization
UNIFIL UN Interim Force in Lebanon
UNMIK UN Mission in Kosovo
UNMIL UN Mission in Liberia
UNODC UN Office on Drugs and Crime
UNRWA UN Relief and Works Agency for Palestine Refugees
UNSC UN Security Council
UNSCR UN Security Council Resolution
UNTAC UN Transitional Authority in Cambodia
UNVIE U.S. Mission to International Organizations in Vienna
USAID U.S. Agency for International Development
USDA U.S. Department of Agriculture
USEU U.S. Mission to the European Union
USOAS U.S. Mission to the Organization of American States
USTR U.S. Trade Representative
USUN U.S. Mission to the United Nations
WEU Western European Union
WFP World Food Program
WHO World Health Organization
WIPO World Intellectual Property Organization
WMO World Meteorological Organization
WTRO World Trade Organization
"""
# The Department's own codes up to its move to those of ISO 3166: CH is China, GM Germany. They are FIPS 10-4 but for
# PN (Panama in 1974, later PM), TC (the Emirates in 1974, later AE), FA (the Falklands in 1974, later FK), GW (West
# Germany in 1974) and EU (Europa Island in FIPS). VN, VS, UR, YO, CZ, RH, FT, TQ, PQ, WB, YE, YS and YI are states
# and territories of the past, MW is Montenegro before MJ. RU, TR and YU are what drafters take from ISO 3166 for RS,
# TU and YO; no handbook gives them to another country.
_COUNTRIES: Final = """
AA Aruba; AC Antigua and Barbuda; AE United Arab Emirates; AF Afghanistan; AG Algeria; AJ Azerbaijan; AL Albania
AM Armenia; AN Andorra; AO Angola; AQ American Samoa; AR Argentina; AS Australia; AU Austria; AV Anguilla; AY Antarctica
BA Bahrain; BB Barbados; BC Botswana; BD Bermuda; BE Belgium; BF Bahamas; BG Bangladesh; BH Belize
BK Bosnia and Herzegovina; BL Bolivia; BM Burma; BN Benin; BO Belarus; BP Solomon Islands; BR Brazil; BT Bhutan
BU Bulgaria; BX Brunei; BY Burundi; CA Canada; CB Cambodia; CD Chad; CE Sri Lanka; CF Congo (Brazzaville)
CG Congo (Kinshasa); CH China; CI Chile; CJ Cayman Islands; CK Cocos (Keeling) Islands; CM Cameroon; CN Comoros
CO Colombia; CQ Northern Mariana Islands; CS Costa Rica; CT Central African Republic; CU Cuba; CV Cape Verde
CW Cook Islands; CY Cyprus; CZ Czechoslovakia; DA Denmark; DJ Djibouti; DO Dominica; DR Dominican Republic; EC Ecuador
EG Egypt; EI Ireland; EK Equatorial Guinea; EN Estonia; ER Eritrea; ES El Salvador; ET Ethiopia; EU European Union
EZ Czech Republic; FA Falkland Islands; FG French Guiana; FI Finland; FJ Fiji; FK Falkland Islands; FM Micronesia
FO Faroe Islands; FP French Polynesia; FR France; FS French Southern and Antarctic Lands; FT Afars and Issas (Djibouti)
GA Gambia; GB Gabon; GG Georgia; GH Ghana; GI Gibraltar; GJ Grenada; GK Guernsey; GL Greenland; GM Germany
GP Guadeloupe; GQ Guam; GR Greece; GT Guatemala; GV Guinea; GW Germany (West); GY Guyana; GZ Gaza Strip; HA Haiti
HK Hong Kong; HO Honduras; HR Croatia; HU Hungary; IC Iceland; ID Indonesia; IN India; IR Iran; IS Israel; IT Italy
IV Ivory Coast; IZ Iraq; JA Japan; JE Jersey; JM Jamaica; JO Jordan; KE Kenya; KG Kyrgyzstan; KN Korea (North)
KR Kiribati; KS Korea (South); KT Christmas Island; KU Kuwait; KV Kosovo; KZ Kazakhstan; LA Laos; LE Lebanon; LG Latvia
LH Lithuania; LI Liberia; LO Slovakia; LS Liechtenstein; LT Lesotho; LU Luxembourg; LY Libya; MA Madagascar
MB Martinique; MC Macau; MD Moldova; MF Mayotte; MG Mongolia; MH Montserrat; MI Malawi; MJ Montenegro; MK Macedonia
ML Mali; MN Monaco; MO Morocco; MP Mauritius; MR Mauritania; MT Malta; MU Oman; MV Maldives; MW Montenegro; MX Mexico
MY Malaysia; MZ Mozambique; NC New Caledonia; NE Niue; NF Norfolk Island; NG Niger; NH Vanuatu; NI Nigeria
NL Netherlands; NO Norway; NP Nepal; NR Nauru; NS Suriname; NT Netherlands Antilles; NU Nicaragua; NZ New Zealand
OD South Sudan; PA Paraguay; PC Pitcairn Islands; PE Peru; PF Paracel Islands; PG Spratly Islands; PK Pakistan
PL Poland; PM Panama; PN Panama; PO Portugal; PP Papua New Guinea; PQ Panama Canal Zone; PS Palau; PU Guinea-Bissau
QA Qatar; RE Reunion; RH Rhodesia; RI Serbia; RM Marshall Islands; RO Romania; RP Philippines; RQ Puerto Rico
RS Russia; RU Russia; RW Rwanda; SA Saudi Arabia; SB St. Pierre and Miquelon; SC St. Kitts and Nevis; SE Seychelles
SF South Africa; SG Senegal; SH St. Helena; SI Slovenia; SL Sierra Leone; SM San Marino; SN Singapore; SO Somalia
SP Spain; SR Serbia; ST St. Lucia; SU Sudan; SV Svalbard; SW Sweden; SX South Georgia and the South Sandwich Islands
SY Syria; SZ Switzerland; TB Saint Barthelemy; TC United Arab Emirates; TD Trinidad and Tobago; TH Thailand
TI Tajikistan; TK Turks and Caicos Islands; TL Tokelau; TN Tonga; TO Togo; TP Sao Tome and Principe
TQ Trust Territory of the Pacific Islands; TR Turkey; TS Tunisia; TT East Timor; TU Turkey; TV Tuvalu; TW Taiwan
TX Turkmenistan; TZ Tanzania; UG Uganda; UK United Kingdom; UP Ukraine; UR Soviet Union; US United States
UV Burkina Faso (Upper Volta); UY Uruguay; UZ Uzbekistan; VC St. Vincent and the Grenadines; VE Venezuela
VI British Virgin Islands; VM Vietnam; VN Vietnam (North); VQ U.S. Virgin Islands; VS Vietnam (South); VT Vatican City
WA Namibia; WB West Berlin; WE West Bank; WI Western Sahara; WS Samoa; WZ Swaziland; YE Yemen (Sanaa)
YI Serbia and Montenegro; YM Yemen; YO Yugoslavia; YS Yemen (Aden); YU Yugoslavia; ZA Zambia; ZI Zimbabwe
"""
# From the handbook of 1974. Its XV, Antarctica, is left out: posts in the South Pacific seem to write it later.
_REGIONS: Final = """
XA Africa; XB Asia; XC Southeast Asia; XD South Asia; XE Far East; XF Middle East; XG Europe; XH Eastern Europe
XI North Africa; XJ Africa South of the Sahara; XK Central America; XL Caribbean; XM Latin America
XN Atlantic Ocean Area; XO Indian Ocean Area; XP Pacific Ocean Area; XQ Arctic Ocean Area; XR South America
XS North America; XT Western Europe; XU Australasia; XW East Africa; XX Worldwide; XY West Africa; XZ Scandinavia
"""
_TABLES: Final = (_SUBJECTS, _PROGRAMS, _ORGANIZATIONS, _COUNTRIES, _REGIONS)


def tag_meaning(tag: str) -> str:
    """What a tag means, "" where it is not known: "PGOV" is "Internal Governmental Affairs", "KZ" "Kazakhstan"."""
    return _meanings().get(tag.upper(), "")


def entries() -> list[tuple[str, str]]:
    """Each tag with its meaning, in the order of the tables."""
    items = [item.strip() for table in _TABLES for item in re.split(r"[;\n]", table)]
    return [(tag, meaning) for tag, _, meaning in (item.partition(" ") for item in items if item)]


@lru_cache(maxsize=1)
def _meanings() -> dict[str, str]:
    return dict(entries())
