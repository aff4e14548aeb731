"""A graph as JavaScript, in a page that may not use `eval`."""

import re
from pathlib import Path

import pytest
import scripts
from hypothesis import HealthCheck, given, settings

import tinygrad_edu

NETWORKS = scripts.networks()
SHELL = Path(tinygrad_edu.__file__).parent / "draw/pages/assets/shell.html"
POLICY = re.search(
    r"<meta http-equiv=.Content-Security-Policy.*>", SHELL.read_text("utf-8")
)[0]


@pytest.fixture(scope="module")
def ask(browser, tmp_path_factory):
    """Asks a page that has every graph, under the policy of the package's pages."""
    roots = [scripts.one_operator(*case)[0] for case in scripts.CASES]
    script = scripts.bundle([*roots, *NETWORKS.values()])
    file = tmp_path_factory.mktemp("page") / "graphs.html"
    file.write_text(f"<meta charset=utf-8>{POLICY}<script>{script}</script>", "utf-8")
    page = browser.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())

    def ask(which, numbers):
        answer = page.evaluate("(asked) => ask(...asked)", [which, numbers])
        assert complaints == []
        return answer

    yield ask
    page.close()


def test_the_page_may_not_eval(tab, tmp_path):
    file = tmp_path / "eval.html"
    attempt = "try { eval('1'); } catch (error) { document.title = error.name; }"
    file.write_text(f"{POLICY}<script>{attempt}</script>", "utf-8")
    tab.goto(file.as_uri())
    assert tab.title() == "EvalError"


@pytest.mark.parametrize("case", scripts.CASES, ids=scripts.CASE_IDS)
def test_an_operator_computes_what_its_value_has(ask, case):
    which = scripts.CASES.index(case)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(scripts.inputs(*case))
    def agrees(xs):
        scripts.assert_operator_agrees(ask, which, case[0], xs)

    agrees()
    for xs in scripts.edges(*case):
        scripts.assert_operator_agrees(ask, which, case[0], xs)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_has_the_values_and_gradients_of_its_graph(ask, name):
    which = len(scripts.CASES) + list(NETWORKS).index(name)
    scripts.assert_network_agrees(ask, which, NETWORKS[name])
