// The conversation as it stands on the page: bubbles, days, failures, and what of it is in sight.

import { drawChoices, drawText, languageOf } from "./answer.js";
import { box, log, make } from "./parts.js";
import { clock, dayOf, say, tellTimes } from "./words.js";

// Commands the menu sends for the person; their bubble shows the menu's words instead.
const COMMANDS = { "/help": "help", "/forget": "erase" };

export const shown = new Set(); // Numbers of the messages that are on the page.
let day = ""; // The day of the last bubble.

export function isHidden(message) {
  return message.mine && message.text.startsWith("/start"); // The page said that, not the person.
}

export function drawMessage(message) {
  shown.add(message.id);
  if (isHidden(message)) return null;
  const bubble = message.mine ? drawMine(message.text) : drawAnswer(message);
  log.append(bubble);
  stamp(bubble, message);
  return bubble;
}

export function drawMine(text) {
  const words = make("p", "text", text);
  if (COMMANDS[text]) say(words, COMMANDS[text]);
  const who = make("span", "unseen", say(make("span"), "you"), ": ");
  return make("article", "bubble mine", who, words, make("p", "meta"));
}

function drawAnswer({ text, buttons = [] }) {
  const name = make("span", "", "Một Cửa");
  name.lang = "vi";
  const bubble = make("article", "bubble bot", make("p", "meta", name), drawText(text));
  bubble.lang = languageOf(text);
  if (buttons.length) bubble.append(drawChoices(buttons));
  return bubble;
}

/** Write the time onto a bubble, and a line with the day above it where a new day begins. */
function stamp(bubble, { at }) {
  const time = make("time", "", clock(at));
  time.dateTime = at;
  time.dataset.clock = "";
  bubble.querySelector(".meta").append(time);
  const today = dayOf(new Date(at));
  if (today === day) return;
  day = today;
  const line = make("time");
  line.dateTime = day;
  line.dataset.day = "";
  bubble.before(make("p", "day", line));
  tellTimes(); // Past midnight, yesterday's line must no longer say "today".
}

/** Give the person's waiting bubble the text and time the server kept: it covers ID numbers. */
export function adopt(bubble, message) {
  shown.add(message.id);
  bubble.classList.remove("waiting");
  bubble.querySelector(".meta").replaceChildren();
  const words = bubble.querySelector(".text");
  const changed = !COMMANDS[message.text] && words.textContent !== message.text;
  if (changed) words.textContent = message.text; // Else untouched: a screen reader has read it.
  stamp(bubble, message);
}

export function drawFailure(key, again) {
  const button = say(make("button", "choice"), "retry");
  button.type = "button";
  button.addEventListener("click", again);
  const failure = make("div", "failure", say(make("p"), key), button);
  log.append(failure);
  reveal(failure, "nearest");
  return failure;
}

/** Links that save files which came with an answer; they are gone with the page. */
export function drawFiles(files) {
  const links = files.map(({ name, type, data }) => {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    const link = make("a", "choice", name);
    link.href = URL.createObjectURL(new Blob([bytes], { type }));
    link.download = name;
    return link;
  });
  return make("p", "choices", ...links);
}

export function clearLog() {
  log.replaceChildren();
  shown.clear();
  day = "";
}

/** Scroll so that an answer's beginning can be read, with the question above it if that is short. */
export function revealAnswer(answer) {
  if (answer === log.querySelector(".bubble")) return reveal(log.firstElementChild, "start");
  const before = answer.previousElementSibling;
  const fits = before && before.matches(".mine") && before.offsetHeight < innerHeight / 4;
  reveal(fits ? before : answer, "start");
}

export function reveal(node, block) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ block, behavior: still ? "auto" : "smooth" });
}

/** Do something to the log, and put the focus on its end if what held the focus is gone. */
export function keepFocus(change) {
  const inside = log.contains(document.activeElement);
  change();
  if (!inside || log.contains(document.activeElement)) return;
  const end = log.lastElementChild || box;
  if (end !== box) end.tabIndex = -1;
  end.focus({ preventScroll: true });
}
