// What the widgets of an explorer leave unsaid: names, values as printed, what a picture shows now.
// And where its parts go: controls in columns of one width, room for two lines of numbers. Its keys,
// and those of a question's options, stay its own; Escape leads back to its cell.

const STYLE = `
.course-explorer .course-controls {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 0 18px; overflow: hidden;
}
.course-explorer .course-controls > * { width: auto; max-width: 400px; margin: 1px 2px; }
.course-explorer .course-controls > .jupyter-button { justify-self: start; min-width: 148px; }
.course-explorer .course-controls .widget-label { min-width: 84px; text-align: left; }
.course-explorer > .widget-hbox > .jupyter-button { width: auto; min-width: 110px; }
.course-explorer .course-readout { height: auto; min-height: 40px; }
.course-explorer .course-readout .widget-html-content { line-height: 20px; }
.course-explorer img { max-height: 520px; object-fit: contain; object-position: left; }
:is(.course-explorer, .course-question) :focus-visible:not(canvas) { outline: 2px solid var(--jp-brand-color1, #1976d2) !important; }
@media (forced-colors: active) {
  .course-explorer .noUi-target { border: 1px solid ButtonText; }
  .course-explorer .noUi-connect { forced-color-adjust: none; background: Highlight; }
  .course-explorer .noUi-handle { border: 2px solid ButtonText; background: ButtonFace; }
  .course-explorer .jupyter-button { border: 1px solid ButtonText; }
  :is(.course-explorer, .course-question) :focus-visible:not(hr) { outline: 2px solid Highlight !important; }
}`;
const BUTTONS = { "fa-play": "Play", "fa-pause": "Pause", "fa-stop": "Back to the start", "fa-retweet": "Repeat" };

const set = (node, name, value) => { // only what differs, for we are told of each change
  if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
};

// Numbers that go leave their lines free, until the page gets another width.
function keepHeight(node) {
  if (!node?.clientWidth) return;
  if (node.dataset.width !== String(node.clientWidth)) node.style.minHeight = "";
  node.dataset.width = node.clientWidth;
  const tall = `${node.offsetHeight}px`;
  if (node.style.minHeight !== tall) node.style.minHeight = tall;
}

function render({ model, el }) {
  el.style.display = "none";
  el.appendChild(document.createElement("style")).textContent = STYLE;
  el.style.color = "var(--jp-ui-font-color1, inherit)"; // as a grid's: light on a dark page
  let root = null, frame = 0, saying = 0;

  function tell() {
    if (!root?.isConnected) return;
    const [r, g, b] = getComputedStyle(el).color.match(/[\d.]+/g).map(Number);
    const theme = 0.2126 * r + 0.7152 * g + 0.0722 * b > 150 ? "dark" : "light";
    if (theme === model.get("theme")) return;
    model.set("theme", theme);
    model.save_changes();
  }

  function say() {
    // Arrows are the control's own: JupyterLab would go to the next cell, and it asks the target alone.
    for (const control of root.querySelectorAll("select, input, button, .noUi-handle"))
      set(control, "data-lm-suppress-shortcuts", "true");
    for (const slider of root.querySelectorAll(".widget-slider")) {
      const name = slider.querySelector("label")?.textContent.trim();
      const handle = slider.querySelector(".noUi-handle"), readout = slider.querySelector(".widget-readout");
      set(handle, "aria-label", name);
      set(handle, "aria-valuetext", readout.textContent.trim());
      if (readout.getAttribute("contenteditable") !== "true") continue; // isContentEditable lays out the page
      set(readout, "role", "textbox");
      set(readout, "aria-label", `${name}, as a number`);
    }
    for (const icon of root.querySelectorAll(".widget-play i")) {
      const button = icon.parentElement, name = BUTTONS[[...icon.classList].find((one) => one in BUTTONS)];
      set(icon, "aria-hidden", "true"); // else its glyph is the button's name, and the title is said besides
      set(button, "title", name);
      if (name === "Repeat") set(button, "aria-pressed", String(button.classList.contains("mod-active")));
    }
    const options = root.querySelector(".widget-radio-box"); // Tab leads here past the question
    set(options, "role", "radiogroup");
    set(options, "aria-label", root.querySelector(".widget-html-content")?.textContent.trim());
    root.querySelectorAll("img").forEach((image, i) => set(image, "alt", model.get("pictures")[i] ?? ""));
    const numbers = root.querySelector(".course-readout .widget-html-content");
    set(numbers, "role", "status");
    keepHeight(numbers);
  }

  const back = (event) => { // out of the controls: the keys are the notebook's again
    if (event.key === "Escape") root.closest(".jp-Cell")?.focus();
  };

  const soon = () => { // once for all that a move of a slider changes
    saying ||= requestAnimationFrame(() => { saying = 0; say(); });
  };
  const watch = new MutationObserver(soon);
  const page = new MutationObserver(() => { tell(); setTimeout(tell, 250); }); // its CSS may come later
  page.observe(document.body, { attributes: true });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", tell);
  const begin = () => { // the box that we are in comes to be after us
    root = el.closest(".course-explorer, .course-question");
    if (!root) return void (frame = requestAnimationFrame(begin));
    const attributeFilter = ["aria-valuetext", "class"];
    watch.observe(root, { subtree: true, childList: true, characterData: true, attributeFilter });
    root.addEventListener("keydown", back);
    model.on("change:pictures", soon);
    say();
    tell();
  };
  begin();
  return () => {
    cancelAnimationFrame(frame);
    cancelAnimationFrame(saying);
    watch.disconnect();
    root?.removeEventListener("keydown", back);
    page.disconnect();
    system.removeEventListener("change", tell);
    model.off("change:pictures", soon);
  };
}

export default { render };
