"""Lists, counts and facets of cables that were put into the database as they are, without a build."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index
from corpus import Cable, Paragraph
from index import Filters, lexical, selection
from index.schema import transaction
from index.selection import Condition
from index.store import _ORDERS, Store, _looked_through
from index.tallies import load
from index.values import Order
from tests.index.kept import FOLDER_ALONE
from tests.index.opened import folder_of

pytestmark = pytest.mark.usefixtures("kept")


def cable(
    cable_id: str,
    day: str | None = "2009-02-27",
    *,
    post: str = "ASTANA",
    classification: str = "SECRET",
    subject: str = "A REPORT",
    tags: tuple[str, ...] = (),
    references: tuple[str, ...] = (),
    paragraphs: Iterable[str] = (),
    text: str = "",
) -> Cable:
    texts = list(paragraphs)
    return Cable(
        id=cable_id,
        date=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
        origin=post and f"Embassy {post.title()}",
        post=post,
        classification=classification,
        subject=subject,
        tags=tags,
        references=references,
        paragraphs=tuple(
            Paragraph(number=str(n), text=each, start=0, end=0) for n, each in enumerate(texts, 1)
        ),
        text=text or cable_id,
    )


def put(folder: Path, cables: Iterable[Cable]) -> None:
    """Store cables, and let them be found by their words."""
    with Store(folder, create=True) as store:
        with transaction(store.db):
            for each in cables:
                store.insert(each)
                store.show_latest(each.id)
            store.advance("cables_generation")
        lexical.bring_up_to_date(store)
        with transaction(store.db):
            store.clear_pending()
            store.advance("words_generation")


@contextmanager
def listed(folder: Path, cables: Iterable[Cable]) -> Iterator[index.Index]:
    put(folder, cables)
    with index.open(folder) as cable_index:
        yield cable_index


def ids(rows: Iterable[index.CableRow]) -> list[str]:
    return [row.id for row in rows]


SEVEN = (
    cable("09KYIV2", "2009-01-01", post="KYIV", subject="bread", paragraphs=["a"]),
    cable("09KYIV1", "2009-01-01", post="KYIV", subject="Apples", paragraphs=["a", "b"]),
    cable("09KYIV3", None, post="KYIV", subject="apples", paragraphs=["a"]),
    cable("08ASTANA9", "2008-01-01T12:00", post="ASTANA", subject="CORN", paragraphs=["a"]),
    cable("08ASTANA8", "2008-01-01T13:00", post="ASTANA", subject="", paragraphs=["a", "b", "c"]),
    cable("10BAKU1", None, post="BAKU", subject="Dates", paragraphs=[]),
    cable("10UNKNOWN1", "2010-05-05", post="", subject="bread", paragraphs=["a", "b"]),
)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["10UNKNOWN1", "09KYIV1", "09KYIV2", "08ASTANA8", "08ASTANA9", "09KYIV3", "10BAKU1"]),
        ("oldest", ["08ASTANA9", "08ASTANA8", "09KYIV1", "09KYIV2", "10UNKNOWN1", "09KYIV3", "10BAKU1"]),
        ("post", ["08ASTANA8", "08ASTANA9", "10BAKU1", "09KYIV1", "09KYIV2", "09KYIV3", "10UNKNOWN1"]),
        ("subject", ["09KYIV1", "09KYIV3", "09KYIV2", "10UNKNOWN1", "08ASTANA9", "10BAKU1", "08ASTANA8"]),
        ("longest", ["08ASTANA8", "09KYIV1", "10UNKNOWN1", "08ASTANA9", "09KYIV2", "09KYIV3", "10BAKU1"]),
    ],
)
def test_a_list_is_in_the_order_asked_for(
    order: Order, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Filters(cable_ids=tuple(expected))
    with listed(tmp_path, SEVEN) as cable_index:
        assert ids(cable_index.cables(order=order)) == expected
        # Looked up one by one and sorted, or looked through: the order is the same.
        assert ids(cable_index.cables(every, order=order)) == expected
        monkeypatch.setattr(selection, "_FEW", 0)
        assert ids(cable_index.cables(every, order=order)) == expected
        assert ids(cable_index.cables(Filters(posts=("kyiv",)), order=order)) == [
            each for each in expected if "KYIV" in each
        ]
        assert ids(cable_index.cables(order=order, limit=2, offset=3)) == expected[3:5]


def test_a_limit_of_none_gives_all_and_less_than_none_is_refused(tmp_path: Path) -> None:
    with listed(tmp_path, (cable(f"09ASTANA{n}") for n in range(60))) as cable_index:
        assert [len(cable_index.cables(limit=limit)) for limit in (None, 0, 7)] == [60, 0, 7]
        assert len(cable_index.cables()) == 50
        assert len(cable_index.cables(limit=None, offset=58)) == 2
        with pytest.raises(ValueError, match="limit=-1, offset=0: neither can be below 0"):
            cable_index.cables(limit=-1)
        with pytest.raises(ValueError, match="all cables: limit=None"):
            cable_index.cables(offset=-1)


@FOLDER_ALONE
@pytest.mark.parametrize("order", get_args(Order))
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(posts=("ASTANA",)),
        Filters(posts=("ASTANA", "KYIV"), classifications=("SECRET",)),
        Filters(years=(2009,)),
        Filters(years=(2007, 2009), posts=("ASTANA",)),
        Filters(since=date(2009, 1, 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("among", [None, np.arange(2_000)], ids=["any", "many"])
def test_no_list_is_sorted_and_no_count_looks_at_the_rows(
    order: Order, filters: Filters, among: np.ndarray[tuple[int], np.dtype[np.int64]] | None, tmp_path: Path
) -> None:
    where = selection.where(filters, among=among)
    by, terms = _ORDERS[order]
    with Store(tmp_path, create=True) as store:
        sql = f"SELECT c.subject FROM {_looked_through(where, by)} WHERE {where.sql} ORDER BY {terms}"
        plan = store.db.execute(f"EXPLAIN QUERY PLAN {sql}", where.values).fetchall()
    assert len(plan) == 1, plan  # with a second line it would be "USE TEMP B-TREE FOR ORDER BY"
    assert f"INDEX {by}" in plan[0][3]


def test_of_two_versions_of_a_cable_one_is_listed_and_counted(tmp_path: Path) -> None:
    old = cable(
        "09ASTANA1", "2009-01-01", post="OLDPOST", tags=("OLD",), references=("08STATE1",), text="old"
    )
    new = cable("09ASTANA1", "2009-01-02", tags=("PREL",), text="new")
    with listed(tmp_path, [new, old]) as cable_index:
        assert [row.post for row in cable_index.cables()] == ["ASTANA"]
        assert cable_index.facets() == index.Facets(
            posts=(("ASTANA", 1),),
            years=((2009, 1),),
            months=(("2009-01", 1),),
            classifications=(("SECRET", 1),),
            tags=(("PREL", 1),),
        )
        assert cable_index.count(Filters(tags=("OLD",))) == 0
        assert cable_index.facets(Filters(tags=("OLD",))) == index.Facets()
        assert cable_index.referring("08STATE1") == []
        assert cable_index.neighbours("09ASTANA1") == (None, None)
        assert cable_index.posts() == ["ASTANA"]
        assert (cable_index.stats()["cables"], cable_index.stats()["superseded"]) == (1, 1)


POSTS, CLASSES, TAGS = ("ASTANA", "KYIV", ""), ("SECRET", "UNCLASSIFIED", ""), ("PREL", "EAGR", "KZ")
DAYS = (None, "2008-12-31T23:59", "2009-01-01", "2009-01-31", "2009-02-01", "1973-07-01")
WORDS = ("wheat", "bridge", "harvest")
some_cables = st.lists(
    st.builds(
        cable,
        st.just(""),
        st.sampled_from(DAYS),
        post=st.sampled_from(POSTS),
        classification=st.sampled_from(CLASSES),
        tags=st.lists(st.sampled_from(TAGS), unique=True).map(tuple),
        paragraphs=st.lists(st.sampled_from(WORDS), max_size=2),
    ),
    max_size=12,
)
some_filters = st.builds(
    Filters,
    posts=st.sampled_from([(), ("KYIV",), ("ASTANA", "KYIV"), ("KYIV", "")]),
    classifications=st.sampled_from([(), ("secret",), ("",)]),
    tags=st.sampled_from([(), ("PREL",), ("EAGR", "KZ")]),
    years=st.sampled_from([(), (2009,), (1973, 2008)]),
    since=st.sampled_from([None, date(2009, 1, 31)]),
    until=st.sampled_from([None, date(2009, 1, 31)]),
    cable_ids=st.sampled_from([(), ("09X0", "09X1", "09X3", "09X5", "09X99")]),
    words=st.sampled_from(["", "wheat", "wheats bridge", "unheard"]),
)


def passes(each: Cable, filters: Filters) -> bool:
    day = each.date.date() if each.date else None
    return (
        (not filters.posts or each.post in filters.posts)
        and (not filters.classifications or each.classification.lower() in filters.classifications)
        and (not filters.tags or not set(filters.tags).isdisjoint(each.tags))
        and (not filters.years or (day is not None and day.year in filters.years))
        and (filters.since is None or (day is not None and day >= filters.since))
        and (filters.until is None or (day is not None and day <= filters.until))
        and (not filters.cable_ids or each.id in filters.cable_ids)
        and {word.removesuffix("s") for word in filters.words.split()}
        <= {paragraph.text for paragraph in each.paragraphs}
    )


def frequent(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(value for value in values if value)
    return tuple(sorted(counts.items(), key=lambda counted: (-counted[1], counted[0])))


def renumbered(n: int, drawn: Cable, paragraphs: list[str]) -> Cable:
    """A drawn cable under an id of its own, with these paragraphs."""
    return cable(
        f"09X{n}",
        drawn.date.isoformat()[:16] if drawn.date else None,
        post=drawn.post,
        classification=drawn.classification,
        tags=drawn.tags,
        paragraphs=paragraphs,
    )


@FOLDER_ALONE
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=some_cables, filters=some_filters, few=st.sampled_from([0, 1_000]))
def test_lists_counts_and_facets_agree_with_the_filters_whatever_they_are(
    drawn: list[Cable], filters: Filters, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered = [
        renumbered(n, each, [paragraph.text for paragraph in each.paragraphs]) for n, each in enumerate(drawn)
    ]
    expected = [each for each in numbered if passes(each, filters)]
    days = sorted(each.date.date().isoformat() for each in expected if each.date)
    monkeypatch.setattr(selection, "_FEW", few)
    with TemporaryDirectory() as folder, listed(Path(folder), numbered) as cable_index:
        assert set(ids(cable_index.cables(filters, limit=None))) == {each.id for each in expected}
        assert cable_index.count(filters) == len(expected)
        assert cable_index.facets(filters) == index.Facets(
            posts=frequent(each.post for each in expected),
            years=tuple(Counter(int(day[:4]) for day in days).items()),
            months=tuple(Counter(day[:7] for day in days).items()),
            classifications=frequent(each.classification for each in expected),
            tags=frequent(tag for each in expected for tag in each.tags),
        )


@FOLDER_ALONE
@settings(max_examples=100)
@given(drawn=some_cables, filters=some_filters, removed=st.sets(st.integers(0, 12)))
def test_a_search_is_kept_to_the_paragraphs_of_what_passes_the_filters(
    drawn: list[Cable], filters: Filters, removed: set[int]
) -> None:
    numbered = [renumbered(n, each, ["a", "b", "c"][: n % 4]) for n, each in enumerate(drawn)]
    with TemporaryDirectory() as folder, Store(Path(folder), create=True) as store:
        numbers = [store.insert(each) for each in numbered]
        for n, each in enumerate(numbered):
            store.show_latest(each.id)
            if n in removed:
                store.remove(numbers[n])
        # The text of one has changed since: its old version is kept, but not shown.
        if numbered and 0 not in removed:
            numbers[0] = store.insert(replace(numbered[0], text="changed"))
            store.show_latest(numbered[0].id)
        left = [
            (number, each)
            for n, (number, each) in enumerate(zip(numbers, numbered, strict=True))
            if n not in removed
        ]
        filters = replace(filters, words="")
        expected = [number for number, each in left if passes(each, filters)]
        tallies = load(store)
        among = None
        if filters.cable_ids:
            among = np.unique([number for number, each in left if each.id in filters.cable_ids]).astype(
                np.int64
            )
        passing = tallies.passing(filters, among=among)
        assert np.flatnonzero(passing).tolist() == sorted(expected)
        ids_of = "SELECT id FROM paragraphs WHERE cable IN ({}) ORDER BY id".format(
            ",".join(map(str, expected))
        )
        assert tallies.ids(passing).tolist() == [each for (each,) in store.db.execute(ids_of)]


@pytest.mark.parametrize("years", [(0,), (10_000,), (-5,), (2009, 10_000)])
def test_a_year_that_there_never_was_has_no_cables(years: tuple[int, ...], tmp_path: Path) -> None:
    with listed(tmp_path, SEVEN) as cable_index:
        filters = Filters(years=years)
        with cable_index._views.snapshot() as view:
            found = cable_index._found(view, "a", filters, 10)
        assert len(found.ids) == sum(row.paragraphs for row in cable_index.cables(filters))


@FOLDER_ALONE
def test_facets_are_read_once_and_anew_after_a_build_that_changed_the_cables(
    write_cable: Callable[..., Path], tmp_path: Path, tiny_model: str
) -> None:
    folder, files = tmp_path / "index", tmp_path / "files"
    write_cable("one.txt", ["The bridge was closed."], serial=1)
    index.build(files, folder, model=tiny_model)
    statements: list[str] = []
    with index.open(folder) as cable_index:
        with folder_of(cable_index).stores.lent() as store:  # the one that is lent again
            store.db.set_trace_callback(statements.append)
        assert cable_index.facets().posts == (("ASTANA", 1),)
        assert cable_index.facets(Filters(words="bridge")).months == (("2009-02", 1),)
        assert cable_index.facets(Filters(words="harvest")).months == ()
        assert len([each for each in statements if "FROM tags GROUP BY" in each]) == 1
        two = write_cable("two.txt", ["The bridge was opened."], serial=2, post="KYIV")
        index.build(files, folder)
        assert cable_index.facets().posts == (("ASTANA", 1), ("KYIV", 1))
        two.unlink()
        index.build(files, folder, prune=True)
        assert cable_index.facets(Filters(years=(2009,))).posts == (("ASTANA", 1),)


def test_the_cables_that_refer_to_one_are_found_the_oldest_first(tmp_path: Path) -> None:
    cables = [
        cable("09ASTANA1", "2009-01-01", references=("08STATE7",)),
        cable("10KYIV1", "2010-01-01", references=("09ASTANA1", "08STATE7")),
        cable("10KYIV2", None, references=("09ASTANA1",)),
        cable("09KYIV3", "2009-06-01", references=("09ASTANA1", "09ASTANA1")),
    ]
    with listed(tmp_path, cables) as cable_index:
        assert ids(cable_index.referring("09ASTANA1")) == ["09KYIV3", "10KYIV1", "10KYIV2"]
        assert ids(cable_index.referring("09 Astana 000001")) == ["09KYIV3", "10KYIV1", "10KYIV2"]
        assert ids(cable_index.referring("09ASTANA1", limit=1)) == ["09KYIV3"]
        assert ids(cable_index.referring("08STATE7")) == ["09ASTANA1", "10KYIV1"]  # itself not in the index
        assert cable_index.referring("10KYIV2") == []
        assert cable_index.referring("") == []


def test_a_cable_that_is_removed_refers_to_nothing(tmp_path: Path) -> None:
    with Store(tmp_path, create=True) as store:
        kept, gone = (store.insert(cable(each, references=("08STATE7",))) for each in ("09KYIV1", "09KYIV2"))
        store.remove(gone)
        assert store.db.execute("SELECT reference, cable FROM refs").fetchall() == [("08STATE7", kept)]


def test_the_neighbours_of_a_cable_are_those_of_its_post_by_date_and_then_by_id(tmp_path: Path) -> None:
    in_order = ["08KYIV5", "09KYIV2", "09KYIV9", "10KYIV1", "08KYIV1", "09KYIV3"]
    days = ["2008-01-01", "2009-01-01T08:00", "2009-01-01T08:00", "2009-01-01T09:00", None, None]
    kyiv = [cable(each, day, post="KYIV") for each, day in zip(in_order, days, strict=True)]
    others = [cable("08BAKU1", "2009-01-01T08:30", post="BAKU"), cable("08BAKU2", None, post="")]
    with listed(tmp_path, [*reversed(kyiv), *others]) as cable_index:
        found = [cable_index.neighbours(each) for each in in_order]
        assert found == list(zip([None, *in_order[:-1]], [*in_order[1:], None], strict=True))
        assert cable_index.neighbours("08 Kyiv 000005") == (None, "09KYIV2")
        assert cable_index.neighbours("08BAKU1") == (None, None)
        with pytest.raises(index.CableNotFound, match="holds no cable 09NOWHERE1"):
            cable_index.neighbours("09NOWHERE1")


@FOLDER_ALONE
def test_a_neighbour_is_found_without_a_look_at_the_rest_of_its_post(tmp_path: Path) -> None:
    statements: list[str] = []
    with listed(tmp_path, SEVEN) as cable_index:
        with folder_of(cable_index).stores.lent() as store:  # the one that is lent again
            database = store.db
        database.set_trace_callback(statements.append)
        cable_index.neighbours("09KYIV2")
        database.set_trace_callback(None)
        plans = [
            database.execute(f"EXPLAIN QUERY PLAN {each}").fetchall()
            for each in statements
            if "of_post" in each
        ]
    assert len(plans) == 2
    for ((_, _, _, told),) in plans:
        assert re.fullmatch(
            r"SEARCH c USING (COVERING )?INDEX cables_of_post \(post=\? AND <expr>[<>]\?\)", told
        )


@FOLDER_ALONE
def test_many_words_are_held_by_the_cables_that_hold_each_of_them_somewhere(tmp_path: Path) -> None:
    cables = [
        cable(f"09KYIV{n}", paragraphs=[*["The government met."] * (n % 2), *["A minister left."] * (n % 3)])
        for n in range(12)
    ]
    with listed(tmp_path, cables) as cable_index, Store(tmp_path) as store:
        words = folder_of(cable_index).derived(store).words
        numbers = {each.id: store.numbered([each.id])[0] for each in cables}
        for _ in range(2):  # the second time from what was kept
            held = words.cables_with("governments of ministers")
            assert held is not None
            assert held.tolist() == [numbers[f"09KYIV{n}"] for n in range(12) if n % 2 and n % 3]
        assert words.cables_with("?") is None
        assert store.count(Condition()) == 12
