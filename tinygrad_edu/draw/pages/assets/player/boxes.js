// Which boxes the picture has: a node each, or one for all nodes of a closed group.

const openGroups = new Set(data.closed ? [] : data.groups.keys());

// Returns { boxes, arrows, home }: boxes by their id, operands first; for each arrow the
// positions of its two boxes and the edges [node, operand] that run along it; and for
// each node the id of its box, or null where a closed group hides a parameter.
function visibleGraph() {
  const home = data.nodes.map((node, i) => {
    if (node.group !== null && !openGroups.has(node.group)) return `group${node.group}`;
    const hidden = node.users.length > 0 && !node.users.some((g) => openGroups.has(g));
    return hidden ? null : `node${i}`;
  });
  const joined = new Map();
  graph.parents.forEach((parents, node) => {
    parents.forEach((parent, operand) => {
      const [tail, head] = [home[parent], home[node]];
      if (tail === null || tail === head) return;
      const joint = tail.startsWith("group") || head.startsWith("group");
      const key = joint ? `${tail} ${head}` : `${node} ${operand}`;
      if (!joined.has(key)) joined.set(key, { tail, head, edges: [] });
      joined.get(key).edges.push([node, operand]);
    });
  });
  const boxes = inOrder(home.at(-1), [...joined.values()]);
  const place = new Map(boxes.map((id, i) => [id, i]));
  const arrows = [...joined.values()].map(({ tail, head, edges }) => {
    return { tail: place.get(tail), head: place.get(head), edges };
  });
  return { boxes, arrows, home };
}

// Operands first, as far as there is such an order, without recursion.
function inOrder(root, arrows) {
  const tails = new Map();
  for (const { tail, head } of arrows) tails.set(head, [...(tails.get(head) ?? []), tail]);
  const order = [];
  const seen = new Set([root]);
  const stack = [[root, 0]];
  while (stack.length > 0) {
    const top = stack.at(-1);
    const next = (tails.get(top[0]) ?? [])[top[1]++];
    if (next === undefined) order.push(stack.pop()[0]);
    else if (!seen.has(next)) {
      seen.add(next);
      stack.push([next, 0]);
    }
  }
  return order;
}

// The one node of a closed group that others use, or null where there are several.
function outputOf(group, home) {
  const used = new Set([data.nodes.length - 1]);
  graph.parents.forEach((parents, node) => {
    for (const parent of parents) if (home[parent] !== home[node]) used.add(parent);
  });
  const outputs = data.groups[group].nodes.filter((node) => used.has(node));
  return outputs.length === 1 ? outputs[0] : null;
}
