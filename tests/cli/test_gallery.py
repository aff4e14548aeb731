"""The page of a gallery: every file is shown and told, and words are data."""

import re
import xml.etree.ElementTree as ET

from tinygrad_edu.cli.gallery import Exhibit, write_index


def page_of(tmp_path, title, exhibits):
    path = write_index(tmp_path, title, exhibits)
    assert path == tmp_path / "index.html"
    text = path.read_text(encoding="utf-8")
    body = text[text.index("<body>") : text.index("</html>")]
    # An image has no end tag in HTML; all else is well-formed.
    return text, ET.fromstring(body.replace("></div>", "/></div>"))


UNKIND = "<script>alert(1)</script> & \"quotes' end"


def test_titles_lessons_and_names_are_data_and_never_markup(tmp_path):
    name = "a\"b<c>&d'.svg"
    exhibit = Exhibit(name, UNKIND, UNKIND, ('x&<y>".dot',))
    text, tree = page_of(tmp_path, UNKIND, [exhibit])
    assert "<script" not in text
    assert tree.findtext(".//h1") == UNKIND
    section = tree.find(".//section")
    assert section.findtext("h2") == UNKIND
    assert section.find("p").text == f"{UNKIND} ("
    assert [link.get("href") for link in section.iter("a")] == [name, 'x&<y>".dot']
    assert [link.text for link in section.iter("a")] == [name, 'x&<y>".dot']
    image = section.find("div/img")
    assert image.get("src") == name
    assert image.get("alt") == UNKIND


def test_a_page_stands_in_a_frame_and_a_table_is_only_named(tmp_path):
    exhibits = [Exhibit("a.html", UNKIND, "A page."), Exhibit("b.csv", "B", "A table.")]
    text = write_index(tmp_path, "All", exhibits).read_text(encoding="utf-8")
    assert text.count("<iframe") == 1
    assert '<iframe src="a.html" title="&lt;script&gt;' in text
    assert text.count("<img") == 0
    assert '<a href="b.csv">b.csv</a>' in text
    assert "<h1>All</h1>" in text


EXHIBITS = [
    Exhibit("a.svg", "A <graph>", "It is drawn.", ("a.dot",)),
    Exhibit("b.html", "A page", "It moves."),
    Exhibit("c.png", "A plot", "It falls."),
    Exhibit("d.csv", "A table", "It counts."),
]


def test_the_contents_lead_to_every_exhibit(tmp_path):
    text = write_index(tmp_path, "Pictures", EXHIBITS).read_text(encoding="utf-8")
    contents, _, main = text.partition("</nav>")
    links = re.findall(r'<a href="#(\w+)">([^<]*)</a>', contents)
    assert [title for _, title in links] == [
        "A &lt;graph&gt;",
        "A page",
        "A plot",
        "A table",
    ]
    for (target, title), exhibit in zip(links, EXHIBITS, strict=True):
        section = main.partition(f'id="{target}"')[2].partition("</section>")[0]
        assert f"<h2>{title}</h2>" in section
        assert f'href="{exhibit.name}"' in section


def test_pages_and_pictures_show_at_once(tmp_path):
    text = write_index(tmp_path, "Pictures", EXHIBITS).read_text(encoding="utf-8")
    assert '<iframe src="b.html"' in text
    assert '<img src="a.svg"' in text
    assert '<img src="c.png"' in text
    assert "lazy" not in text
