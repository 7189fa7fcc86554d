// Navigation without a full load, so that the sound plays on: a page is fetched and replaces the current one, under its
// own address. When anything fails, the browser loads the page in full.

import { anchorOf, followAddress } from "./player.js";

const HEAD_ELEMENTS = "title, meta:not([charset]):not([name=viewport]):not([name=color-scheme]), link:not([rel~=stylesheet]):not([rel~=icon]):not([rel=modulepreload]), script[type='application/ld+json']";
/** The site's own scripts and stylesheets; the Content-Security-Policy allows no others. */
const ASSETS = ["script[src", "link[rel~=stylesheet][href"].map((selector) => `${selector}^='/']:not(${selector}^='//'])`).join();
const parser = new DOMParser();

const root = document.documentElement;
let pending = null;

/** Handlers of Back and Forward that are asked first, with the history's state; one that returns true has handled the step. */
export const claims = new Set();

/** Return the address of the current page, without its fragment. */
export const pageShown = () => root.dataset.shown;

history.scrollRestoration = "manual";
// The browser restores the scroll position itself after a reload and from its back-forward cache.
addEventListener("pagehide", () => { saveScroll(); history.scrollRestoration = "auto"; });
addEventListener("pageshow", () => { history.scrollRestoration = "manual"; });

let settling = 0;
addEventListener("scroll", () => {
  clearTimeout(settling);
  settling = setTimeout(saveScroll, 150);
}, { passive: true });

function saveScroll() {
  // Until the new page is shown the scroll position belongs to the old one.
  if (!pending && pageShown() === location.pathname + location.search) history.replaceState({ ...history.state, top: scrollY }, "");
}

/** Show the page at `url`, as after a click on `link`. */
export async function visit(url, { link = null } = {}) {
  clearTimeout(settling);
  saveScroll();
  const followed = link?.getAttribute("href");
  if (followed) history.replaceState({ ...history.state, followed }, "");
  const page = await fetchPage(url, "default");
  if (!page) return;
  const { hash } = new URL(url);
  const address = page.address + hash;
  if (address === location.href) history.replaceState({}, "", address);
  else history.pushState({}, "", address);
  show(page.document);
  const target = hash ? document.getElementById(anchorOf(hash)) : null;
  if (target) target.scrollIntoView();
  else scrollTo({ top: 0, behavior: "instant" });
  // After a full load, too, the next Tab goes to the first link of the page.
  (document.querySelector("[autofocus]") ?? target ?? document.body).focus({ preventScroll: true });
  followAddress(true);
}

/** Show the page of a history entry after Back or Forward; `state` is the entry's state. */
export async function restore(state) {
  clearTimeout(settling);
  // A page that was being fetched is no longer wanted.
  pending?.abort();
  pending = null;
  root.removeAttribute("aria-busy");
  if ([...claims].some((claim) => claim(state))) return;
  const address = location.pathname + location.search;
  if (address === pageShown()) {
    scrollTo({ top: state?.top ?? scrollY, behavior: "instant" });
    return;
  }
  const page = await fetchPage(location.href, "force-cache");
  // A further step through the history calls this function again.
  if (!page || address !== location.pathname + location.search) return;
  show(page.document);
  scrollTo({ top: state?.top ?? 0, behavior: "instant" });
  const link = state?.followed && document.querySelector(`a[href="${CSS.escape(state.followed)}"]:not([aria-hidden])`);
  (link || document.body).focus({ preventScroll: true });
  followAddress(false);
}

/** Return the page at `url` and its final address; null if another page was requested meanwhile or the browser loads it. */
async function fetchPage(url, cache) {
  pending?.abort();
  const request = pending = new AbortController();
  const late = setTimeout(() => root.setAttribute("aria-busy", "true"), 300);
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" }, cache, signal: request.signal });
    const isPage = response.ok && /^text\/html/.test(response.headers.get("Content-Type") ?? "");
    const page = isPage ? parser.parseFromString(await response.text(), "text/html") : null;
    if (request !== pending) return null;
    if (page && hasSameAssets(page)) return { document: page, address: response.url.split("#")[0] };
    loadInFull(url);
  } catch {
    if (request === pending) loadInFull(url);
  } finally {
    clearTimeout(late);
    if (request === pending) {
      pending = null;
      root.removeAttribute("aria-busy");
    }
  }
  return null;
}

function loadInFull(url) {
  if (url === location.href) location.reload();
  else location.assign(url);
}

/** Return whether a page needs only scripts and styles that are loaded; a page of another version of the site doesn't. */
function hasSameAssets(page) {
  const known = new Set([...document.querySelectorAll(ASSETS)].map(urlOf));
  return [...page.querySelectorAll(ASSETS)].every((asset) => known.has(urlOf(asset)));
}

/** Take over another page's head elements, language and direction. */
export function takeHead(page) {
  root.lang = page.documentElement.lang;
  root.dir = page.documentElement.dir;
  for (const old of document.head.querySelectorAll(HEAD_ELEMENTS)) old.remove();
  document.head.append(...page.head.querySelectorAll(HEAD_ELEMENTS));
}

const urlOf = (asset) => asset.getAttribute("src") ?? asset.getAttribute("href");

/** Replace the current page by another one of the site, whose address the browser shows already. */
export function show(page) {
  root.dataset.shown = location.pathname + location.search;
  takeHead(page);
  const lasting = [...document.body.children].filter((element) => element.matches("[data-keep]"));
  for (const old of [...document.body.children]) if (!lasting.includes(old)) old.remove();
  const arriving = [...page.body.children].filter((element) => !element.matches("[data-keep]"));
  if (lasting.length) lasting[0].before(...arriving);
  else document.body.append(...arriving);
  const hasBar = document.body.classList.contains("with-bar");
  for (const { name } of [...document.body.attributes]) document.body.removeAttribute(name);
  for (const { name, value } of page.body.attributes) document.body.setAttribute(name, value);
  document.body.classList.toggle("with-bar", hasBar);
  document.body.tabIndex = -1;
  const arrived = document.getElementById("page-arrived");
  if (arrived) arrived.textContent = document.title;
  document.dispatchEvent(new Event("longwave:page"));
}
