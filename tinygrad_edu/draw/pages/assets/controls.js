"use strict";

const data = JSON.parse(document.getElementById("data").textContent);

// A sentence in the language of the page, its places filled: the table is Python's.
function say(template, parts = {}) {
  const sentence = data.sentences[template] ?? template;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}

// Buttons, slider and keys that lead from position 0 to the last. The options are
// functions: last(); words(position) for the counter; delay() of the play, in
// milliseconds; show(position, moving), where moving is whether it is one step on; and
// reveal(), which a step on asks first: true if there was something to show instead.
function startControls({ last, words, delay, show, reveal = () => false }) {
  const part = (id) => document.getElementById(id);
  let wanted = 0;
  let timer = null;

  function position() {
    return Math.max(0, Math.min(last(), wanted));
  }

  function refresh(moving = false) {
    const now = position();
    part("slider").max = last();
    part("slider").value = now;
    part("counter").textContent = words(now);
    part("slider").setAttribute("aria-valuetext", words(now));
    part("first").disabled = part("back").disabled = now === 0;
    part("last").disabled = now === last();
    show(now, moving);
    part("next").disabled = now === last() && !part("reveal");
  }

  function go(place, moving = false) {
    wanted = Math.max(0, Math.min(last(), place));
    refresh(moving);
  }

  function next() {
    if (!reveal()) go(position() + 1, true);
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    part("play").classList.remove("playing");
  }

  function play() {
    if (position() === last()) go(0);
    part("play").classList.add("playing");
    const tick = () => {
      next();
      if (position() === last() && !part("reveal")) pause();
      else timer = setTimeout(tick, delay());
    };
    timer = setTimeout(tick, delay());
  }

  function toggle() {
    if (timer === null) play();
    else pause();
  }

  const actions = {
    first: () => go(0),
    back: () => go(position() - 1),
    next,
    last: () => go(last()),
  };
  const keys = { Home: "first", ArrowLeft: "back", ArrowRight: "next", End: "last" };
  for (const [id, action] of Object.entries(actions)) {
    part(id).addEventListener("click", () => {
      pause();
      action();
    });
  }
  part("play").addEventListener("click", toggle);
  part("slider").addEventListener("input", (event) => {
    pause();
    go(Number(event.target.value));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    // A control that has the focus keeps its own keys: the arrows of a slider or a
    // field, the Space of a button.
    if (event.target.closest("input, select, textarea")) return;
    if (event.key in keys) {
      event.preventDefault();
      pause();
      actions[keys[event.key]]();
    } else if (event.key === " " && !event.target.closest("button, summary, [role=button]")) {
      event.preventDefault();
      toggle();
    }
  });
  return { go, refresh, position, pause };
}
