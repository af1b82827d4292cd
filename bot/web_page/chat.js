// The chat page: draws the conversation, sends what the person writes, and says so when that fails.
//
// What people and the bot write reaches the page only as text nodes; nothing here parses HTML.

const LIMIT = 10000; // The server reads no longer message: MOST_CHARS in bot/turn.py.
const PATIENCE = 30000; // Milliseconds until an unanswered request counts as failed.
const CALM = 300; // Milliseconds before the typing sign shows: quick answers should not flicker.
const ZONE = "Asia/Ho_Chi_Minh"; // Times are those of the province, wherever the phone is set to.
const LOCALE = { vi: "vi-VN", en: "en-GB" };
const UNSENT = "motcua-unsent"; // Key in the tab's storage for what the server has not confirmed.

const TEXTS = {
  vi: {
    title: "Một Cửa – hỏi đáp thủ tục hành chính",
    subtitle: "Hỏi đáp thủ tục hành chính",
    skip: "Đến ô nhập câu hỏi",
    language: "Ngôn ngữ",
    menu: "Tùy chọn",
    help: "Trợ giúp",
    print: "In cuộc trò chuyện",
    erase: "Xóa cuộc trò chuyện",
    log: "Cuộc trò chuyện",
    you: "Anh/chị",
    choices: "Lựa chọn",
    box: "Câu hỏi của anh/chị",
    placeholder: "Gõ câu hỏi ở đây…",
    send: "Gửi",
    keys: "Enter để gửi, Shift + Enter để xuống dòng.",
    typing: "Đang tìm câu trả lời…",
    sending: "Đang gửi…",
    unsent: "Chưa gửi được, có thể do mạng yếu. Lời của anh/chị vẫn còn đây.",
    unloaded: "Xin lỗi, chưa tải được cuộc trò chuyện, có thể do mạng yếu.",
    retry: "Thử lại",
    long: "Tin này dài quá 10.000 ký tự. Xin viết ngắn lại rồi gửi.",
    newTab: "(mở trang mới)",
    today: "Hôm nay",
    yesterday: "Hôm qua",
    cookies:
      "Trình duyệt đang chặn cookie: mỗi câu cần hỏi đủ ý, và tải lại trang thì cuộc trò chuyện sẽ mất.",
    footer:
      "Chỉ trả lời từ tài liệu đã kiểm tra. Xin đừng gửi số căn cước, số giấy tờ cá nhân.",
  },
  en: {
    title: "Một Cửa – answers on public services",
    subtitle: "Answers on public services",
    skip: "Skip to message box",
    language: "Language",
    menu: "Options",
    help: "Help",
    print: "Print the conversation",
    erase: "Erase the conversation",
    log: "Conversation",
    you: "You",
    choices: "Choices",
    box: "Your question",
    placeholder: "Type your question…",
    send: "Send",
    keys: "Enter sends, Shift + Enter starts a new line.",
    typing: "Looking for the answer…",
    sending: "Sending…",
    unsent: "Not sent yet, the network may be weak. Your words are still here.",
    unloaded: "Sorry, the conversation could not be loaded; the network may be weak.",
    retry: "Try again",
    long: "This message is longer than 10,000 characters. Please shorten it, then send it.",
    newTab: "(opens a new page)",
    today: "Today",
    yesterday: "Yesterday",
    cookies:
      "Your browser blocks cookies: put everything into each question; reloading loses the conversation.",
    footer:
      "Answers come only from checked documents. Please do not send ID numbers.",
  },
};

// Commands the menu sends for the person; their bubble shows the menu's words instead.
const COMMANDS = { "/help": "help", "/forget": "erase" };

const [log, typing, form, box, note, menu] = ["log", "typing", "form", "box", "note", "menu"].map(
  (id) => document.getElementById(id),
);

const wanted = new URLSearchParams(location.search).get("lang"); // A portal may link to ?lang=en.
const shown = new Set(); // Numbers of the messages that are on the page.
const unsent = new Map(); // What the server has not confirmed, by its id.
const queue = []; // What is to be sent, one after the other; the first may be on its way.
let lang = "vi";
let busy = false; // Whether an answer is awaited.
let lastClick = [0, 0, 0]; // When and where.
let day = ""; // The day of the last bubble.

// --- Words of the page -------------------------------------------------------------------------

function say(node, key) {
  node.dataset.say = key;
  node.textContent = TEXTS[lang][key];
  return node;
}

function label(node, key) {
  node.dataset.sayLabel = key;
  node.setAttribute("aria-label", TEXTS[lang][key]);
  return node;
}

/** Say everything on the page in a language; also what was drawn before, answers excepted. */
function speak(chosen) {
  lang = chosen in TEXTS ? chosen : "vi";
  document.documentElement.lang = lang;
  document.title = TEXTS[lang].title;
  all("[data-say]", (node) => say(node, node.dataset.say));
  all("[data-say-label]", (node) => label(node, node.dataset.sayLabel));
  box.placeholder = TEXTS[lang][box.dataset.sayPlaceholder];
  all("[data-lang]", (node) => node.setAttribute("aria-pressed", String(node.dataset.lang === lang)));
  tellTimes();
}

function tellTimes() {
  all("time[data-clock]", (node) => (node.textContent = clock(node.dateTime)));
  all("time[data-day]", (node) => (node.textContent = dayName(node.dateTime)));
}

function clock(at) {
  const style = { hour: "2-digit", minute: "2-digit", timeZone: ZONE };
  return new Intl.DateTimeFormat(LOCALE[lang], style).format(new Date(at));
}

/** Give the day in the province as 2026-11-25: seven hours ahead of UTC, all year round. */
function dayOf(date) {
  return new Date(Number(date) + 7 * 3600000).toISOString().slice(0, 10);
}

function dayName(iso) {
  const style = { weekday: "long", day: "numeric", month: "numeric", year: "numeric", timeZone: "UTC" };
  const near = { [dayOf(Date.now())]: "today", [dayOf(Date.now() - 86400000)]: "yesterday" }[iso];
  if (near) delete style.weekday;
  const date = new Intl.DateTimeFormat(LOCALE[lang], style).format(new Date(iso));
  return near ? `${TEXTS[lang][near]}, ${date}` : date;
}

// --- From text to elements ---------------------------------------------------------------------

const ITEM = /^\s*(?:•|(\d{1,3})\.)\s+(.*)$/;
const LABELLED = /^([^:.!?;]{1,40}):\s+\S/;
const SOURCE = /^(?:Nguồn|Source):/;
const SPECIAL = /(https?:\/\/[^\s<>"“”]*[^\s<>"“”.,;:!?)\]»'])|(\((?:cần kiểm tra lại|to be verified)\))/gi;
const TITLE = 140; // A longer first line is a sentence, not a title.
const MOST_URL = 56;

function make(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function all(selector, act) {
  document.querySelectorAll(selector).forEach(act);
}

/** Draw an answer by the light conventions of the server's plain text (handlers/answers). */
function drawText(text) {
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

function drawChoices(rows) {
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
    if (!isEcho(event)) submit(words, action || "");
  });
  return button;
}

/** Tell the second half of a double click: the page has moved, so it may hit another button. */
function isEcho({ detail, timeStamp, clientX, clientY }) {
  const [before, x, y] = lastClick;
  lastClick = [timeStamp, clientX, clientY];
  return detail > 0 && timeStamp - before < 500 && x === clientX && y === clientY;
}

/** Guess the language of an answer, so that a screen reader pronounces old ones rightly too. */
function languageOf(text) {
  const marked = (text.normalize("NFC").match(/[\u00c0-\u01b0\u1ea0-\u1ef9]/g) || []).length;
  return marked > 0.08 * text.length ? "vi" : "en";
}

// --- The conversation on the page --------------------------------------------------------------

function isHidden(message) {
  return message.mine && message.text.startsWith("/start"); // The page said that, not the person.
}

function drawMessage(message) {
  shown.add(message.id);
  if (isHidden(message)) return null;
  const bubble = message.mine ? drawMine(message.text) : drawAnswer(message);
  log.append(bubble);
  stamp(bubble, message);
  return bubble;
}

function drawMine(text) {
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
function adopt(bubble, message) {
  shown.add(message.id);
  bubble.classList.remove("waiting");
  bubble.querySelector(".meta").replaceChildren();
  const words = bubble.querySelector(".text");
  const changed = !COMMANDS[message.text] && words.textContent !== message.text;
  if (changed) words.textContent = message.text; // Else untouched: a screen reader has read it.
  stamp(bubble, message);
}

function drawFailure(key, again) {
  const button = say(make("button", "choice"), "retry");
  button.type = "button";
  button.addEventListener("click", again);
  const failure = make("div", "failure", say(make("p"), key), button);
  log.append(failure);
  reveal(failure, "nearest");
  return failure;
}

function clearLog() {
  log.replaceChildren();
  shown.clear();
  unsent.clear();
  day = "";
}

/** Scroll so that an answer's beginning can be read, with the question above it if that is short. */
function revealAnswer(answer) {
  if (answer === log.querySelector(".bubble")) return reveal(log.firstElementChild, "start");
  const before = answer.previousElementSibling;
  const fits = before && before.matches(".mine") && before.offsetHeight < innerHeight / 4;
  reveal(fits ? before : answer, "start");
}

function reveal(node, block) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ block, behavior: still ? "auto" : "smooth" });
}

/** Do something to the log, and put the focus on its end if what held the focus is gone. */
function keepFocus(change) {
  const inside = log.contains(document.activeElement);
  change();
  if (!inside || log.contains(document.activeElement)) return;
  const end = log.lastElementChild || box;
  if (end !== box) end.tabIndex = -1;
  end.focus({ preventScroll: true });
}

/** Say something short next to the message box; nothing without a key. */
function tell(key) {
  box.setAttribute("aria-invalid", String(key === "long"));
  if (key && note.dataset.say === key) return; // Said already: not again at every letter.
  delete note.dataset.say;
  if (key) say(note, key);
  else note.textContent = "";
}

// --- Talking to the server ---------------------------------------------------------------------

/** The server understood and said no: sending the same again would not help. */
class Refusal extends Error {}

async function call(query, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(`api/chat${query}`, { ...options, cache: "no-store", signal: stop.signal });
    return await read(response);
  } finally {
    clearTimeout(timer);
  }
}

async function read(response) {
  const value = await response.json();
  const later = response.status === 408 || response.status === 429;
  if (response.ok && Array.isArray(value.messages)) return value;
  if (response.status >= 400 && response.status < 500 && !later && value.error) {
    throw new Refusal(value.error);
  }
  throw new Error(`status ${response.status}`);
}

function post({ id, text, action }) {
  const body = JSON.stringify({ id, text, action });
  const headers = { "content-type": "application/json" };
  return call(`?lang=${lang}`, { method: "POST", headers, body });
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send something new, after what is still waiting. */
function submit(text, action = "") {
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

function accept(entry, { lang: spoken, messages }) {
  if (messages.some((message) => message.failed)) return apologize(entry, messages);
  unsent.delete(entry.id);
  if (spoken !== lang) speak(spoken);
  if (entry.action === "forget:yes") {
    clearLog();
    entry.bubble = null;
  }
  // A repeated id brings the whole history: what is on the page already is left alone.
  const fresh = messages.filter((message) => !shown.has(message.id));
  if (entry.bubble) settle(entry.bubble, fresh);
  const answers = fresh.map(drawMessage).filter((bubble) => bubble && bubble.matches(".bot"));
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
async function begin() {
  wait(true);
  const history = await call(wanted ? `?lang=${encodeURIComponent(wanted)}` : "").catch(() => null);
  wait(false);
  if (history) show(history, unsent.size ? [...unsent.values()] : readUnsent());
  else offerBeginning();
  next();
}

function show({ lang: spoken, messages }, left) {
  clearLog();
  queue.splice(0); // All of it is in what is left.
  speak(spoken);
  drawQuietly(messages);
  if (!log.childElementCount) enqueue({ id: newId(), text: "/start", action: "" });
  for (const { id, text, action } of left) {
    if (!isHidden({ mine: true, text })) enqueue({ id, text, action });
  }
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

// --- What the person does ------------------------------------------------------------------------

function sendTyped() {
  const text = box.value.trim();
  if (isTooLong(text)) tell("long");
  else if (text) {
    box.value = "";
    submit(text);
  }
  grow();
  box.focus({ preventScroll: true });
}

function isTooLong(text) {
  return text.length > LIMIT && [...text].length > LIMIT; // Counted as the server counts.
}

/** Let the message box grow with its text; the style sheet stops it at five lines. */
function grow() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}

function typed() {
  const text = box.value.trim();
  grow();
  if (isTooLong(text)) tell("long");
  else tell("");
}

function pressed(event) {
  // Input methods for Vietnamese use Enter to finish a word: that Enter is not meant to send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendTyped();
}

const MENU = {
  help: () => submit("/help"),
  print: () => window.print(),
  erase: () => submit("/forget"),
};

function closeMenu(event) {
  const leaving = event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target);
  if (!menu.open || !leaving) return;
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) menu.querySelector("summary").focus();
}

function listen() {
  form.addEventListener("submit", (event) => (event.preventDefault(), sendTyped()));
  box.addEventListener("keydown", pressed);
  box.addEventListener("input", typed);
  for (const type of ["keydown", "click", "focusin"]) document.addEventListener(type, closeMenu);
  all("[data-do]", (button) =>
    button.addEventListener("click", () => {
      menu.open = false;
      menu.querySelector("summary").focus();
      MENU[button.dataset.do]();
    }),
  );
  all("[data-lang]", (button) =>
    button.addEventListener("click", () => {
      const other = button.dataset.lang;
      if (other !== lang) submit(button.lastChild.textContent.slice(3), `lang:${other}`);
    }),
  );
}

speak(wanted || navigator.language.slice(0, 2)); // A guess, until the server says what it remembers.
all(".skip, .langs, #menu, #form", (part) => (part.hidden = false)); // Useless without this script.
document.getElementById("cookies").hidden = navigator.cookieEnabled;
listen();
begin();
