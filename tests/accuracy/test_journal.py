"""Records of finished shards: what is written is read, and nothing that is broken is believed."""

import math

import pytest

from symact.accuracy import journal
from symact.accuracy.comparison import Case, Worst

CASE = Case("f", "f′", "symact_f_grad", (("a", 0.5),), (("f.c", "text"),), "cc 12")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep records out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "symact" / "exhaustive"


def test_records_come_back_to_the_last_bit():
    """Every error and input: subnormal, infinite, NaN, and none."""
    assert journal.recorded(CASE) == {}
    written = {0: Worst(0.1, 1e-45), 7: Worst(math.inf, -math.inf), 8: Worst(0.0, None), 255: Worst(1 / 3, -0.0)}
    for number, worst in written.items():
        journal.record(CASE, number, worst)
    journal.record(CASE, 3, Worst(math.inf, math.nan))
    read = journal.recorded(CASE)
    assert math.isnan(read.pop(3).place)
    assert read == written
    assert math.copysign(1, read[255].place) == -1
    journal.forget(CASE)
    journal.forget(CASE)
    assert journal.recorded(CASE) == {}


def test_a_line_that_was_cut_off_is_not_believed(folder):
    """However much of the last line there is, the shards before it count, and the next is not spoilt."""
    journal.record(CASE, 1, Worst(0.5, 1.0))
    journal.record(CASE, 2, Worst(0.25, 3.0))
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    first = len(whole) // 2
    for length in range(first, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert set(journal.recorded(CASE)) <= {1, 2}
        if length < len(whole) - 2:
            assert set(journal.recorded(CASE)) == {1}
        journal.record(CASE, 9, Worst(0.125, 2.0))
        assert journal.recorded(CASE)[9] == Worst(0.125, 2.0)
        assert journal.recorded(CASE)[1] == Worst(0.5, 1.0)


@pytest.mark.parametrize("line", ["nonsense", "[]", "3", "{}", '{"shard": 1, "ulp": 0.5, "place": "0x1p0"}', "\udcff"])
def test_other_lines_are_passed_over(folder, line):
    """What is no record does no harm."""
    journal.record(CASE, 1, Worst(0.5, 1.0))
    (path,) = folder.iterdir()
    path.write_bytes(line.encode("utf-8", "surrogateescape") + b"\n" + path.read_bytes())
    assert journal.recorded(CASE) == {1: Worst(0.5, 1.0)}


def test_a_cache_that_cannot_be_used_is_done_without(tmp_path, monkeypatch):
    """A file where the folder should be: nothing is recorded, and nothing fails."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    journal.record(CASE, 1, Worst(0.5, 1.0))
    assert journal.recorded(CASE) == {}
    journal.forget(CASE)
