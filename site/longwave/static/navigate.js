// Another page of the site without a full load, so that what plays goes on: the page is fetched and takes the place of
// this one, under its own address. Whatever goes wrong, the browser loads it as it always does.

import { anchorOf, followAddress } from "./player.js";

const HEAD = "title, meta:not([charset]):not([name=viewport]):not([name=color-scheme]), link:not([rel~=stylesheet]):not([rel~=icon]):not([rel=modulepreload]), script[type='application/ld+json']";
/** What runs and is applied here; the policy of the pages lets in nothing from elsewhere. */
const ASSETS = ["script[src", "link[rel~=stylesheet][href"].map((one) => `${one}^='/']:not(${one}^='//'])`).join();
const parser = new DOMParser();

const root = document.documentElement;
let asking = null;

/** Who else changes the address, such as the search, says here whether it has dealt with Back or Forward itself. */
export const claims = new Set();

/** The address, without its anchor, of the page that is shown. */
export const pageShown = () => root.dataset.shown;

history.scrollRestoration = "manual";
// After a reload, and when the browser brings back the whole page, its own memory of the scroll position is right.
addEventListener("pagehide", () => { keepPlace(); history.scrollRestoration = "auto"; });
addEventListener("pageshow", () => { history.scrollRestoration = "manual"; });

let settling = 0;
addEventListener("scroll", () => {
  clearTimeout(settling);
  settling = setTimeout(keepPlace, 150);
}, { passive: true });

function keepPlace() {
  // Between the address's change and the page's, the place is still the old page's.
  if (!asking && pageShown() === location.pathname + location.search) history.replaceState({ ...history.state, top: scrollY }, "");
}

/** Follow a link. */
export async function visit(url, { link = null } = {}) {
  clearTimeout(settling);
  keepPlace();
  const followed = link?.getAttribute("href");
  if (followed) history.replaceState({ ...history.state, followed }, "");
  const page = await fetched(url, "default");
  if (!page) return;
  const { hash } = new URL(url);
  const address = page.address + hash;
  if (address === location.href) history.replaceState({}, "", address);
  else history.pushState({}, "", address);
  show(page.document);
  const target = hash ? document.getElementById(anchorOf(hash)) : null;
  if (target) target.scrollIntoView();
  else scrollTo({ top: 0, behavior: "instant" });
  // As after a full load, the next Tab goes to the first link of the page.
  (document.querySelector("[autofocus]") ?? target ?? document.body).focus({ preventScroll: true });
  followAddress(true);
}

/** Back or Forward: `state` is what this place of the history remembers. */
export async function returned(state) {
  clearTimeout(settling);
  // Whatever was being fetched is no longer wanted.
  asking?.abort();
  asking = null;
  root.removeAttribute("aria-busy");
  if ([...claims].some((claim) => claim(state))) return;
  const place = location.pathname + location.search;
  if (place === pageShown()) {
    scrollTo({ top: state?.top ?? scrollY, behavior: "instant" });
    return;
  }
  const page = await fetched(location.href, "force-cache");
  // Who goes on through the history meanwhile is called for again.
  if (!page || place !== location.pathname + location.search) return;
  show(page.document);
  scrollTo({ top: state?.top ?? 0, behavior: "instant" });
  const link = state?.followed && document.querySelector(`a[href="${CSS.escape(state.followed)}"]:not([aria-hidden])`);
  (link || document.body).focus({ preventScroll: true });
  followAddress(false);
}

/** The page at an address and where it really is; null when a later one was asked for, or the browser has taken over. */
async function fetched(url, cache) {
  asking?.abort();
  const mine = asking = new AbortController();
  const late = setTimeout(() => root.setAttribute("aria-busy", "true"), 300);
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, cache, signal: mine.signal });
    const isPage = answer.ok && /^text\/html/.test(answer.headers.get("Content-Type") ?? "");
    const page = isPage ? parser.parseFromString(await answer.text(), "text/html") : null;
    if (mine !== asking) return null;
    if (page && fits(page)) return { document: page, address: answer.url.split("#")[0] };
    load(url);
  } catch {
    if (mine === asking) load(url);
  } finally {
    clearTimeout(late);
    if (mine === asking) {
      asking = null;
      root.removeAttribute("aria-busy");
    }
  }
  return null;
}

function load(url) {
  if (url === location.href) location.reload();
  else location.assign(url);
}

/** Whether a page runs with the scripts and styles that are here already: another version of the site doesn't. */
function fits(page) {
  const known = new Set([...document.querySelectorAll(ASSETS)].map(addressOf));
  return [...page.querySelectorAll(ASSETS)].every((asset) => known.has(addressOf(asset)));
}

/** What a page says of itself, and in which language. */
export function takeHead(page) {
  root.lang = page.documentElement.lang;
  root.dir = page.documentElement.dir;
  for (const old of document.head.querySelectorAll(HEAD)) old.remove();
  document.head.append(...page.head.querySelectorAll(HEAD));
}

const addressOf = (asset) => asset.getAttribute("src") ?? asset.getAttribute("href");

/** Put a page of the site in the place of this one; the address is that page's already. */
export function show(page) {
  root.dataset.shown = location.pathname + location.search;
  takeHead(page);
  const kept = [...document.body.children].filter((element) => element.matches("[data-keep]"));
  for (const old of [...document.body.children]) if (!kept.includes(old)) old.remove();
  const fresh = [...page.body.children].filter((element) => !element.matches("[data-keep]"));
  if (kept.length) kept[0].before(...fresh);
  else document.body.append(...fresh);
  const shown = document.body.classList.contains("with-bar");
  for (const { name } of [...document.body.attributes]) document.body.removeAttribute(name);
  for (const { name, value } of page.body.attributes) document.body.setAttribute(name, value);
  document.body.classList.toggle("with-bar", shown);
  document.body.tabIndex = -1;
  const arrived = document.getElementById("page-arrived");
  if (arrived) arrived.textContent = document.title;
  document.dispatchEvent(new Event("longwave:page"));
}
