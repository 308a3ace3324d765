// A key that is held down, or pressed in a burst, decides once: nobody has read what it would
// decide next. Two presses of the same key count as a burst below this time.
const BURST_MS = 100;
const DECIDING = new Set(["y", "o", "u", "n", "a", "p", "f", "x", "enter"]);
const TYPED_IN = "input, textarea, select, [contenteditable=true]";
const INTERACTIVE = `a, button, summary, [role], ${TYPED_IN}`;

let pressed = { key: "", at: 0 };
let shown = null;

const click = (name) => {
  const button = document.querySelector(`[class*="st-key-${name}"] button:not(:disabled)`);
  if (button) button.click();
  return Boolean(button);
};

const stop = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

const onKey = (event) => {
  if (event.target.closest?.(TYPED_IN) || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const isBurst = event.repeat || (key === pressed.key && event.timeStamp - pressed.at < BURST_MS);
  pressed = { key, at: event.timeStamp };
  if (isBurst && DECIDING.has(key)) stop(event);
  else if (key === "?" && click("review-help")) stop(event);
  else if (key === "enter" && !event.target.closest?.(INTERACTIVE) && click("confirm-")) stop(event);
};

const scrollTo = (turn) => {
  const element = document.getElementById(`turn-${turn}`);
  const box = element?.closest('[class*="st-key-review-conversation"]');
  if (!box) return;
  const inner = element.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
  box.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 3;
};

export default function (component) {
  const { data } = component;
  window.addEventListener("keydown", onKey, true);
  if (data.shown !== shown) {
    shown = data.shown;
    if (data.turn !== null) requestAnimationFrame(() => scrollTo(data.turn));
  }
  return () => window.removeEventListener("keydown", onKey, true);
}
