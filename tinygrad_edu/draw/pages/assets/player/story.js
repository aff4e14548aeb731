// The story that the slider tells, from the numbers of the leaves: forward node by
// node, the seed, and backward edge by edge, as Value.backward_steps does it.

// Returns { values, partials, gradients, wrong, steps }; `wrong` is null, or says where
// an operator is undefined, and there the story ends.
function tellStory(leaves) {
  const wrong = graph.undefinedAt(leaves);
  const values = graph.forward([...leaves]);
  const inner = data.nodes.flatMap((node, i) => (node.formula === null ? [] : [i]));
  const steps = [{ kind: "start" }];
  for (const node of inner) {
    if (wrong !== null && node === wrong.node) {
      steps.push({ kind: "undefined", node });
      return { values, partials: null, gradients: null, wrong, steps, inner };
    }
    steps.push({ kind: "forward", node, result: values[node] });
  }
  const partials = graph.partials(values);
  steps.push(...backwardSteps(partials));
  return { values, partials, gradients: graph.backward(values), wrong, steps, inner };
}

function backwardSteps(partials) {
  const root = data.nodes.length - 1;
  const gradients = new Array(root).fill(0);
  gradients[root] = 1;
  const steps = [{ kind: "seed", node: root, parent: root, before: 0, result: 1 }];
  for (let node = root; node >= 0; node--) {
    graph.parents[node].forEach((parent, operand) => {
      const local = partials[node][operand];
      const upstream = gradients[node];
      const before = gradients[parent];
      gradients[parent] = before + local * upstream;
      steps.push({
        kind: "backward",
        node,
        parent,
        operand,
        local,
        upstream,
        before,
        contribution: local * upstream,
        result: gradients[parent],
      });
    });
  }
  return steps;
}

// The equation of a step as pairs [text, role]; together they are Python's own line.
function equationOf(step, story) {
  const name = (i) => data.nodes[i].said;
  if (step.kind === "start") {
    const count = story.inner.length;
    return [[say("Forward: {count} nodes compute their numbers, one by one.", { count })]];
  }
  if (step.kind === "undefined") return [[story.wrong.sentence]];
  if (step.kind === "forward") {
    const [symbols] = data.nodes[step.node].formula;
    const numbers = inNumbers(step.node, story.values);
    return [
      [`${name(step.node)} = ${symbols} = ${numbers} = `],
      [number(step.result), "result"],
    ];
  }
  if (step.kind === "seed") {
    const root = name(step.node);
    return [[`${root}.grad = d${root}/d${root} = `], [number(1), "result"]];
  }
  const [node, parent] = [name(step.node), name(step.parent)];
  return [
    [`${parent}.grad += `],
    [`∂${node}/∂${parent}`, "local"],
    [" · "],
    [`${node}.grad`, "upstream"],
    [" = "],
    [step.before === 0 ? "0" : number(step.before), "old"],
    [" + "],
    [factor(step.local), "local"],
    [" · "],
    [factor(step.upstream), "upstream"],
    [" = "],
    [number(step.result), "result"],
  ];
}

// Why the step is so, in words.
function reasonOf(step) {
  if (step.kind === "seed") return say("The seed: when the root grows by 1, so does the root.");
  if (step.kind !== "backward") return "";
  const derivative = `∂${data.nodes[step.node].said}/∂${data.nodes[step.parent].said}`;
  const formula = data.nodes[step.node].locals[step.operand];
  // A formula that is the number itself says nothing.
  const isNumber = Number(formula) === Number(step.local.toPrecision(6));
  const symbols = formula === "" || isNumber ? "" : ` = ${formula}`;
  return say("for {rule}", { rule: `${derivative}${symbols} = ${number(step.local)}` });
}

// The formula of a node with the numbers of its operands, negative ones in brackets.
function inNumbers(node, values) {
  const [, template] = data.nodes[node].formula;
  return template.replace(/\uE000(\d+)\uE001/g, (place, operand, at) => {
    const x = values[graph.parents[node][operand]];
    const alone = at === 0 || /[(|,]\s?$/.test(template.slice(0, at));
    const isBase = template[at + place.length] === "^";
    return alone && !isBase ? number(x) : factor(x);
  });
}

// What is known at a position: the nodes that have a number, the gradients so far, and
// what each edge has carried.
function knownAt(story, position) {
  const values = data.nodes.map((node, i) => (node.formula === null ? story.values[i] : null));
  const gradients = data.nodes.map(() => null);
  const carried = data.nodes.map((_, i) => graph.parents[i].map(() => null));
  for (const step of story.steps.slice(0, position + 1)) {
    if (step.kind === "forward") values[step.node] = step.result;
    if (step.kind === "seed") gradients.fill(0);
    if (step.kind === "seed" || step.kind === "backward") gradients[step.parent] = step.result;
    if (step.kind === "backward") carried[step.node][step.operand] = step.contribution;
  }
  return { values, gradients, carried };
}
