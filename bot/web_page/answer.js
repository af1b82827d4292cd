// Draws an answer: from the light conventions of the server's plain text to elements.

import { make } from "./parts.js";
import { label, say } from "./words.js";

const ITEM = /^\s*(?:•|(\d{1,3})\.)\s+(.*)$/;
const LABELLED = /^([^:.!?;]{1,40}):\s+\S/;
const SOURCE = /^(?:Nguồn|Source):/;
const SPECIAL = /(https?:\/\/[^\s<>"“”]*[^\s<>"“”.,;:!?)\]»'])|(\((?:cần kiểm tra lại|to be verified)\))/gi;
const TITLE = 140; // A longer first line is a sentence, not a title.
const MOST_URL = 56;

let lastClick = [0, 0, 0]; // When and where.
let choose = () => {}; // What a button with an action does.

/** Draw an answer by the light conventions of the server's plain text (handlers/answers). */
export function drawText(text) {
  const body = make("div", "text");
  const parts = text.trim().split(/\n\s*\n/).map((part) => part.split("\n"));
  const source = parts.map((lines) => SOURCE.test(lines[0])).lastIndexOf(true);
  if (parts.length > 1 && isTitle(...parts[0])) {
    body.append(make("h2", "", ...drawWords(parts[0].shift())));
  }
  parts.forEach((lines, at) => {
    const name = source > 0 && at >= source ? "part source" : "part";
    if (lines.length) body.append(make("div", name, ...drawLines(lines)));
  });
  return body;
}

/** A title stands alone or heads a list; the first of several sentences is none. */
function isTitle(line, next) {
  const heads = next === undefined || (ITEM.test(next) && line.endsWith(":"));
  return heads && line.length <= TITLE && !LABELLED.test(line) && !ITEM.test(line);
}

function drawLines(lines) {
  const drawn = [];
  let list = null;
  lines.forEach((line, at) => {
    const item = ITEM.exec(line);
    if (!item) {
      drawn.push(drawLine(line, ITEM.test(lines[at + 1] || "")));
      list = null;
      return;
    }
    const kind = item[1] ? "ol" : "ul";
    if (!list || list.localName !== kind) {
      list = make(kind);
      if (item[1]) list.start = Number(item[1]);
      drawn.push(list);
    }
    list.append(make("li", "", ...drawWords(item[2])));
  });
  return drawn;
}

function drawLine(line, beforeList) {
  if (beforeList && line.trimEnd().endsWith(":")) return make("p", "", make("strong", "", line));
  const found = LABELLED.exec(line);
  if (!found) return make("p", "", ...drawWords(line));
  const end = found[1].length + 1;
  return make("p", "", make("strong", "", line.slice(0, end)), ...drawWords(line.slice(end)));
}

/** Draw words with their links and their warning marks. */
function drawWords(words) {
  const drawn = [];
  let from = 0;
  for (const found of words.matchAll(SPECIAL)) {
    drawn.push(words.slice(from, found.index));
    drawn.push(found[1] ? drawAddress(found[1]) : make("span", "unsure", found[2]));
    from = found.index + found[0].length;
  }
  drawn.push(words.slice(from));
  return drawn;
}

/** Draw an address; a long one would bury the words around it, so only its beginning shows. */
function drawAddress(url) {
  if (url.length <= MOST_URL) return drawLink(url, url);
  return drawLink(url, `${url.slice(0, MOST_URL)}…`, "cut");
}

function drawLink(url, words, className = "") {
  const link = make("a", className, words, " ", say(make("span", "unseen"), "newTab"));
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

export function drawChoices(rows) {
  const lines = rows.map((row) => make("div", "row", ...row.map(drawChoice)));
  const group = label(make("div", "choices", ...lines), "choices");
  group.setAttribute("role", "group");
  return group;
}

function drawChoice({ label: words, action, url }) {
  // Only addresses that a link may safely hold: never "javascript:".
  if (/^(?:https?|tel|mailto):/i.test(url || "")) return drawLink(url, words, "choice");
  const button = make("button", "choice", words);
  button.type = "button";
  button.addEventListener("click", (event) => {
    if (!isEcho(event)) choose(words, action || "");
  });
  return button;
}

/** Say what happens to the words and the action of a button that is pressed. */
export function whenChosen(act) {
  choose = act;
}

/** Tell the second half of a double click: the page has moved, so it may hit another button. */
function isEcho({ detail, timeStamp, clientX, clientY }) {
  const [before, x, y] = lastClick;
  lastClick = [timeStamp, clientX, clientY];
  return detail > 0 && timeStamp - before < 500 && x === clientX && y === clientY;
}

/** Guess the language of an answer, so that a screen reader pronounces old ones rightly too. */
export function languageOf(text) {
  const marked = (text.normalize("NFC").match(/[\u00c0-\u01b0\u1ea0-\u1ef9]/g) || []).length;
  return marked > 0.08 * text.length ? "vi" : "en";
}
