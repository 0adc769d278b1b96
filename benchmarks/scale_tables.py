"""What benchmarks.scale has measured, as Markdown tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from benchmarks import limits, vector_search
from benchmarks.tables import figure, table
from benchmarks.vector_search import Searched

Found = dict[str, Any]  # as JSON, see benchmarks.scale

PARTS: Final = ("text and tables", "vectors", "FAISS", "BM25 and spellings")


def lines(
    sizes: Mapping[int, Found],
    *,
    alone: Found,
    search: Sequence[Found],
    limit: Found,
    peers: Found | None,
) -> Iterator[str]:
    """All tables, each behind a blank line."""
    yield from _with_blank(build(sizes))
    yield from _with_blank(memory(sizes, alone))
    yield from _with_blank(disk(sizes))
    yield from _with_blank(added(sizes))
    yield from _with_blank(asked(sizes))
    yield from _with_blank(vector_search.lines([Searched(**one) for one in search]))
    yield from _with_blank(bounds(sizes, limit))
    if peers:
        yield from _with_blank(beside(peers))


def _with_blank(some: Iterator[str]) -> Iterator[str]:
    yield from some
    yield ""


def embedding(found: Found) -> tuple[float, float]:
    """CPU seconds a paragraph of one size: of the model's sums, and of all else in the embed stage but loading."""
    read = found["read"]
    sums = read["model"]["cpu"] - read["tokenizer"]["cpu"]
    rest = read["stages"]["embed"]["cpu"] - read["loading"]["cpu"] - sums
    return sums / read["embedded"], rest / read["embedded"]


def rest(found: Found) -> dict[str, float]:
    """CPU seconds of a build by what it does but for the model's sums."""
    _, others = embedding(found)
    return {
        "read": found["read"]["stages"]["read"]["cpu"],
        "tokenize, pack, store": others * found["fill"]["paragraphs"],
        "seal": sealing(found)["cpu"],
    }


def sealing(found: Found) -> Found:
    """The stage that made the FAISS file over all paragraphs."""
    made: Found = found["seal"]["stages"]["seal"]
    return made


def build(sizes: Mapping[int, Found]) -> Iterator[str]:
    """Time by stage."""
    rows = []
    for size, found in sizes.items():
        sums = embedding(found)[0] * found["fill"]["paragraphs"]
        others = rest(found)
        read = found["read"]
        rows.append(
            [
                f"{size:,}",
                f"{found['fill']['paragraphs']:,}",
                f"{read['askable']:,.0f}",
                f"{read['stages']['read']['seconds']:,.0f}",
                *(f"{others[name]:,.0f}" for name in others),
                f"{sums:,.0f}",
                f"{sum(others.values()) / sums:.3f}",
            ]
        )
    head = ["cables", "paragraphs", "first found, s", "read, s", "read, CPU s", "tokenize, pack, store *"]
    return table([*head, "seal, CPU s", "embed, CPU s *", "rest / embed"], rows)


def memory(sizes: Mapping[int, Found], alone: Found) -> Iterator[str]:
    """The most that was resident, by stage."""
    rows = []
    for size, found in sizes.items():
        stages = [
            found["read"]["stages"]["read"]["memory"],
            found["read"]["stages"]["embed"]["memory"],
            sealing(found)["memory"],
        ]
        most = max(stages)
        shown = [f"{each:,.0f}" for each in [*stages, alone["memory"]]]
        rows.append([f"{size:,}", *shown, f"{most / alone['memory']:.2f}"])
    return table(
        ["cables", "read, MB", "embed, MB", "seal alone, MB", "sentence-transformers alone, MB", "ratio"],
        rows,
    )


def disk(sizes: Mapping[int, Found]) -> Iterator[str]:
    """Bytes a paragraph, by part."""
    rows = []
    for size, found in sizes.items():
        parts = [found["disk"][part] / found["fill"]["paragraphs"] for part in PARTS]
        rows.append([f"{size:,}", *(f"{each:,.0f}" for each in [*parts, sum(parts)])])
    return table(["cables", *(f"{part}, bytes a paragraph" for part in PARTS), "all"], rows)


def added(sizes: Mapping[int, Found]) -> Iterator[str]:
    """What cables more take, the loading of the model left out."""
    rows = []
    for size, found in sizes.items():
        for count, more in found["add"].items():
            seconds = sum(stage["seconds"] for stage in more["stages"].values()) - more["loading"]["seconds"]
            cpu = sum(stage["cpu"] for stage in more["stages"].values()) - more["loading"]["cpu"]
            rows.append(
                [
                    f"{size:,}",
                    count,
                    f"{more['embedded']}",
                    *(f"{more['stages'].get(stage, {}).get('cpu', 0):.2f}" for stage in ("read", "seal")),
                    f"{more['model']['cpu']:.2f}",
                    f"{seconds:.2f}",
                    f"{seconds / more['model']['seconds']:.2f}",
                    f"{cpu / more['model']['cpu']:.2f}",
                ]
            )
    head = ["cables", "added", "paragraphs embedded", "read, CPU s", "seal, CPU s", "embed, CPU s", "all, s"]
    return table([*head, "all / embed", "by CPU seconds"], rows)


def asked(sizes: Mapping[int, Found]) -> Iterator[str]:
    """Opening and searching."""
    rows = []
    for size, found in sizes.items():
        ask = found["ask"]
        shown = [f"{1000 * ask['opened']:,.0f}", f"{ask['ms']:,.0f}", f"{ask['cpu_ms']:,.0f}"]
        cold = ask["cold"]
        shown += [f"{cold['wall']:,.1f}", f"{cold['cpu']:,.1f}", f"{cold['memory']:,.0f}"]
        rows.append([f"{size:,}", *shown])
    head = ["cables", "open, first search by words, ms", "search, ms", "search, CPU ms"]
    return table([*head, "`cable-qa ask`, s", "CPU s", "MB"], rows)


def bounds(sizes: Mapping[int, Found], limit: Found) -> Iterator[str]:
    """How near each stage of the largest size comes to what the machine can do."""
    size, found = max(sizes.items())
    count, read, disk = found["fill"]["paragraphs"], found["read"], found["disk"]
    gflop = limits.of_model(read["tokens"], read["squares"]) / read["embedded"] / 1e9
    parsed = sum(disk[part] for part in ("text and tables", "BM25 and spellings")) / 1e6
    gflops, copied, written = limit["gflops"], limit["copied"], limit["written"]
    others, faiss = rest(found), disk["FAISS"] / 1e6
    rows = [
        (
            f"embed: {gflop:.2f} GFLOP a paragraph, {gflops:.0f} GFLOP/s",
            gflop * count / gflops,
            embedding(found)[0] * count,
        ),
        (f"read: {parsed:,.0f} MB written, {written:,.0f} MB/s", parsed / written, others["read"]),
        (
            f"seal: {faiss:,.0f} MB copied at {copied:.0f} GB/s, and written",
            faiss / 1000 / copied + faiss / written,
            others["seal"],
        ),
    ]
    return table(
        [f"{size:,} cables", "at least, s", "taken, CPU s", "ratio"],
        [[name, f"{least:,.0f}", f"{taken:,.0f}", f"{taken / least:.1f}"] for name, least, taken in rows],
    )


def beside(peers: Found) -> Iterator[str]:
    """The same cables in txtai."""
    ours, theirs = peers["cable-qa"], peers["txtai"]
    stages = ours["stages"].values()
    pairs = {
        "build, s": (sum(stage["seconds"] for stage in stages), theirs["seconds"]),
        "build, CPU s": (sum(stage["cpu"] for stage in stages), theirs["cpu"]),
        "memory, MB": (max(stage["memory"] for stage in stages), theirs["memory"]),
        "disk, MB": (ours["bytes"] / 1e6, theirs["bytes"] / 1e6),
        "a question, ms": (peers["ms"]["cable-qa"], peers["ms"]["txtai"]),
    }
    rows = [
        [name, *(figure(each) for each in pair), f"{pair[0] / pair[1]:.2f}"] for name, pair in pairs.items()
    ]
    return table(
        [f"{ours['cables']:,} cables, {ours['paragraphs']:,} paragraphs", "cable-qa", "txtai", "ratio"], rows
    )
