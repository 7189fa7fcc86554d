// The page beside what one writes. The server says when there is another edition; what differs between the page as it
// was sent and as it is sent now is changed in place, so that the sound, the scroll position, what is open and what was
// typed stay. And it says what is wrong with the files.

import { pageShown, show, takeHead } from "./navigate.js";
import { furnish } from "./player.js";

const EVENTS = "/-/preview", CLOSED = "longwave.closed";
const AGAIN = 2000;
const MOST = 20;
const root = document.documentElement;
const parser = new DOMParser();

/** The page that is shown as the server sent it, without what scripts made of it; null while that isn't known. */
let served = null;
let source = null, turn = 0;
/** How often pictures were saved: when this page was loaded, and by now. */
let began = null, pictures = null;

const editionOf = (page) => page.querySelector("meta[name=longwave-preview]")?.content;
const addressesOf = (page, what, name) => [...page.querySelectorAll(what)].map((one) => one.getAttribute(name));

/** Only a page that is seen listens: browsers allow a site six connections, and each stream takes one. */
function listen() {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (!source) {
    source = new EventSource(EVENTS);
    source.onmessage = ({ data }) => hear(JSON.parse(data));
    source.onerror = ({ target }) => {
      if (target.readyState !== EventSource.CLOSED || target !== source) return;
      source = null;
      setTimeout(listen, AGAIN);
    };
  }
}

async function hear(news) {
  panel.tell(news);
  if (news.edition !== editionOf(document)) await follow();
  began ??= news.pictures;
  if (pictures === news.pictures) return;
  pictures = news.pictures;
  repaint();
}

/** Show the pictures as they are now; under the same address a browser doesn't look again while the page is open. */
function repaint() {
  if (pictures === began) return;
  for (const image of document.querySelectorAll("img[src^='/images/']")) {
    const address = `${image.getAttribute("src").split("?")[0]}?${pictures}`;
    if (image.getAttribute("src") !== address) image.setAttribute("src", address);
  }
}

/** The page at this address as it is now, where it has moved to, and whether a template of the owner is broken. */
async function ask() {
  const answer = await fetch(pageShown(), { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!/^text\/html/.test(answer.headers.get("Content-Type") ?? "")) throw new TypeError("no page");
  const page = parser.parseFromString(await answer.text(), "text/html");
  const { pathname, search } = new URL(answer.url);
  return { page, address: pathname + search, isBroken: answer.headers.get("X-Preview") === "broken" };
}

async function remember() {
  const mine = ++turn;
  served = null;
  try {
    const { page } = await ask();
    if (mine !== turn) return;
    if (editionOf(page) === editionOf(document)) served = page;
    else await follow();
  } catch { /* the next edition replaces the page as a whole */ }
}

/** Show the page as it is now. */
async function follow() {
  const mine = ++turn;
  try {
    const { page, address, isBroken } = await ask();
    if (mine !== turn || (isBroken && served)) return;
    const known = addressesOf(document, "script[src]", "src");
    if (!addressesOf(page, "script[src]", "src").every((script) => known.includes(script))) location.reload();
    else keeping(() => take(page, address));
  } catch { /* the server has stopped, or is just starting; it tells when there is something to see */ }
}

function take(page, address) {
  takeStyles(page);
  const was = served;
  served = page.cloneNode(true);
  if (was && address === pageShown()) {
    change(was.body, page.body, document.body);
    takeHead(page);
    furnish();
    repaint();
    return;
  }
  if (address !== pageShown()) history.replaceState(history.state, "", address + location.hash);
  show(page);
}

/** Put new stylesheets beside the old ones, which go when those are there. */
function takeStyles(page) {
  const links = [...document.querySelectorAll("link[rel~=stylesheet]")], wanted = [...page.querySelectorAll("link[rel~=stylesheet]")];
  const href = (link) => link.getAttribute("href");
  const old = links.filter((link) => !wanted.some((other) => href(other) === href(link)));
  const fresh = wanted.filter((link) => !links.some((other) => href(other) === href(link))).map((link) => link.cloneNode());
  const drop = () => { for (const link of old) link.remove(); };
  if (!fresh.length) drop();
  for (const link of fresh) link.onload = link.onerror = drop;
  links.at(-1)?.after(...fresh);
}

/** Do something to the page without losing where one is, what is open and what was typed. */
function keeping(act) {
  const top = scrollY, focused = document.activeElement;
  const named = (details) => details.querySelector("summary")?.textContent;
  const open = new Set([...document.querySelectorAll("details[open]")].map(named));
  const typed = [...document.querySelectorAll("input[id]")].map(({ id, value, defaultValue }) => [id, value, defaultValue]);
  const place = focused?.matches("input[type=search], input[type=text]") ? [focused.selectionStart, focused.selectionEnd] : null;
  // The browser would rather keep what is seen in place than the scroll position.
  root.style.overflowAnchor = "none";
  act();
  for (const details of document.querySelectorAll("details")) if (open.has(named(details))) details.open = true;
  for (const [id, value, before] of typed) {
    const field = document.getElementById(id);
    if (field && value !== before && field.value !== value) field.value = value;
  }
  if (focused?.id && !focused.isConnected) {
    const field = document.getElementById(focused.id);
    field?.focus({ preventScroll: true });
    if (place) field?.setSelectionRange?.(...place);
  }
  scrollTo({ top, behavior: "instant" });
  requestAnimationFrame(() => requestAnimationFrame(() => { root.style.overflowAnchor = ""; }));
}

/** What has a script of its own is replaced as a whole. */
const isWhole = (node) => node.nodeName.includes("-") || node.matches?.(".transcript, iframe, audio, video");
const isKept = (node) => node.matches?.("[data-keep]");
const isAlike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.id === b.id;
const partsOf = (node) => [...node.childNodes].filter((child) => !isKept(child));

/** Bring what differs between two pages of the server into the one that is shown, and leave all else as it is. */
function change(was, now, live) {
  if (was.nodeType !== Node.ELEMENT_NODE) {
    live.data = now.data;
    return;
  }
  for (const name of new Set([...was.getAttributeNames(), ...now.getAttributeNames()])) {
    const value = now.getAttribute(name);
    if (value === was.getAttribute(name)) continue;
    if (value === null) live.removeAttribute(name);
    else live.setAttribute(name, value);
  }
  const before = partsOf(was), after = partsOf(now), here = found(before, live);
  if (!here) {
    const kept = [...live.childNodes].find(isKept) ?? null;
    for (const node of partsOf(live)) node.remove();
    for (const node of after) live.insertBefore(node, kept);
    return;
  }
  let first = 0, last = 0;
  const least = Math.min(before.length, after.length);
  while (first < least && before[first].isEqualNode(after[first])) first += 1;
  while (last < least - first && before.at(-1 - last).isEqualNode(after.at(-1 - last))) last += 1;
  const [gone, come] = [before.slice(first, before.length - last), after.slice(first, after.length - last)];
  if (gone.length === come.length && gone.every((node, at) => isAlike(node, come[at]))) {
    gone.forEach((node, at) => {
      const other = come[at], place = here[first + at];
      if (node.isEqualNode(other)) return;
      if (isWhole(other)) place.replaceWith(other);
      else change(node, other, place);
    });
    return;
  }
  const next = here[first] ?? here[first - 1]?.nextSibling ?? [...live.childNodes].find(isKept) ?? null;
  for (const node of come) live.insertBefore(node, next);
  for (const node of here.slice(first, before.length - last)) node.remove();
}

/** For each part of an element as it was sent, the one that is shown; scripts may have put others between them. */
function found(parts, live) {
  const rest = partsOf(live);
  const here = parts.map((part) => {
    const at = rest.findIndex((node) => isAlike(node, part));
    return at < 0 ? null : rest.splice(0, at + 1).at(-1);
  });
  return here.includes(null) ? null : here;
}

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

const counted = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;

/** What is wrong, over the page. Warnings alone, and what was closed, are a button in the corner. */
class Panel {
  #errors = "";
  #told = "";

  constructor() {
    this.heading = made("h2", {});
    // It is there before it is filled, so that a screen reader says what comes.
    this.list = made("ol", {});
    this.alert = made("div", {}, this.list);
    this.alert.setAttribute("role", "alert");
    this.rest = made("p", { className: "rest" });
    this.close = made("button", { type: "button", className: "close", textContent: "×", title: "Close", onclick: () => this.#open(false) });
    this.close.setAttribute("aria-label", "Close");
    this.box = made("div", { className: "box", hidden: true }, this.heading, this.close, this.alert, this.rest);
    this.button = made("button", { type: "button", className: "pill", hidden: true, onclick: () => { this.#open(true); this.close.focus(); } });
    this.element = made("aside", { className: "longwave-problems" }, this.box, this.button);
    this.element.setAttribute("aria-label", "Problems");
    this.element.dataset.keep = "";
    this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#open(false); });
    document.body.append(this.element);
  }

  tell({ problems, failure }) {
    const told = JSON.stringify([problems, failure]);
    if (told === this.#told) return;
    this.#told = told;
    const errors = problems.filter(({ level }) => level === "error");
    const shown = [...errors, ...problems.filter(({ level }) => level !== "error")];
    this.#errors = errors.length || failure ? JSON.stringify([errors, failure]) : "";
    const wrong = errors.length + (failure ? 1 : 0);
    this.heading.textContent = [
      ...(wrong ? [counted(wrong, "problem")] : []), ...(shown.length > errors.length ? [counted(shown.length - errors.length, "warning")] : []),
    ].join(", ");
    this.button.textContent = this.heading.textContent;
    this.list.replaceChildren(...(failure ? [made("li", { textContent: failure })] : []), ...shown.slice(0, MOST).map(item));
    const left = shown.length - MOST;
    this.rest.textContent = left > 0 ? `And ${left} more; flask check lists all of them.` : "";
    this.element.hidden = !shown.length && !failure;
    this.#show(Boolean(this.#errors) && sessionStorage.getItem(CLOSED) !== this.#errors);
  }

  #open(isOpen) {
    sessionStorage.setItem(CLOSED, isOpen ? "" : this.#errors);
    this.#show(isOpen);
    if (!isOpen && this.element.contains(document.activeElement)) this.button.focus();
  }

  #show(isOpen) {
    this.box.hidden = !isOpen;
    this.button.hidden = isOpen;
  }
}

function item({ file, line, expected, found: seen, hint, level }) {
  return made("li", { className: level },
    made("p", { className: "place" }, made("code", { textContent: line ? `${file}:${line}` : file }), level === "warning" ? " warning" : ""),
    made("p", {}, "Expected ", made("b", { textContent: expected }), ", found ", made("b", { textContent: seen }), "."),
    ...(hint ? [made("p", { className: "hint", textContent: hint })] : []));
}

const panel = new Panel();
document.addEventListener("longwave:page", () => {
  repaint();
  remember();
});
document.addEventListener("visibilitychange", listen);
remember();
listen();
