// Sends what the person says, again if need be, and begins with the conversation so far.

import { drawText } from "./answer.js";
import { grow, tell } from "./box.js";
import {
  adopt,
  clearLog,
  drawFailure,
  drawFiles,
  drawMessage,
  drawMine,
  isHidden,
  keepFocus,
  reveal,
  revealAnswer,
  shown,
} from "./bubbles.js";
import { box, log, make, note, typing } from "./parts.js";
import { Refusal, call, newId, post } from "./server.js";
import { lang, say, speak, wanted } from "./words.js";

const CALM = 300; // Milliseconds before the typing sign shows: quick answers should not flicker.
const UNSENT = "motcua-unsent"; // Key in the tab's storage for what the server has not confirmed.
const unsent = new Map(); // What the server has not confirmed, by its id.
const queue = []; // What is to be sent, one after the other; the first may be on its way.
let heard = 0; // The newest message an asking for news has brought: what we said ourselves may be newer.
let busy = false; // Whether an answer is awaited.

/** Send something new, after what is still waiting. */
export function submit(text, action = "") {
  // A button pressed twice before its answer came was meant once; a sent text has left its box.
  if (action && queue.some((entry) => entry.action === action)) return;
  tell("");
  enqueue({ id: newId(), text, action });
}

/** Send an entry when its turn comes; used again, with the same id, to try again. */
function enqueue(entry) {
  unsent.set(entry.id, entry);
  keepUnsent();
  keepFocus(() => drawWaiting(entry));
  queue.push(entry);
  next();
}

function next() {
  if (!busy && queue.length) deliver(queue[0]);
}

async function deliver(entry) {
  wait(true);
  drawWaiting(entry);
  const [reply, error] = await post(entry).then((value) => [value], (reason) => [null, reason]);
  queue.shift();
  wait(false);
  if (error) fail(entry, error);
  else keepFocus(() => accept(entry, reply));
  keepUnsent();
  next();
}

function drawWaiting(entry) {
  if (entry.failure) entry.failure.remove();
  entry.failure = null;
  if (isHidden({ mine: true, text: entry.text })) return;
  entry.bubble = entry.bubble || drawMine(entry.text);
  entry.bubble.classList.add("waiting");
  const sending = say(make("span"), "sending");
  sending.setAttribute("aria-hidden", "true"); // The typing sign says it aloud.
  entry.bubble.querySelector(".meta").replaceChildren(sending);
  // One that waited its turn, or failed, moves down to where its answer will be.
  if (log.lastElementChild !== entry.bubble) log.append(entry.bubble);
  reveal(entry.bubble, "nearest");
}

function accept(entry, { lang: spoken, messages, files = [] }) {
  if (messages.some((message) => message.failed)) return apologize(entry, messages);
  unsent.delete(entry.id);
  if (spoken !== lang) speak(spoken);
  if (entry.action === "forget:yes" || entry.action === "data:erase-yes") {
    startOver();
    entry.bubble = null;
  }
  // A repeated id brings the whole history: what is on the page already is left alone.
  const fresh = messages.filter((message) => !shown.has(message.id));
  if (entry.bubble) settle(entry.bubble, fresh);
  const answers = fresh.map(drawMessage).filter((bubble) => bubble && bubble.matches(".bot"));
  if (answers.length && files.length) answers[answers.length - 1].append(drawFiles(files));
  if (answers.length) revealAnswer(answers[answers.length - 1]);
}

/** The waiting bubble stands where the first new message belongs, and becomes it. */
function settle(bubble, fresh) {
  if (fresh.length && fresh[0].mine) adopt(bubble, fresh.shift());
  else bubble.remove();
}

/** The server failed inside and apologized: nothing was counted, so the same may be sent again. */
function apologize(entry, messages) {
  entry.failure = drawFailure("unsent", () => enqueue(entry));
  entry.failure.firstChild.replaceWith(drawText(messages[messages.length - 1].text));
  markUnsent(entry);
}

function fail(entry, error) {
  if (!(error instanceof Refusal)) {
    entry.failure = drawFailure(entry.bubble ? "unsent" : "unloaded", () => enqueue(entry));
    return markUnsent(entry);
  }
  unsent.delete(entry.id);
  if (entry.bubble) keepFocus(() => entry.bubble.remove());
  if (!entry.action && !box.value && entry.bubble) box.value = entry.text;
  grow();
  tell("");
  note.textContent = error.message;
}

function markUnsent({ bubble }) {
  if (bubble) bubble.querySelector(".meta").replaceChildren();
}

function wait(on) {
  busy = on;
  clearTimeout(wait.timer);
  if (on) wait.timer = setTimeout(showTyping, CALM);
  else typing.replaceChildren();
}

function showTyping() {
  const dots = make("span", "dots", make("i"), make("i"), make("i"));
  dots.setAttribute("aria-hidden", "true");
  typing.replaceChildren(dots, say(make("span"), "typing"));
  reveal(typing, "nearest");
}

function startOver() {
  clearLog();
  unsent.clear();
}

// --- What was not confirmed survives a reload ----------------------------------------------------

function keepUnsent() {
  const entries = [...unsent.values()].map(({ id, text, action }) => ({ id, text, action }));
  try {
    sessionStorage.setItem(UNSENT, JSON.stringify(entries));
  } catch {
    // Storage is blocked or full: then a reload loses what was not sent, which the page survives.
  }
}

function readUnsent() {
  try {
    return JSON.parse(sessionStorage.getItem(UNSENT)) || [];
  } catch {
    return [];
  }
}

/** Show the conversation so far, greet who has none, and send what an earlier load could not. */
export async function begin() {
  wait(true);
  const history = await call(wanted ? `?lang=${encodeURIComponent(wanted)}` : "").catch(() => null);
  wait(false);
  if (history) show(history, unsent.size ? [...unsent.values()] : readUnsent());
  else offerBeginning();
  next();
}

/** Look for what came without being asked for, such as a reminder. */
export async function lookForNews() {
  if (busy || queue.length || document.hidden || !shown.size) return;
  const news = await call(`?after=${heard}`).catch(() => null);
  if (!news || busy || queue.length) return;
  heard = Math.max(heard, ...news.messages.map((message) => message.id));
  const fresh = news.messages.filter((message) => !shown.has(message.id));
  const bubbles = fresh.map(drawMessage).filter(Boolean);
  if (bubbles.length) reveal(bubbles[bubbles.length - 1], "nearest");
}

function show({ lang: spoken, messages }, left) {
  startOver();
  queue.splice(0); // All of it is in what is left.
  speak(spoken);
  drawQuietly(messages);
  heard = Math.max(0, ...messages.map((message) => message.id));
  if (!log.childElementCount) enqueue({ id: newId(), text: "/start", action: "" });
  const told = takeLink();
  if (told) enqueue({ id: newId(), text: `/start ${told}`, action: "" });
  for (const { id, text, action } of left) {
    if (!isHidden({ mine: true, text })) enqueue({ id, text, action });
  }
}

/** Give what the page's address carries (?start=…), once: a reload must not follow it again. */
function takeLink() {
  const address = new URL(location.href);
  const told = address.searchParams.get("start") || "";
  if (!told) return "";
  address.searchParams.delete("start");
  history.replaceState(null, "", address);
  return told.slice(0, 64);
}

function offerBeginning() {
  const failure = drawFailure("unloaded", () => {
    if (busy) return; // The conversation is drawn anew: not while an answer is on its way.
    keepFocus(() => failure.remove());
    begin();
  });
}

/** Draw the history without having a screen reader read all of it aloud. */
function drawQuietly(messages) {
  if (messages.length) log.setAttribute("aria-live", "off");
  const bubbles = messages.map(drawMessage).filter(Boolean);
  if (bubbles.length) revealAnswer(bubbles[bubbles.length - 1]);
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
}
