from pathlib import Path

import pytest

from qa.errors import OpenToOthers
from qa.web.access import PERSON, Access, may_build
from qa.web.people import Person


@pytest.mark.parametrize(
    ("host", "access"),
    [
        ("0.0.0.0", Access()),
        ("::", Access()),
        ("192.0.2.1", Access()),
        ("127.0.0.1", Access(root_path="/cables")),
        ("127.0.0.1", Access(allow_hosts=("cables.example",))),
        ("127.0.0.1", Access(trust_proxies=("127.0.0.1/32",))),
    ],
)
def test_where_others_come_in_something_must_be_said_of_passwords(host: str, access: Access) -> None:
    with pytest.raises(
        OpenToOthers, match=r" can be reached by others, .* cable-qa user add NAME --users FILE"
    ):
        access.check(host)
    assert not access.own(host)


@pytest.mark.parametrize(
    ("host", "access"),
    [
        ("127.0.0.1", Access()),
        ("::1", Access()),
        ("0.0.0.0", Access(no_password=True)),
        ("0.0.0.0", Access(users=Path("people"))),
    ],
)
def test_otherwise_it_is_served(host: str, access: Access) -> None:
    access.check(host)


def test_files_of_this_machine_are_named_only_by_those_who_sit_at_it() -> None:
    assert Access().own("127.0.0.1")
    assert not Access(users=Path("people")).own("127.0.0.1")
    assert not Access(no_password=True).own("0.0.0.0")


def test_only_those_of_the_role_build_change_the_index() -> None:
    asks, builds = (Person(name="a", role=role, password="") for role in ("ask", "build"))
    assert may_build({PERSON: builds}, guarded=True)
    assert not may_build({PERSON: asks}, guarded=True)
    assert not may_build({}, guarded=True)  # a door that was forgotten lets nobody through
    assert may_build({}, guarded=False)
