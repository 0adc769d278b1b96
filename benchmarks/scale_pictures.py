"""What benchmarks.scale has measured, as pictures.

pip install -c constraints.txt -e '.[bench]'
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scale_tables import PARTS, embedding, rest, sealing

Found = dict[str, Any]  # as JSON, see benchmarks.scale


def draw(sizes: Mapping[int, Found], *, alone: Found, search: Sequence[Found], folder: Path) -> None:
    """Write the pictures into a folder."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    plt.rcParams.update(
        {"font.size": 12, "svg.hashsalt": "scale", "axes.grid": True, "grid.alpha": 0.3, "lines.marker": "o"}
    )

    def picture(name: str, plot: Any, **labels: Any) -> None:  # noqa: ANN401 - of a library without types
        figure, axes = plt.subplots(figsize=(7, 4.5), facecolor="white")
        plot(axes)
        axes.set(**labels)
        axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(folder / f"scale-{name}.svg", metadata={"Date": None})
        plt.close(figure)

    cables = list(sizes)

    def build(axes: Any) -> None:  # noqa: ANN401
        others = [rest(found) for found in sizes.values()]
        for name in others[0]:
            axes.loglog(cables, [each[name] for each in others], label=name)
        embed = [embedding(found)[0] * found["fill"]["paragraphs"] for found in sizes.values()]
        axes.loglog(cables, embed, label="the model", color="black")

    def memory(axes: Any) -> None:  # noqa: ANN401
        for stage in ("read", "embed"):
            axes.semilogx(cables, [f["read"]["stages"][stage]["memory"] for f in sizes.values()], label=stage)
        axes.semilogx(cables, [sealing(found)["memory"] for found in sizes.values()], label="seal")
        axes.axhline(alone["memory"], color="black", linestyle="--", label="sentence-transformers alone")
        axes.set_ylim(bottom=0)

    def disk(axes: Any) -> None:  # noqa: ANN401
        below = [0.0] * len(cables)
        names = [f"{each:,}" for each in cables]
        for part in PARTS:
            some = [found["disk"][part] / found["fill"]["paragraphs"] for found in sizes.values()]
            axes.bar(names, some, bottom=below, label=part, width=0.5)
            below = [one + other for one, other in zip(below, some, strict=True)]

    def recall(axes: Any) -> None:  # noqa: ANN401
        largest = max(one["vectors"] for one in search)
        some = [one for one in search if one["vectors"] == largest]
        for name, label in (("of_questions", "questions"), ("of_windows", "real windows")):
            axes.plot([one["ms"] for one in some], [one[name] for one in some], label=label)
        axes.axhline(0.98, color="black", linestyle="--", linewidth=1)

    picture("build", build, xlabel="cables", ylabel="CPU seconds", title="A build, by what it does")
    picture("memory", memory, xlabel="cables", ylabel="MB", title="The most memory, by stage")
    picture("disk", disk, xlabel="cables", ylabel="bytes a paragraph", title="The index folder")
    picture(
        "recall",
        recall,
        xlabel="ms a question, one thread",
        ylabel="recall@10",
        title="FAISS, the largest size",
    )
