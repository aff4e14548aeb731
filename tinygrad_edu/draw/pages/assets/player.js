// The backward pass over the picture of a graph: at position k, the steps 0 to k are
// done, and the colours show only what they have brought.

const nodes = data.nodes.map((about, i) => {
  const group = document.getElementById(`node${i}`);
  const texts = group.querySelectorAll("text");
  return { about, group, frame: group.querySelector("path, rect"), grad: texts[texts.length - 1] };
});
const edges = data.edges.map((about, i) => {
  const group = document.getElementById(`edge${i}`);
  const [line, tip] = [group.querySelector("path"), group.querySelector("polygon")];
  return { about, group, line, tip, step: null };
});
data.steps.forEach((step, k) => {
  if (step.edge !== null) edges[step.edge].step = k;
});
for (const title of document.querySelectorAll(".stage title")) title.remove();

let hovered = null;
let gradients = [];

function showStep(position) {
  gradients = nodes.map(() => null);
  for (const step of data.steps.slice(0, position + 1)) gradients[step.node] = step;
  nodes.forEach((node, i) => {
    const step = gradients[i];
    node.grad.textContent = "grad " + (step === null ? "0" : step.grad);
    node.frame.setAttribute("fill", step === null ? data.neutral : step.fill);
    node.group.classList.remove("target");
  });
  for (const edge of edges) {
    const done = edge.step <= position;
    const colour = done ? edge.about.colour : data.faint;
    edge.line.setAttribute("stroke", colour);
    edge.line.setAttribute("stroke-width", done ? edge.about.width : 1);
    edge.tip.setAttribute("fill", colour);
    edge.tip.setAttribute("stroke", colour);
    edge.group.classList.remove("current");
  }
  const step = data.steps[position];
  document.getElementById("equation").textContent = step.equation;
  document.getElementById("rule").textContent = step.rule;
  nodes[step.node].group.classList.add("target");
  if (step.edge !== null) edges[step.edge].group.classList.add("current");
  keepInView(nodes[step.node].group);
  describe();
}

function keepInView(group) {
  const stage = document.querySelector(".stage");
  const outer = stage.getBoundingClientRect();
  const inner = group.getBoundingClientRect();
  const hidden = inner.left < outer.left || inner.right > outer.right;
  if (hidden) stage.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
  const above = inner.top < outer.top || inner.bottom > outer.bottom;
  if (above) stage.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
}

// Lights all that a node was made from, and tells its numbers.
function hover(i) {
  hovered = i;
  const lit = new Set(i === null ? [] : [i]);
  const queue = [...lit];
  while (queue.length > 0) {
    for (const edge of data.nodes[queue.pop()].edges) {
      const tail = data.edges[edge].tail;
      if (!lit.has(tail)) queue.push(tail);
      lit.add(tail);
    }
  }
  nodes.forEach((node, j) => {
    node.group.classList.toggle("dim", i !== null && !lit.has(j));
    node.group.classList.toggle("focus", i === j);
  });
  for (const edge of edges) {
    edge.group.classList.toggle("dim", i !== null && !lit.has(edge.about.head));
  }
  describe();
}

function describe() {
  const about = document.getElementById("about");
  about.classList.toggle("faint", hovered === null);
  if (hovered === null) {
    about.textContent = data.hint;
    return;
  }
  const node = data.nodes[hovered];
  const step = gradients[hovered];
  const words = step === null ? "0: nothing has reached it yet" : step.exact;
  about.textContent = `${node.formula}\n${node.gradient} so far: ${words}`;
}

nodes.forEach((node, i) => {
  node.group.setAttribute("tabindex", "0");
  node.group.addEventListener("mouseenter", () => hover(i));
  node.group.addEventListener("mouseleave", () => hover(null));
  node.group.addEventListener("focus", () => hover(i));
  node.group.addEventListener("blur", () => hover(null));
});

// As large as the page has room for, but never so small that the words cannot be read.
const picture = document.querySelector(".stage svg");
const natural = picture.viewBox.baseVal;
let chosen = 1;
function setZoom(factor) {
  chosen = Math.max(0.2, Math.min(4, chosen * factor));
  const stage = document.querySelector(".stage");
  const wide = stage.clientWidth / natural.width;
  const high = (window.innerHeight - stage.offsetTop - 12) / natural.height;
  const zoom = chosen * Math.max(0.75, Math.min(1.3, wide, high));
  picture.setAttribute("width", natural.width * zoom);
  picture.setAttribute("height", natural.height * zoom);
}
document.getElementById("larger").addEventListener("click", () => setZoom(1.25));
document.getElementById("smaller").addEventListener("click", () => setZoom(0.8));
// A notebook gives the page its width only after it has run.
window.addEventListener("resize", () => setZoom(1));
setZoom(1);
startControls(data.steps.length - 1, "Step", 1200, showStep);
