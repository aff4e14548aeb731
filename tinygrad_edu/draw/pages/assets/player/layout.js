// Where boxes go and how arrows run, from left to right, in layers: give each box a
// layer, order the layers so that few arrows cross, shift the boxes so that arrows run
// straight (Sugiyama, Tagawa & Toda 1981). The twin of layered.py, for boxes that a
// click opens and closes.

const GAPS = { layer: 10, neighbour: 14 };
const SWEEPS = 12;

// The layers and the order in them, which no size changes: from the arrows, as pairs
// [tail, head] of boxes.
function planLayers(count, arrows) {
  const ranks = ranksOf(count, arrows);
  const items = ranks.map((rank) => newItem(2 * rank));
  const chains = arrows.map((arrow) => chainOf(items, arrow));
  const layers = [];
  for (const item of [...items, ...chains.flatMap((chain) => chain.slice(1, -1))]) {
    (layers[item.layer] ??= []).push(item);
  }
  return { arrows, items, chains, layers: bestOrder(layers) };
}

// The places in a plan for boxes and labels of sizes [width, height]: their centres, for
// each arrow the points that it runs through, and how many gaps there are across and down.
function layOut({ arrows, items, chains, layers }, boxes, labels, gaps = GAPS) {
  items.forEach((item, i) => ([item.width, item.height] = boxes[i]));
  chains.forEach((chain, i) => ([chain.at(-2).width, chain.at(-2).height] = labels[i]));
  straighten(layers, gaps.neighbour);
  const width = setColumns(layers, gaps.layer);
  const all = layers.flat();
  const top = all.reduce((least, item) => Math.min(least, item.y - item.height / 2), Infinity);
  for (const item of all) item.y -= top;
  return {
    boxes: items.map((item) => [item.x, item.y]),
    labels: chains.map((chain) => [chain.at(-2).x, chain.at(-2).y]),
    routes: chains.map((chain, i) => routeOf(chain, arrows[i], gaps.neighbour)),
    size: [width, all.reduce((most, item) => Math.max(most, item.y + item.height / 2), 0)],
    counts: [layers.length - 1, Math.max(...layers.map((layer) => layer.length)) - 1],
  };
}

// A box, a label, or a point where an arrow passes a layer.
function newItem(layer) {
  return { layer, width: 0, height: 2, before: [], after: [], place: 0, x: 0, y: 0, column: 0 };
}

function ranksOf(count, arrows) {
  const before = Array.from({ length: count }, () => []);
  const after = Array.from({ length: count }, () => []);
  for (const arrow of arrows) {
    const [first, last] = [Math.min(...arrow), Math.max(...arrow)];
    before[last].push(first);
    after[first].push(last);
  }
  const ranks = new Array(count).fill(0);
  for (let i = 0; i < count; i++) ranks[i] = Math.max(0, ...before[i].map((j) => ranks[j] + 1));
  for (let i = count - 1; i >= 0; i--) {
    // As near as can be to the first box that uses it: arrows are short.
    if (after[i].length > 0) ranks[i] = Math.min(...after[i].map((j) => ranks[j] - 1));
  }
  return ranks;
}

// What an arrow runs through: its label has the layer before its last box.
function chainOf(items, arrow) {
  const first = items[Math.min(...arrow)];
  const last = items[Math.max(...arrow)];
  const chain = [first];
  for (let layer = first.layer + 1; layer < last.layer; layer++) {
    chain.push(newItem(layer));
  }
  chain.push(last);
  for (let i = 1; i < chain.length; i++) {
    chain[i - 1].after.push(chain[i]);
    chain[i].before.push(chain[i - 1]);
  }
  return chain;
}

function bestOrder(layers) {
  let best = layers.map((layer) => [...layer]);
  numberPlaces(layers);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : [...layers].reverse()) {
      const centre = new Map(layer.map((item) => [item, centreOf(item, forward)]));
      layer.sort((one, other) => centre.get(one) - centre.get(other));
      layer.forEach((item, place) => (item.place = place));
    }
    const count = crossings(layers);
    if (count < fewest) {
      fewest = count;
      best = layers.map((layer) => [...layer]);
    }
  }
  numberPlaces(best);
  return best;
}

function numberPlaces(layers) {
  for (const layer of layers) layer.forEach((item, place) => (item.place = place));
}

function centreOf(item, forward) {
  const neighbours = forward ? item.before : item.after;
  if (neighbours.length === 0) return item.place;
  return neighbours.reduce((sum, other) => sum + other.place, 0) / neighbours.length;
}

// Two arrows cross where the one that starts lower ends higher.
function crossings(layers) {
  let count = 0;
  for (const layer of layers) {
    const ends = [];
    for (const item of layer) {
      const places = item.after.map((other) => other.place).sort((a, b) => a - b);
      for (const place of places) count += ends.length - placeIn(ends, place);
      for (const place of places) ends.splice(placeIn(ends, place), 0, place);
    }
  }
  return count;
}

// Behind all that are no larger, by halving.
function placeIn(sorted, x) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function straighten(layers, gap) {
  for (const layer of layers)
    separate(
      layer,
      layer.map(() => 0),
      gap,
    );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const wishes = layer.map((item) => {
        const near = [...item.before, ...item.after];
        if (near.length === 0) return item.y;
        return near.reduce((sum, other) => sum + other.y, 0) / near.length;
      });
      separate(layer, wishes, gap);
    }
  }
}

// As near to the wishes as can be (least squares) without a clash: neighbours that
// would overlap are put together into a block around the mean of their wishes.
function separate(layer, wishes, gap) {
  const offsets = [0];
  for (let i = 1; i < layer.length; i++) {
    const half = (layer[i - 1].height + layer[i].height) / 2;
    offsets.push(offsets[i - 1] + half + gap);
  }
  const blocks = [];
  wishes.forEach((wish, i) => {
    let block = { total: wish - offsets[i], count: 1 };
    while (blocks.length > 0 && mean(blocks.at(-1)) > mean(block)) {
      const previous = blocks.pop();
      block = { total: block.total + previous.total, count: block.count + previous.count };
    }
    blocks.push(block);
  });
  const starts = blocks.flatMap((block) => new Array(block.count).fill(mean(block)));
  layer.forEach((item, i) => (item.y = starts[i] + offsets[i]));
}

function mean(block) {
  return block.total / block.count;
}

function setColumns(layers, gap) {
  let x = 0;
  for (const layer of layers) {
    const width = Math.max(...layer.map((item) => item.width));
    for (const item of layer) {
      item.x = x + width / 2;
      item.column = width;
    }
    x += width + gap;
  }
  return x - gap;
}

function routeOf(chain, arrow, gap) {
  const [first, last] = [chain[0], chain.at(-1)];
  const points = [[first.x + first.width / 2, first.y]];
  for (const item of chain.slice(1, -1)) {
    // Straight through the column of boxes, so that the line misses those in it.
    const half = item.layer % 2 ? 0 : item.column / 2;
    if (half > 0) points.push([item.x - half, item.y], [item.x + half, item.y]);
    else points.push([item.x, item.y]);
  }
  // Arrows that meet in a box end side by side, in the order in which they come.
  const arriving = [...last.before].sort((one, other) => one.place - other.place);
  const step = Math.min(gap, (0.8 * last.height) / arriving.length);
  const port = (arriving.indexOf(chain.at(-2)) - (arriving.length - 1) / 2) * step;
  points.push([last.x - last.width / 2, last.y + port]);
  return arrow[0] > arrow[1] ? points.reverse() : points;
}
