// How much of each episode was heard, in lists, and what to go on with on the home page. It is read from this browser
// and written into the page; the server never knows.

import { begun, deck, forget, heard, isDone } from "./deck.js";
import { clock } from "./player.js";

const OFFERED = 4;

/** Fill in what the lists of this page say of what was heard. */
export function show() {
  const all = heard();
  for (const place of document.querySelectorAll("[data-heard]")) {
    const was = all[place.dataset.heard];
    place.dataset.length ??= place.textContent;
    const part = was ? isDone(was) ? 1 : was.at / (was.of || Infinity) : 0;
    place.style.setProperty("--heard", part);
    place.classList.toggle("begun", part > 0);
    const left = was && part < 1 ? `${clock(was.of - was.at)} left` : "heard";
    const text = part > 0 ? left : place.dataset.length;
    if (place.textContent !== text) place.textContent = text;
  }
  offer();
  mark();
}

/** Which of the list's buttons would pause. */
function mark() {
  for (const button of document.querySelectorAll("[data-play]")) {
    const episode = JSON.parse(button.dataset.play);
    const plays = deck.holds(episode) && !deck.paused;
    button.querySelector("use").setAttribute("href", plays ? "#i-pause" : "#i-play");
    button.querySelector(".unseen").textContent = `${plays ? "Pause" : "Play"} ${episode.title}`;
  }
}

function offer() {
  const section = document.querySelector(".continue");
  if (!section) return;
  const some = begun().slice(0, OFFERED), list = section.querySelector("ul"), held = document.activeElement;
  document.documentElement.classList.toggle("begun", some.length > 0);
  // What is offered already stays, for the sake of who is on it with the keyboard.
  const items = some.map((one) => [...list.children].find(({ dataset }) => dataset.key === one.key) ?? item(one));
  items.forEach((made, place) => tell(made, some[place]));
  if (items.length === list.children.length && items.every((made, place) => made === list.children[place])) return;
  list.replaceChildren(...items);
  if (list.contains(held)) held.focus({ preventScroll: true });
}

/** How far it was heard. */
function tell(made, { at, of, page, show: series }) {
  made.querySelector("a").href = `${page}#t=${at}`;
  const left = made.querySelector(".left");
  left.textContent = [series, of ? `${clock(of - at)} left` : clock(at)].filter(Boolean).join(" · ");
  left.style.setProperty("--heard", of ? at / of : 0);
}

function item({ key, title, image }) {
  const made = document.createElement("li");
  made.dataset.key = key;
  const picture = Object.assign(document.createElement(image ? "img" : "span"), { className: image ? "art" : "art letter" });
  picture.ariaHidden = "true";
  if (!image) picture.textContent = [...title ?? ""][0] ?? "";
  if (image) Object.assign(picture, { src: image, alt: "", width: 56, height: 56 });
  const link = Object.assign(document.createElement("a"), { textContent: title });
  // It may have been heard on since this was written; and what plays goes on as it is.
  link.addEventListener("click", () => {
    link.hash = deck.holds({ key }) && !deck.paused ? "" : `t=${Math.floor(deck.placeOf({ key }))}`;
  });
  const left = Object.assign(document.createElement("span"), { className: "left" });
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  away.setAttribute("aria-label", `Don’t offer ${title} any more`);
  away.addEventListener("click", () => {
    const next = made.nextElementSibling ?? made.previousElementSibling;
    forget(key);
    show();
    (next?.querySelector("button") ?? document.querySelector("main")).focus({ preventScroll: true });
  });
  made.append(picture, link, left, away);
  return made;
}

for (const kind of ["play", "pause", "ended"]) deck.audio.addEventListener(kind, () => setTimeout(show));
