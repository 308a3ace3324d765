// Saves the form with Ctrl+Enter wherever the focus is. A focused button would take the key for
// itself; a field keeps what was typed in it only when it loses the focus.
const onKey = (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const button = document.querySelector('[class*="st-key-save-"] button:not(:disabled)');
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.repeat) return;
  document.activeElement?.blur();
  button.click();
};

export default function () {
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}
