// Live reload of a preview. The server reports each new edition; the differences between the page as it was served and as
// it is served now are patched into the document, so that sound, scroll position, open details and typed text stay. A
// panel lists the problems of the files.

import { pageShown, show, takeHead } from "./navigate.js";
import { phrase, phraseNodes } from "./phrases.js";
import { enhance } from "./player.js";

const CLOSED = "longwave.closed";
const RETRY_MS = 2000;
const MAX_PROBLEMS = 20;
const root = document.documentElement;
const parser = new DOMParser();

/** The current page as the server sent it, before scripts changed it; null while it isn't known. */
let servedPage = null;
let source = null, sequence = 0;
/** The server's count of saved pictures when this page was loaded, and the latest count. */
let firstPictures = null, pictures = null;

const marker = (page) => page.querySelector("meta[name=longwave-preview]");
const editionOf = (page) => marker(page)?.content;
const attributesOf = (page, selector, name) => [...page.querySelectorAll(selector)].map((element) => element.getAttribute(name));

/** Listen for news while the page is visible: browsers allow a site six connections, and each stream takes one. */
function listen() {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (!source) {
    source = new EventSource(marker(document).dataset.events);
    source.onmessage = ({ data }) => onNews(JSON.parse(data));
    source.onerror = ({ target }) => {
      if (target.readyState !== EventSource.CLOSED || target !== source) return;
      source = null;
      setTimeout(listen, RETRY_MS);
    };
  }
}

async function onNews(news) {
  panel.show(news);
  if (news.edition !== editionOf(document)) await updatePage();
  firstPictures ??= news.pictures;
  if (pictures === news.pictures) return;
  pictures = news.pictures;
  repaint();
}

/** Load the pictures again, under a new query: a browser doesn't ask again for an address on an open page. */
function repaint() {
  if (pictures === firstPictures) return;
  for (const image of document.querySelectorAll("img[src^='/']")) {
    const address = `${image.getAttribute("src").split("?")[0]}?${pictures}`;
    if (image.getAttribute("src") !== address) image.setAttribute("src", address);
  }
}

/** Fetch the page at the current address; return it, the address that it has moved to, and whether an owner's template is broken. */
async function fetchPage() {
  const response = await fetch(pageShown(), { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!/^text\/html/.test(response.headers.get("Content-Type") ?? "")) throw new TypeError("no page");
  const page = parser.parseFromString(await response.text(), "text/html");
  const { pathname, search } = new URL(response.url);
  return { page, address: pathname + search, isBroken: response.headers.get("X-Preview") === "broken" };
}

async function rememberServedPage() {
  const number = ++sequence;
  servedPage = null;
  try {
    const { page } = await fetchPage();
    if (number !== sequence) return;
    if (editionOf(page) === editionOf(document)) servedPage = page;
    else await updatePage();
  } catch { /* The next edition replaces the page as a whole. */ }
}

/** Bring the document up to date with the server's page. */
async function updatePage() {
  const number = ++sequence;
  try {
    const { page, address, isBroken } = await fetchPage();
    if (number !== sequence || (isBroken && servedPage)) return;
    const known = attributesOf(document, "script[src]", "src");
    if (!attributesOf(page, "script[src]", "src").every((script) => known.includes(script))) location.reload();
    else preserving(() => takePage(page, address));
  } catch { /* The server has stopped or is starting; it reports the next edition. */ }
}

function takePage(page, address) {
  takeStyles(page);
  const was = servedPage;
  servedPage = page.cloneNode(true);
  if (was && address === pageShown()) {
    patch(was.body, page.body, document.body);
    takeHead(page);
    enhance();
    repaint();
    return;
  }
  if (address !== pageShown()) history.replaceState(history.state, "", address + location.hash);
  show(page);
}

/** Add new stylesheets; remove the old ones once the new ones are loaded, so that the page is never unstyled. */
function takeStyles(page) {
  const links = [...document.querySelectorAll("link[rel~=stylesheet]")], wanted = [...page.querySelectorAll("link[rel~=stylesheet]")];
  const href = (link) => link.getAttribute("href");
  const old = links.filter((link) => !wanted.some((other) => href(other) === href(link)));
  const arriving = wanted.filter((link) => !links.some((other) => href(other) === href(link))).map((link) => link.cloneNode());
  const drop = () => { for (const link of old) link.remove(); };
  if (!arriving.length) drop();
  for (const link of arriving) link.onload = link.onerror = drop;
  links.at(-1)?.after(...arriving);
}

/** Call `act`, which changes the page, and keep the scroll position, open details, typed text and focus. */
function preserving(act) {
  const top = scrollY, focused = document.activeElement;
  const nameOf = (details) => details.querySelector("summary")?.textContent;
  const open = new Set([...document.querySelectorAll("details[open]")].map(nameOf));
  const typed = [...document.querySelectorAll("input[id]")].map(({ id, value, defaultValue }) => [id, value, defaultValue]);
  const place = focused?.matches("input[type=search], input[type=text]") ? [focused.selectionStart, focused.selectionEnd] : null;
  // Scroll anchoring would move the scroll position to keep the visible content in place.
  root.style.overflowAnchor = "none";
  act();
  for (const details of document.querySelectorAll("details")) if (open.has(nameOf(details))) details.open = true;
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

/** Return whether a node has a script of its own and has to be replaced as a whole. */
const isReplacedWhole = (node) => node.nodeName.includes("-") || node.matches?.(".transcript, iframe, audio, video");
const isKept = (node) => node.matches?.("[data-keep]");
const isAlike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.id === b.id;
const childrenOf = (node) => [...node.childNodes].filter((child) => !isKept(child));

/** Apply the differences between two nodes as served, `was` and `now`, to the `live` one, and leave the rest of it alone. */
function patch(was, now, live) {
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
  const before = childrenOf(was), after = childrenOf(now), liveNodes = liveNodesOf(before, live);
  if (!liveNodes) {
    const kept = [...live.childNodes].find(isKept) ?? null;
    for (const node of childrenOf(live)) node.remove();
    for (const node of after) live.insertBefore(node, kept);
    return;
  }
  let first = 0, last = 0;
  const shorter = Math.min(before.length, after.length);
  while (first < shorter && before[first].isEqualNode(after[first])) first += 1;
  while (last < shorter - first && before.at(-1 - last).isEqualNode(after.at(-1 - last))) last += 1;
  const [removed, added] = [before.slice(first, before.length - last), after.slice(first, after.length - last)];
  if (removed.length === added.length && removed.every((node, index) => isAlike(node, added[index]))) {
    removed.forEach((node, index) => {
      const other = added[index], target = liveNodes[first + index];
      if (node.isEqualNode(other)) return;
      if (isReplacedWhole(other)) target.replaceWith(other);
      else patch(node, other, target);
    });
    return;
  }
  const next = liveNodes[first] ?? liveNodes[first - 1]?.nextSibling ?? [...live.childNodes].find(isKept) ?? null;
  for (const node of added) live.insertBefore(node, next);
  for (const node of liveNodes.slice(first, before.length - last)) node.remove();
}

/** Return the live node for each served one, or null if one is missing; scripts may have put others between them. */
function liveNodesOf(parts, live) {
  const rest = childrenOf(live);
  const here = parts.map((part) => {
    const at = rest.findIndex((node) => isAlike(node, part));
    return at < 0 ? null : rest.splice(0, at + 1).at(-1);
  });
  return here.includes(null) ? null : here;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The panel of problems over the page. Warnings alone, and a panel that was closed, are a button in the corner. */
class Panel {
  #errors = "";
  #lastNews = "";

  constructor() {
    this.heading = element("h2", {});
    // Screen readers announce an alert only if its element is there before its content.
    this.list = element("ol", {});
    this.alert = element("div", {}, this.list);
    this.alert.setAttribute("role", "alert");
    this.rest = element("p", { className: "rest" });
    this.close = element("button", { type: "button", className: "close", textContent: "×", title: phrase("close"), onclick: () => this.#open(false) });
    this.close.setAttribute("aria-label", phrase("close"));
    this.box = element("div", { className: "box", hidden: true }, this.heading, this.close, this.alert, this.rest);
    this.button = element("button", { type: "button", className: "pill", hidden: true, onclick: () => { this.#open(true); this.close.focus(); } });
    this.element = element("aside", { className: "longwave-problems" }, this.box, this.button);
    this.element.setAttribute("aria-label", phrase("problemsOfPreview"));
    this.element.dataset.keep = "";
    this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.#open(false); });
    document.body.append(this.element);
  }

  show({ problems, failure }) {
    const state = JSON.stringify([problems, failure]);
    if (state === this.#lastNews) return;
    this.#lastNews = state;
    const errors = problems.filter(({ level }) => level === "error");
    const sorted = [...errors, ...problems.filter(({ level }) => level !== "error")];
    this.#errors = errors.length || failure ? JSON.stringify([errors, failure]) : "";
    this.heading.textContent = heading(errors.length + (failure ? 1 : 0), problems.length - errors.length);
    this.button.textContent = this.heading.textContent;
    this.list.replaceChildren(...(failure ? [element("li", { textContent: failure })] : []), ...sorted.slice(0, MAX_PROBLEMS).map(item));
    const rest = sorted.length - MAX_PROBLEMS;
    this.rest.textContent = rest > 0 ? phrase("moreProblems", { count: rest }) : "";
    this.element.hidden = !sorted.length && !failure;
    this.#toggle(Boolean(this.#errors) && sessionStorage.getItem(CLOSED) !== this.#errors);
  }

  #open(isOpen) {
    sessionStorage.setItem(CLOSED, isOpen ? "" : this.#errors);
    this.#toggle(isOpen);
    if (!isOpen && this.element.contains(document.activeElement)) this.button.focus();
  }

  #toggle(isOpen) {
    this.box.hidden = !isOpen;
    this.button.hidden = isOpen;
  }
}

/** Return the panel's heading, such as "1 problem, 2 warnings"; a count of 0 is left out. */
function heading(errors, warnings) {
  const named = { problems: phrase("problems", { count: errors }), warnings: phrase("warnings", { count: warnings }) };
  if (errors && warnings) return phrase("problemsAndWarnings", named);
  return errors ? named.problems : warnings ? named.warnings : "";
}

function item({ file, line, expected, found, hint, level }) {
  return element("li", { className: level },
    element("p", { className: "place" }, element("code", { textContent: line ? `${file}:${line}` : file }), level === "warning" ? ` ${phrase("warning")}` : ""),
    element("p", {}, ...phraseNodes("expectedAndFound", { expected: element("b", { textContent: expected }), found: element("b", { textContent: found }) })),
    ...(hint ? [element("p", { className: "hint", textContent: hint })] : []));
}

const panel = new Panel();
document.addEventListener("longwave:page", () => {
  repaint();
  rememberServedPage();
});
document.addEventListener("visibilitychange", listen);
rememberServedPage();
listen();
