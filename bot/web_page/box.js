// The message box: how it grows, what is too long for it, and what is said next to it.

import { box, note } from "./parts.js";
import { say } from "./words.js";

const LIMIT = 10000; // The server reads no longer message: MOST_CHARS in bot/turn.py.

/** Say something short next to the message box; nothing without a key. */
export function tell(key) {
  box.setAttribute("aria-invalid", String(key === "long"));
  if (key && note.dataset.say === key) return; // Said already: not again at every letter.
  delete note.dataset.say;
  if (key) say(note, key);
  else note.textContent = "";
}

export function isTooLong(text) {
  return text.length > LIMIT && [...text].length > LIMIT; // Counted as the server counts.
}

/** Let the message box grow with its text; the style sheet stops it at five lines. */
export function grow() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}

export function typed() {
  const text = box.value.trim();
  grow();
  if (isTooLong(text)) tell("long");
  else tell("");
}
