"use strict";

const data = JSON.parse(document.getElementById("data").textContent);

// Buttons, slider and keys that lead from position 0 to `last`; `show` draws one.
function startControls(last, words, delay, show) {
  const part = (id) => document.getElementById(id);
  let position = 0;
  let timer = null;

  function go(wanted) {
    position = Math.max(0, Math.min(last, wanted));
    part("slider").value = position;
    part("counter").textContent = `${words} ${position}/${last}`;
    part("first").disabled = part("back").disabled = position === 0;
    part("last").disabled = part("next").disabled = position === last;
    show(position);
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    part("play").classList.remove("playing");
  }

  function play() {
    if (position === last) go(0);
    part("play").classList.add("playing");
    timer = setInterval(() => {
      go(position + 1);
      if (position === last) pause();
    }, delay);
  }

  const actions = {
    first: () => go(0),
    back: () => go(position - 1),
    next: () => go(position + 1),
    last: () => go(last),
  };
  const keys = { Home: "first", ArrowLeft: "back", ArrowRight: "next", End: "last" };
  for (const [id, action] of Object.entries(actions)) {
    part(id).addEventListener("click", () => {
      pause();
      action();
    });
  }
  part("play").addEventListener("click", () => (timer === null ? play() : pause()));
  part("slider").max = last;
  part("slider").addEventListener("input", (event) => {
    pause();
    go(Number(event.target.value));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in keys) {
      event.preventDefault();
      pause();
      actions[keys[event.key]]();
    } else if (event.key === " ") {
      event.preventDefault();
      if (timer === null) play();
      else pause();
    }
  });
  go(0);
}
