"""A verdict shows itself, and shows user text as text."""

from tinygrad_edu import language
from tinygrad_edu.course.judging import judge
from tinygrad_edu.course.lessons import find_exercise
from tinygrad_edu.course.verdict import MARKS, Sentence, Verdict


def test_a_verdict_is_true_where_the_answer_is_right():
    assert Verdict("1.1", "right")
    assert not Verdict("1.1", "mistake")
    assert not Verdict("1.1", "not yet")


def test_every_kind_has_a_mark_and_a_word():
    assert len({mark for mark, _, _ in MARKS.values()}) == 3
    for kind, (mark, word, _) in MARKS.items():
        verdict = Verdict(
            "2.3", kind, sentences=(Sentence("See {given}.", {"given": "x"}),)
        )
        assert repr(verdict) == f"{mark} 2.3 {word} See x."
        assert mark in verdict._repr_html_()
        assert word in verdict._repr_html_()


def test_user_text_is_escaped_and_code_is_marked():
    said = Sentence("Write `+=`, not {given}.", {"given": "<b>`{0}</b>"})
    html = Verdict("1.1", "wrong", sentences=(said,))._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>`" not in html
    said = Sentence("Write `a < b`.", {})
    html = Verdict("1.1", "wrong", sentences=(said,))._repr_html_()
    assert "<code>a &lt; b</code>" in html


def test_behind_a_chinese_mark_stands_no_space():
    with language("zh"):
        verdict = judge(find_exercise("6.1"), ...)
        assert repr(verdict).startswith("… 6.1 还没有作答。请把")
        assert "<b>… 6.1 还没有作答。</b>请把" in verdict._repr_html_()
    assert repr(verdict).startswith("… 6.1 Not yet. Write")
    assert "<b>… 6.1 Not yet.</b> Write" in verdict._repr_html_()
