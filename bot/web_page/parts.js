// The parts of the page that stand in chat.html, and the making of new ones.

export const [log, typing, form, box, note, menu] = ["log", "typing", "form", "box", "note", "menu"].map(
  (id) => document.getElementById(id),
);

/** Make an element; what people write reaches the page only so, as text: nothing parses HTML. */
export function make(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

export function all(selector, act) {
  document.querySelectorAll(selector).forEach(act);
}
