import stat
from pathlib import Path

import pytest

from qa.errors import BadUser, BadUsersFile
from qa.web import people
from qa.web.people import People

SECRET = "seven grain trains"


@pytest.fixture(scope="module")
def kept() -> str:
    return people.hashed(SECRET)


def test_a_password_is_kept_as_a_salted_hash_of_the_strength_that_owasp_names(kept: str) -> None:
    assert SECRET not in kept
    assert kept.startswith("$scrypt$ln=15,r=8,p=3$")
    assert people.hashed(SECRET) != kept  # another salt
    assert people.fits(SECRET, kept)
    assert not people.fits(SECRET.upper(), kept)
    assert not people.fits("x" * 1001, kept)


def test_the_file_is_its_owners_alone_and_others_are_told(tmp_path: Path) -> None:
    file = tmp_path / "people"
    people.put(file, "ada", password=SECRET)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not people.read_by_others(file)
    file.chmod(0o640)
    assert people.read_by_others(file)
    assert [each.name for each in tmp_path.iterdir()] == ["people"]


def test_people_are_added_changed_and_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "people"
    people.put(file, "ada", password=SECRET, role="build")
    people.put(file, "bob", password=SECRET)
    token = people.give_token(file, "ada")
    who = People(file)
    assert [(each.name, each.role) for each in who.all().values()] == [("ada", "build"), ("bob", "ask")]
    assert (found := who.of_token(token)) is not None
    assert found.name == "ada"
    assert token not in file.read_text()
    assert who.of_password("bob", SECRET) == who.all()["bob"]
    assert who.of_password("bob", "something else") is None
    assert who.of_password("eve", SECRET) is None
    people.put(file, "ada", password="another long one")  # the role and the token stay
    assert who.of_password("ada", SECRET) is None
    assert (found := who.of_token(token)) is not None
    assert found.role == "build"
    assert people.give_token(file, "ada") != token
    assert who.of_token(token) is None
    people.remove(file, "ada")
    assert list(who.all()) == ["bob"]


def test_an_empty_token_is_nobodys(tmp_path: Path) -> None:
    people.put(tmp_path / "people", "ada", password=SECRET)
    assert People(tmp_path / "people").of_token("") is None


def test_a_stranger_costs_as_much_as_a_wrong_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.put(tmp_path / "people", "ada", password=SECRET)
    who = People(tmp_path / "people")
    costs: list[object] = []
    scrypt = people._scrypt

    def noted(password: str, salt: bytes, **cost: int) -> bytes:
        costs.append(cost)
        return scrypt(password, salt, **cost)

    monkeypatch.setattr(people, "_scrypt", noted)
    who.of_password("ada", "wrong")
    who.of_password("nobody", "wrong")
    assert costs == [{"log_n": 15, "r": 8, "p": 3}] * 2


def test_a_file_that_is_gone_or_damaged_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "people"
    people.put(file, "ada", password=SECRET)
    who = People(file)
    file.write_text("ada:build::\n")
    assert who.all() == {}
    file.unlink()
    assert who.all() == {}
    assert who.of_password("ada", SECRET) is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (None, "No such file or directory"),
        ("", "it names nobody"),
        ("# nobody\n", "it names nobody"),
        ("ada:ask:secret:\n", "line 1 is not "),
        ("\nada:root:{kept}:\n", "line 2 is not "),
        ("ada:ask:{kept}:\nada:ask:{kept}:\n", "line 2 is not "),
        ("ada:ask:{kept}:x\n", "line 1 is not "),
        ("ada:ask:$scrypt$ln=31,r=8,p=3$YWJjZGVmZ2g$YWJj:\n", "line 1 is not "),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    tmp_path: Path, kept: str, written: str | None, reason: str
) -> None:
    file = tmp_path / "people"
    if written is not None:
        file.write_text(written.replace("{kept}", kept))
    with pytest.raises(BadUsersFile, match=f"cannot be used for passwords: {reason}"):
        People(file)


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("a:b", SECRET, "A name has up to 64 letters"),
        ("", SECRET, "A name has up to 64 letters"),
        ("ada\n", SECRET, "A name has up to 64 letters"),
        ("ada", "too short", "A password has 10 to 1,000 characters"),
    ],
)
def test_what_cannot_be_added_is_told(tmp_path: Path, name: str, password: str, sentence: str) -> None:
    with pytest.raises(BadUser, match=sentence):
        people.put(tmp_path / "people", name, password=password)
    assert not (tmp_path / "people").exists()


def test_who_is_not_there_cannot_be_taken_out(tmp_path: Path) -> None:
    people.put(tmp_path / "people", "ada", password=SECRET)
    with pytest.raises(BadUser, match=r"^There is no eve in .*people\. To see who is: cable-qa user list"):
        people.remove(tmp_path / "people", "eve")
