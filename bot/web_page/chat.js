// The chat page begins here: what the person does goes to the message box, the menu and the talk.

import { whenChosen } from "./answer.js";
import { grow, isTooLong, tell, typed } from "./box.js";
import { all, box, form, menu } from "./parts.js";
import { begin, lookForNews, submit } from "./talk.js";
import { lang, speak, wanted } from "./words.js";

const NEWS = 20000; // Milliseconds between two looks for what came without being asked for.

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
whenChosen(submit);
listen();
begin();
setInterval(lookForNews, NEWS);
