import json

from supply.audit import UNASKED, Verdict, pinned, verdict

ASKED = (("numpy", "2.4.6"), ("torch", "2.13.0"))
SOUND = {"name": "numpy", "version": "2.4.6", "vulns": []}
MENDED = {"id": "PYSEC-2026-1", "fix_versions": ["2.13.1", "2.14.0"]}
NOT_MENDED = {"id": "PYSEC-2026-2", "fix_versions": []}


def said(*dependencies: object) -> str:
    """As `pip-audit --format json` prints it."""
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_each_release_is_asked_about_once() -> None:
    assert pinned(["torch==2.13.0\nnumpy==2.4.6\n", "numpy==2.4.6\n"]) == ASKED


def test_where_no_fault_is_known_it_ends_well() -> None:
    torch = {"name": "torch", "version": "2.13.0", "vulns": []}
    assert verdict(said(SOUND, torch), ASKED) == Verdict(status=0, lines=("No known faults in 2 releases.",))


def test_a_known_fault_is_told_with_what_mends_it() -> None:
    torch = {"name": "torch", "version": "2.13.0", "vulns": [MENDED, NOT_MENDED]}
    assert verdict(said(SOUND, torch), ASKED) == Verdict(
        status=1,
        lines=(
            "torch 2.13.0: PYSEC-2026-1, mended in 2.13.1, 2.14.0",
            "torch 2.13.0: PYSEC-2026-2, not mended yet",
            "2 known faults in 2 releases.",
        ),
    )


def test_without_a_network_one_sentence_says_that_nothing_was_audited() -> None:
    assert verdict("", ASKED) == Verdict(status=2, lines=(UNASKED,))
    assert "it needs a network" in UNASKED


def test_what_the_service_does_not_know_is_not_taken_for_sound() -> None:
    skipped = {"name": "torch", "skip_reason": "Dependency not found on PyPI and could not be audited"}
    assert verdict(said(SOUND, skipped), ASKED) == Verdict(
        status=2,
        lines=("pypi.org did not know 1 of the 2 releases: torch 2.13.0.", "No known faults in 1 releases."),
    )
    assert verdict(said(skipped, {**skipped, "name": "numpy"}), ASKED) == Verdict(status=2, lines=(UNASKED,))
