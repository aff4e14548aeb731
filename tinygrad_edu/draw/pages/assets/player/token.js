// What moves: a number that travels along an arrow, and the words that stand on it.

const still = matchMedia("(prefers-reduced-motion: reduce)");
let running = 0;

// A plate with words in the colours of their roles, centred at a point.
function plate(parts, kind) {
  const group = svgElement("g", { class: kind }, picture.overlay);
  const back = svgElement("rect", { rx: 6 }, group);
  const text = svgElement("text", { "text-anchor": "middle", y: 6 }, group);
  for (const [words, role] of parts) {
    svgElement("tspan", { class: role ?? "" }, text).textContent = words;
  }
  const width = widthOf(parts.map(([words]) => words).join(""), "bold") * 1.15 + 18;
  set(back, { x: -width / 2, y: -14, width, height: 28 });
  const [most, lowest] = picture.size;
  const moveTo = (x, y) => {
    // Inside the picture, however near to its border.
    const across = Math.max(width / 2, Math.min(most - width / 2, x));
    const down = Math.max(15, Math.min(lowest - 15, y));
    set(group, { transform: `translate(${across} ${down})` });
  };
  return { group, width, moveTo };
}

// The words on the edge: local × upstream, and what that makes.
function productOf(step, result) {
  const parts = [
    [factorShort(step.local), "local"],
    [" × "],
    [factorShort(step.upstream), "upstream"],
  ];
  return result === null ? parts : [...parts, [" = "], [result, "result"]];
}

function factorShort(x) {
  return x < 0 ? `(${short(x)})` : short(x);
}

// Words that stay: on the edge its product, at the receiver the gradient it had.
function showPlates(step, mask) {
  if (step.kind !== "backward") return;
  const receiver = boxOf(step.parent);
  const taken = [...picture.boxes];
  if (receiver?.grad) {
    const old = plate([[say("old ")], [short(step.before), "old"]], "plate");
    const place = { x: receiver.x, y: receiver.y - receiver.height / 2 - 12 };
    old.moveTo(place.x, place.y);
    taken.push({ ...place, width: old.width, height: 28 });
  }
  const arrow = arrowOf(step);
  if (!arrow) return;
  const result = mask === null ? short(step.contribution) : "?";
  const words = plate(productOf(step, result), "plate");
  words.moveTo(...freePlace(arrow.at, words.width, taken));
}

// Near a point, where a plate hides little of what is there.
function freePlace([x, y], width, taken) {
  const overlap = (from, to, size, length) => {
    return Math.max(
      0,
      Math.min(from + length / 2, to + size / 2) - Math.max(from - length / 2, to - size / 2),
    );
  };
  let [best, least] = [null, Infinity];
  for (let across = -120; across <= 120; across += 20) {
    for (let down = -72; down <= 72; down += 12) {
      const place = [x + across, y + down];
      let cost = 12 * Math.hypot(across, down);
      for (const box of taken) {
        cost +=
          overlap(place[0], box.x, box.width, width) * overlap(place[1], box.y, box.height, 28);
      }
      if (cost < least) [best, least] = [place, cost];
    }
  }
  return best;
}

// Runs a token along the step's arrows, and tells how far it is: "leave", "travel" and
// "drop"; then `done`. With no arrow to run along, or where moves are unwelcome, at once.
function travel(step, duration, tell, done) {
  const mine = ++running;
  const runs = still.matches ? [] : runsOf(step);
  if (runs.length === 0) {
    done();
    return;
  }
  const start = performance.now();
  const frame = (now) => {
    if (mine !== running) return;
    const share = Math.min(1, (now - start) / duration);
    if (share === 1) {
      done();
      return;
    }
    tell(share < 0.15 ? "leave" : share < 0.75 ? "travel" : "drop");
    const way = eased(Math.min(1, Math.max(0, (share - 0.1) / 0.6)));
    const fall = Math.max(0, (share - 0.75) / 0.25);
    for (const run of runs) run(way, fall);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function stopTravel() {
  running++;
}

function eased(share) {
  return share * share * (3 - 2 * share);
}

// For each token a function of how far it has come along its arrow, and then fallen.
function runsOf(step) {
  if (step.kind === "forward") {
    return arrowsInto(step.node).map((arrow) => {
      const [[node, operand]] = arrow.edges;
      const words = [[short(story.values[graph.parents[node][operand]])]];
      return runAlong(arrow, false, plate(words, "token"), boxOf(step.node));
    });
  }
  const arrow = arrowOf(step);
  if (!arrow) return [];
  return [runAlong(arrow, true, plate(productOf(step, null), "token"), boxOf(step.parent))];
}

function runAlong(arrow, backwards, token, box) {
  const length = arrow.line.getTotalLength();
  return (way, fall) => {
    const { x, y } = arrow.line.getPointAtLength(length * (backwards ? 1 - way : way));
    token.moveTo(x + (box.x - x) * fall, y + (box.y + box.height / 3 - y) * fall);
    token.group.setAttribute("opacity", 1 - 0.8 * fall);
  };
}
