// A key that is held down, or pressed in a burst, decides once: nobody has read what it would
// decide next. Two presses of the same key count as a burst below this time.
const BURST_MS = 100;
const DECIDING = new Set(["y", "o", "u", "n", "a", "p", "f", "x", "enter"]);
const TYPED_IN = "input, textarea, select, [contenteditable=true]";
const INTERACTIVE = `a, button, summary, [role], ${TYPED_IN}`;

let pressed = { key: "", at: 0 };
let place = { item: null, shown: null };

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

const conversation = () => document.querySelector('[class*="st-key-review-conversation"]');
const link = () => document.querySelector(".cq-rv-evidence a");

const boxes = (turn) => {
  const element = document.getElementById(`turn-${turn}`);
  const box = conversation();
  if (!box || !element || !box.contains(element)) return null;
  return { box, inner: element.getBoundingClientRect(), outer: box.getBoundingClientRect() };
};

// Shows a turn whole; one that is taller than the box from its beginning.
const scrollTo = (turn) => {
  const found = boxes(turn);
  if (!found || sideOf(found) === "") return;
  const { box, inner, outer } = found;
  box.scrollTop += inner.top - outer.top - Math.max(0, outer.height - inner.height) / 3;
};

const sideOf = ({ inner, outer }) => {
  if (inner.top < outer.top - 1) return inner.bottom > outer.top + 60 ? "" : "above";
  return inner.bottom > outer.bottom + 1 && inner.top > outer.top + 1 ? "below" : "";
};

// The link at the foot of the conversation: only while the evidence is out of sight.
const tell = () => {
  const anchor = link();
  if (!anchor) return;
  const found = boxes(anchor.hash.replace("#turn-", ""));
  const side = found ? sideOf(found) : "";
  anchor.parentElement.hidden = !side;
  if (side) anchor.textContent = anchor.dataset[side];
};

const follow = (event) => {
  const anchor = event.target.closest?.(".cq-rv-evidence a");
  if (!anchor) return;
  event.preventDefault();
  scrollTo(anchor.hash.replace("#turn-", ""));
};

const arrive = ({ item, turn, shown }) => {
  if (item !== place.item) conversation()?.scrollTo(0, 0);
  else if (shown !== place.shown && turn !== null) scrollTo(turn);
  place = { item, shown };
  tell();
};

export default function (component) {
  const { data } = component;
  window.addEventListener("keydown", onKey, true);
  document.addEventListener("scroll", tell, { capture: true, passive: true });
  document.addEventListener("click", follow, true);
  requestAnimationFrame(() => arrive(data));
  return () => {
    window.removeEventListener("keydown", onKey, true);
    document.removeEventListener("scroll", tell, { capture: true });
    document.removeEventListener("click", follow, true);
  };
}
