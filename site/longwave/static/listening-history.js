// The listening history on pages: how much of each episode was heard, in lists, and the episodes to continue on the home
// page. Both are read from this browser; the server never learns of them.

import { clock, phrase } from "./phrases.js";
import { forget, isFinished, listened, playback, unfinished } from "./playback.js";

const MAX_OFFERED = 4;

/** Update the lengths in lists, the episodes to continue and the play buttons of the page. */
export function update() {
  const history = listened();
  for (const element of document.querySelectorAll("[data-progress]")) {
    const entry = history[element.dataset.progress];
    element.dataset.length ??= element.textContent;
    const share = entry ? isFinished(entry) ? 1 : entry.at / (entry.of || Infinity) : 0;
    element.style.setProperty("--progress", share);
    element.classList.toggle("started", share > 0);
    const progress = entry && share < 1 ? phrase("left", { time: clock(entry.of - entry.at) }) : phrase("heard");
    const text = share > 0 ? progress : element.dataset.length;
    if (element.textContent !== text) element.textContent = text;
  }
  updateContinue();
  updateButtons();
}

/** Show on each play button of a list whether a click would pause. */
function updateButtons() {
  for (const button of document.querySelectorAll("[data-play]")) {
    const episode = JSON.parse(button.dataset.play);
    const isPlaying = playback.has(episode) && !playback.paused;
    button.querySelector("use").setAttribute("href", isPlaying ? "#i-pause" : "#i-play");
    button.querySelector(".visually-hidden").textContent = phrase(isPlaying ? "pauseEpisode" : "playEpisode", episode);
  }
}

/** Fill the home page's list of episodes that were begun and not finished. */
function updateContinue() {
  const section = document.querySelector(".continue");
  if (!section) return;
  const entries = unfinished().slice(0, MAX_OFFERED), list = section.querySelector("ul"), focused = document.activeElement;
  document.documentElement.classList.toggle("begun", entries.length > 0);
  // Items that are still offered stay in the page, so that the keyboard's focus on one is not lost.
  const items = entries.map((entry) => [...list.children].find(({ dataset }) => dataset.key === entry.key) ?? itemOf(entry));
  items.forEach((item, index) => updateItem(item, entries[index]));
  if (items.length === list.children.length && items.every((item, index) => item === list.children[index])) return;
  list.replaceChildren(...items);
  if (list.contains(focused)) focused.focus({ preventScroll: true });
}

/** Show on an item of the list how far its episode was heard. */
function updateItem(item, { at, of, page, show }) {
  item.querySelector("a").href = `${page}#t=${at}`;
  const remaining = item.querySelector(".remaining");
  const time = of ? phrase("left", { time: clock(of - at) }) : clock(at);
  remaining.textContent = [show, time].filter(Boolean).join(" · ");
  remaining.style.setProperty("--progress", of ? at / of : 0);
}

function itemOf({ key, title, image }) {
  const item = document.createElement("li");
  item.dataset.key = key;
  const picture = Object.assign(document.createElement(image ? "img" : "span"), { className: image ? "art" : "art letter" });
  picture.ariaHidden = "true";
  if (image) Object.assign(picture, { src: image, alt: "", width: 56, height: 56 });
  else picture.textContent = [...title ?? ""][0] ?? "";
  const link = Object.assign(document.createElement("a"), { textContent: title });
  // The episode may have been played on since this was written, and if it plays, the click must not move it.
  link.addEventListener("click", () => {
    link.hash = playback.has({ key }) && !playback.paused ? "" : `t=${Math.floor(playback.positionOf({ key }))}`;
  });
  const remaining = Object.assign(document.createElement("span"), { className: "remaining" });
  item.append(picture, link, remaining, removeButton(item, key, title));
  return item;
}

function removeButton(item, key, title) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  button.setAttribute("aria-label", phrase("forget", { title }));
  button.addEventListener("click", () => {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    forget(key);
    update();
    (next?.querySelector("button") ?? document.querySelector("main")).focus({ preventScroll: true });
  });
  return button;
}

for (const kind of ["play", "pause", "ended"]) playback.addEventListener(kind, () => setTimeout(update));
