// Reports the words that are selected within one turn of the conversation, with the offset of the
// first in code points of the turn's text. Labels of evidence stand in the turn but not in its text.
const textOf = (range) => {
  const part = range.cloneContents();
  part.querySelectorAll(".cq-tag").forEach((tag) => tag.remove());
  return part.textContent;
};

const turnOf = (node) => {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element && element.closest(".cq-conversation .cq-bubble");
};

const selected = () => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const bubble = turnOf(range.startContainer);
  if (!bubble || bubble !== turnOf(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(bubble);
  before.setEnd(range.startContainer, range.startOffset);
  const text = textOf(range);
  if (!text.trim()) return null;
  const turn = Number(bubble.closest(".cq-turn").id.replace("turn-", ""));
  return { turn, start: [...textOf(before)].length, text };
};

// The form that is open. Streamlit may clear an earlier one away only after the next is drawn, so
// there is one pair of listeners for all, and what is selected goes to the newest form.
let open = null;
let last = "";
let used = null;

const report = () => {
  if (!open) return;
  const found = selected();
  const now = found ? JSON.stringify(found) : "";
  if (now === last) return;
  last = now;
  if (found) open("selected", { ...found, at: Date.now() });
};
document.addEventListener("mouseup", report);
document.addEventListener("keyup", report);

export default function ({ data, setStateValue }) {
  open = setStateValue;
  if (data?.used !== used) {
    used = data?.used;
    last = "";
    document.getSelection()?.removeAllRanges();
  }
  return () => {
    if (open === setStateValue) open = null;
  };
}
