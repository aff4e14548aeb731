// The address of the page keeps the step and the leaves: x.html#step=5&a=3.

function keyOf(node) {
  return node.name === "step" ? "leaf step" : node.name;
}

function keepAddress() {
  const state = new URLSearchParams({ step: controls.position() });
  for (const i of leafRows.keys()) {
    if (!Object.is(leaves[i], graph.recorded[i])) state.set(keyOf(data.nodes[i]), leaves[i]);
  }
  try {
    history.replaceState(null, "", `#${state}`);
  } catch {
    // A frame in a notebook has no address of its own.
  }
}

function readAddress() {
  const state = new URLSearchParams(location.hash.slice(1));
  for (const i of leafRows.keys()) {
    const told = state.get(keyOf(data.nodes[i]));
    const x = Number(told);
    setLeaf(i, told && Number.isFinite(x) ? x : graph.recorded[i]);
  }
  story = tellStory(leaves);
  controls.go(Number(state.get("step")) || 0);
  showScale();
}
