"""The record of what is done."""

from tinygrad_edu.course.record import Record
from tinygrad_edu.course.verdict import Verdict


def test_what_was_right_once_stays_done():
    record = Record()
    record.keep(Verdict("1.2", "mistake", "sign"))
    assert record.done == []
    record.keep(Verdict("1.2", "right"))
    record.keep(Verdict("1.2", "not yet"))
    assert record.done == ["1.2"]
    assert repr(record).startswith("Lesson 1: □✓□")
    assert "1 of" in record._repr_html_()
    record.clear()
    assert record.done == []
