"""The people who may come in: a file of names, roles and hashed passwords, one person a line."""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from qa.errors import BadUser, BadUsersFile
from qa.options import ROLES

SHORTEST_PASSWORD: Final = 10  # characters
LONGEST_PASSWORD: Final = 1_000  # characters; a longer one only costs the server time

# OWASP, Password Storage Cheat Sheet: one of its equally strong settings, with 32 MiB for each check.
_LOG_N, _R, _P = 15, 8, 3
_SALT, _KEY = 16, 32  # bytes
_NAME: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_HASH: Final = re.compile(
    r"\$scrypt\$ln=(?P<n>\d{1,2}),r=(?P<r>\d{1,2}),p=(?P<p>\d{1,2})\$(?P<salt>[^$:]+)\$(?P<key>[^$:]+)"
)
_TOKEN: Final = re.compile(r"(?:[0-9a-f]{64})?")  # SHA-256; a token is random, so it needs no slower one


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of the file."""

    name: str
    role: str  # one of `options.ROLES`
    password: str  # hashed: "$scrypt$ln=15,r=8,p=3$SALT$KEY"
    token: str = ""  # hashed, of what programs of this person show; "" where there is none

    @property
    def may_build(self) -> bool:
        """Whether this person may add files and bring the index up to date."""
        return self.role == "build"


def hashed(password: str) -> str:
    """A password as the file keeps it, under a salt of its own."""
    salt = secrets.token_bytes(_SALT)
    key = _scrypt(password, salt, log_n=_LOG_N, r=_R, p=_P)
    return f"$scrypt$ln={_LOG_N},r={_R},p={_P}${_written(salt)}${_written(key)}"


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed, compared in a time that tells nothing of it."""
    found = _HASH.fullmatch(kept)
    if found is None or len(password) > LONGEST_PASSWORD:
        return False
    key = _scrypt(password, _read(found["salt"]), log_n=int(found["n"]), r=int(found["r"]), p=int(found["p"]))
    return hmac.compare_digest(key, _read(found["key"]))


def new_token() -> tuple[str, str]:
    """A token of 256 random bits, and the hash of it that is kept."""
    token = f"cqa_{secrets.token_urlsafe(32)}"
    return token, token_hash(token)


def token_hash(token: str) -> str:
    """What the file keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class People:
    """The people of a file, read again whenever it has changed. Safe to use from many threads."""

    def __init__(self, file: Path) -> None:
        """Raises BadUsersFile where there is none, or it holds nobody."""
        self._file = file
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._people: Mapping[str, Person] = {}
        self._stranger = hashed(secrets.token_urlsafe())
        if not self.all():
            raise BadUsersFile(file, "it names nobody")

    def all(self) -> Mapping[str, Person]:
        """Everybody by name. Where the file is gone or damaged, nobody: better shut than open."""
        try:
            told = self._file.stat()
        except OSError as error:
            if self._seen is None:
                raise BadUsersFile(self._file, error.strerror or str(error)) from error
            return {}
        stamp = (told.st_mtime_ns, told.st_size, told.st_ino)
        with self._lock:
            if stamp != self._seen:
                first, self._seen, self._people = self._seen is None, stamp, {}
                try:
                    self._people = read(self._file)
                except BadUsersFile:
                    if first:
                        raise
            return self._people

    def of_password(self, name: str, password: str) -> Person | None:
        """The person of a name and a password. It takes as long where there is nobody of that name."""
        person = self.all().get(name)
        right = fits(password, person.password if person else self._stranger)
        return person if right else None

    def of_token(self, token: str) -> Person | None:
        """The person whose program shows this token."""
        shown, found = token_hash(token), None
        for person in self.all().values():  # all of them, so that the time tells nothing
            if person.token and hmac.compare_digest(person.token, shown):
                found = person
        return found


def read(file: Path) -> dict[str, Person]:
    """The people of a file by name; raises BadUsersFile with the line that cannot be understood."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadUsersFile(file, getattr(error, "strerror", None) or "it is no text") from error
    people: dict[str, Person] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, role, password, token = (*line.split(":"), *[""] * 4)[:4]
        whole = line.count(":") == 3 and _NAME.fullmatch(name) and role in ROLES and name not in people
        if not whole or not _sound(password) or not _TOKEN.fullmatch(token):
            raise BadUsersFile(file, f"line {number} is not name:role:password:token as it was written there")
        people[name] = Person(name=name, role=role, password=password, token=token)
    return people


def put(file: Path, name: str, *, password: str, role: str | None = None) -> Person:
    """Add a person, or give one a new password and, where `role` says so, another role. The token stays."""
    people = read(file) if file.exists() else {}
    if not _NAME.fullmatch(name):
        raise BadUser("A name has up to 64 letters, digits and . _ @ - and nothing else.")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadUser(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters; a row of words is a good one."
        )
    known = people.get(name)
    person = Person(
        name=name,
        role=role or (known.role if known else ROLES[0]),
        password=hashed(password),
        token=known.token if known else "",
    )
    _write(file, people | {name: person})
    return person


def remove(file: Path, name: str) -> None:
    """Take a person out of the file."""
    people = read(file)
    _known(people, file, name)
    _write(file, {each: person for each, person in people.items() if each != name})


def give_token(file: Path, name: str) -> str:
    """A new token for the programs of a person; the one before is worth nothing from now on."""
    people = read(file)
    token, kept = new_token()
    _write(file, people | {name: replace(_known(people, file, name), token=kept)})
    return token


def read_by_others(file: Path) -> bool:
    """Whether others on this machine may read the file."""
    return os.name == "posix" and bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _known(people: Mapping[str, Person], file: Path, name: str) -> Person:
    if name not in people:
        raise BadUser(f"There is no {name} in {file}. To see who is: cable-qa user list --users {file}")
    return people[name]


def _write(file: Path, people: Mapping[str, Person]) -> None:
    """Replaces the file in one step; only its owner may read it."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    lines = [f"{each.name}:{each.role}:{each.password}:{each.token}\n" for each in people.values()]
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
            written.writelines(lines)
            written.flush()
            os.fsync(written.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _scrypt(password: str, salt: bytes, *, log_n: int, r: int, p: int) -> bytes:
    room = 128 * r * (2**log_n + p + 2) * 2
    return hashlib.scrypt(password.encode(), salt=salt, n=2**log_n, r=r, p=p, maxmem=room, dklen=_KEY)


def _sound(kept: str) -> bool:
    """Whether this is a hash that `fits` can work with, of a cost that a person would not wait minutes for."""
    found = _HASH.fullmatch(kept)
    try:
        return (
            found is not None
            and 10 <= int(found["n"]) <= 20
            and 1 <= int(found["r"]) <= 32
            and 1 <= int(found["p"]) <= 16
            and len(_read(found["salt"])) >= 8
            and len(_read(found["key"])) == _KEY
        )
    except binascii.Error:
        return False


def _written(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _read(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
