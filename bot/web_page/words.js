// What the page says in Vietnamese and English, and how it writes days and times.

import { all, box } from "./parts.js";

const ZONE = "Asia/Ho_Chi_Minh"; // Times are those of the province, wherever the phone is set to.
const LOCALE = { vi: "vi-VN", en: "en-GB" };
// A portal may link to ?lang=en.
export const wanted = new URLSearchParams(location.search).get("lang");
export let lang = "vi";

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

export function say(node, key) {
  node.dataset.say = key;
  node.textContent = TEXTS[lang][key];
  return node;
}

export function label(node, key) {
  node.dataset.sayLabel = key;
  node.setAttribute("aria-label", TEXTS[lang][key]);
  return node;
}

/** Say everything on the page in a language; also what was drawn before, answers excepted. */
export function speak(chosen) {
  lang = chosen in TEXTS ? chosen : "vi";
  document.documentElement.lang = lang;
  document.title = TEXTS[lang].title;
  all("[data-say]", (node) => say(node, node.dataset.say));
  all("[data-say-label]", (node) => label(node, node.dataset.sayLabel));
  box.placeholder = TEXTS[lang][box.dataset.sayPlaceholder];
  all("[data-lang]", (node) => node.setAttribute("aria-pressed", String(node.dataset.lang === lang)));
  tellTimes();
}

export function tellTimes() {
  all("time[data-clock]", (node) => (node.textContent = clock(node.dateTime)));
  all("time[data-day]", (node) => (node.textContent = dayName(node.dateTime)));
}

export function clock(at) {
  const style = { hour: "2-digit", minute: "2-digit", timeZone: ZONE };
  return new Intl.DateTimeFormat(LOCALE[lang], style).format(new Date(at));
}

/** Give the day in the province as 2026-11-25: seven hours ahead of UTC, all year round. */
export function dayOf(date) {
  return new Date(Number(date) + 7 * 3600000).toISOString().slice(0, 10);
}

function dayName(iso) {
  const style = { weekday: "long", day: "numeric", month: "numeric", year: "numeric", timeZone: "UTC" };
  const near = { [dayOf(Date.now())]: "today", [dayOf(Date.now() - 86400000)]: "yesterday" }[iso];
  if (near) delete style.weekday;
  const date = new Intl.DateTimeFormat(LOCALE[lang], style).format(new Date(iso));
  return near ? `${TEXTS[lang][near]}, ${date}` : date;
}
