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
  const some = begun().slice(0, OFFERED);
  document.documentElement.classList.toggle("begun", some.length > 0);
  section.querySelector("ul").replaceChildren(...some.map(item));
}

function item({ key, at, of, title, page, show: series, image }) {
  const made = document.createElement("li");
  const picture = Object.assign(document.createElement(image ? "img" : "span"), { className: image ? "art" : "art letter" });
  picture.ariaHidden = "true";
  if (!image) picture.textContent = [...title ?? ""][0] ?? "";
  if (image) Object.assign(picture, { src: image, alt: "", width: 56, height: 56 });
  const link = Object.assign(document.createElement("a"), { href: `${page}#t=${at}`, textContent: title });
  const left = Object.assign(document.createElement("span"), { className: "left" });
  left.textContent = [series, of ? `${clock(of - at)} left` : clock(at)].filter(Boolean).join(" · ");
  left.style.setProperty("--heard", of ? at / of : 0);
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  away.setAttribute("aria-label", `Don’t offer ${title} any more`);
  away.addEventListener("click", () => {
    forget(key);
    show();
  });
  made.append(picture, link, left, away);
  return made;
}

for (const kind of ["play", "pause", "ended"]) deck.audio.addEventListener(kind, () => setTimeout(show));
