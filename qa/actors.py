"""Words for those who act in a cable: offices of persons, and bodies."""

from typing import Final

# A person's name is what stands behind these; a name of nothing else is an office, no person.
OFFICES: Final = frozenset(
    """gen col lt sen rep gov amb sir lady lord president prime minister deputy vice foreign secretary
    general colonel major captain senator governor chairman chairwoman chair director king queen prince princess sheikh
    professor doctor judge mayor chief commander commissioner ambassador spokesman spokeswoman adviser advisor officer
    official head leader state under assistant acting former interior defense defence finance justice consul charge
    counselor attaché attache representative envoy inspector sergeant admiral marshal pope bishop archbishop father
    emperor saint econoff poloff affairs supervisor manager specialist coordinator expert""".split()
)
BODIES: Final = frozenset(
    """ministry department center centre institute university office bureau agency committee commission council party
    company bank union association foundation program programme government embassy consulate police army navy force
    forces court parliament senate congress press service studies school college hospital group front movement
    organization organisation academy society company corporation club league church republic kingdom empire war
    treaty act law summit conference river mountain mountains lake city county province region""".split()
)
# Of those, and others, what can be asked about in the place of another: "and the opposition?"
ACTORS: Final = frozenset(
    """president minister secretary general colonel senator governor chairman chairwoman director king queen prince
    judge mayor chief commander commissioner ambassador spokesman spokeswoman adviser advisor leader consul charge
    inspector pope bishop ministry committee commission council party company bank union association government
    embassy consulate police army navy court parliament senate congress press church opposition ministers officials
    rebels unions parties companies banks courts prosecutor prosecutors media public people military
    """.split()
)
