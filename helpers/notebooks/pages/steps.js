// A page has no kernel. Below, grid_view.js's own `render` gets a model that only remembers.

const remembering = (state) => {
  const heard = {};
  return {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      for (const tell of heard[`change:${name}`] ?? []) tell();
    },
    save_changes() {},
    on(event, tell) { (heard[event] ??= []).push(tell); },
    off() {},
  };
};

function player(model) {
  const last = model.get("data").steps.length - 1, box = document.createElement("div");
  box.className = "player";
  box.hidden = !last;
  box.innerHTML = `<button type="button">Play</button>
    <label>step <input type="range" min="0" max="${last}"></label> <output></output>`;
  const [button, slider, shown] = box.querySelectorAll("button, input, output");
  let timer = 0;
  const goTo = (step) => model.set("step", step);
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  };
  const say = () => { shown.textContent = slider.value = model.get("step"); };
  slider.addEventListener("input", () => { stop(); goTo(Number(slider.value)); });
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (model.get("step") === last) goTo(0);
    button.textContent = "Pause";
    timer = setInterval(() => {
      goTo(model.get("step") + 1);
      if (model.get("step") >= last) stop();
    }, 350);
  });
  model.on("change:step", say);
  say();
  return box;
}

for (const place of document.querySelectorAll("[data-state]")) {
  const model = remembering(JSON.parse(place.dataset.state)), el = document.createElement("div");
  place.replaceChildren(player(model), el); // in place of the picture, which is for want of scripts
  render({ model, el });
}
