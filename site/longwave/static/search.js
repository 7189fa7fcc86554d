// Search results while the visitor types. The server's search page is fetched and its results are shown below the box,
// so each query has one template and one address; without this script the box is a plain form.

import { claims, pageShown } from "./navigate.js";
import { phrase } from "./phrases.js";

const BOX = "form.search input[type=search]";
const MIN_LENGTH = 2, PAUSE_MS = 60, SETTLED_MS = 2000;

let field = document.querySelector(BOX);

/** Return the element of the results: always there on the search page, elsewhere once the visitor types. */
const results = () => document.getElementById("page-results");
const resultLinks = () => [...document.querySelectorAll("#page-results .episodes h2 a")];

/** Whether the search page shows results of another query than it was loaded with. */
let hasReplaced = false;
/** The page that the results cover, or null on the search page. */
let covered = null;
let pending = null, sequence = 0, timer = 0, settling = 0, isTyping = false, lastCounted = field.value.trim();

/** Search as the visitor types in `box`, beginning with the text typed while this script was loading. */
export function begin(box) {
  // Another page may have been shown meanwhile; and a box that the results would cover stays a plain form.
  if (!box.isConnected || (box.closest("main") && !results())) return;
  field = box;
  if (box.value !== box.defaultValue && !isTyping && !covered) timer ||= setTimeout(onType, PAUSE_MS);
}

/** Return the path of the search page, which is the form's action. */
const searchPath = () => new URL(field.form.action).pathname;

function address() {
  const query = new URLSearchParams([...new FormData(field.form)].filter(([, value]) => value));
  return `${searchPath()}?${query}`;
}

function open() {
  if (results()) return;
  const main = document.querySelector("main");
  const url = location.pathname + location.search + location.hash;
  const over = document.createElement("main");
  covered = { main, over, title: document.title, url, state: history.state, top: scrollY };
  over.id = "page-over";
  over.tabIndex = -1;
  over.innerHTML = '<h1 class="visually-hidden"></h1><p id="page-status" role="status"></p><div id="page-results"></div>';
  over.firstChild.textContent = phrase("search");
  // The page is hidden and not removed, so that its sound plays on.
  main.hidden = true;
  main.after(over);
  linkSkipTo(over);
}

/** Let the page's skip link lead to another element. */
function linkSkipTo(main) {
  const skip = document.querySelector(".skip");
  if (skip) skip.hash = main.id;
}

/** Remove the results and show the page again; its address too, unless the browser has restored that. */
function close(withAddress) {
  if (!covered) return;
  stop();
  covered.over.remove();
  linkSkipTo(covered.main);
  covered.main.hidden = false;
  document.title = covered.title;
  if (withAddress) history.replaceState(covered.state, "", covered.url);
  scrollTo(0, covered.top);
  covered = null;
}

function stop() {
  clearTimeout(timer);
  clearTimeout(settling);
  pending?.abort();
  sequence += 1;
  isTyping = false;
}

/** Fetch the results at `url` and show them, unless a later search supersedes this one; if the server fails, the last results stay. */
async function show(url) {
  pending?.abort();
  pending = new AbortController();
  const number = ++sequence;
  try {
    const response = await fetch(`${url}${url.includes("?") ? "&" : "?"}typing=1`, { signal: pending.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const arriving = page.getElementById("page-results");
    // A later search may have begun, or the response may be an error page.
    if (number !== sequence || !arriving) return;
    open();
    results().replaceChildren(...arriving.childNodes);
    // Screen readers announce a status only if the element stays and its content changes.
    document.getElementById("page-status").replaceChildren(...page.getElementById("page-status").childNodes);
    document.title = page.title;
    hasReplaced = url !== pageShown();
  } catch { /* Superseded, or no network: Enter still sends the form. */ }
}

function onType() {
  const query = field.value.trim();
  if (query.length < MIN_LENGTH) {
    if (covered) close(true);
    else stop();
    return;
  }
  const state = { typed: true, over: pageShown() };
  if (isTyping) history.replaceState(state, "", address());
  else {
    open();
    history.pushState(state, "", address());
  }
  isTyping = true;
  show(address());
  clearTimeout(settling);
  settling = setTimeout(() => { isTyping = false; count(); }, SETTLED_MS);
}

/** Report the query to the site's count of searches, once and without anything about the visitor. */
function count() {
  const query = field.value.trim();
  if (query.length < MIN_LENGTH || query === lastCounted) return;
  lastCounted = query;
  const form = new FormData();
  form.set("q", query);
  navigator.sendBeacon(searchPath(), form);
}

function moveFocus(event) {
  const links = resultLinks(), here = links.indexOf(document.activeElement);
  if (!links.length || (here < 0 && (document.activeElement !== field || event.key === "ArrowUp"))) return;
  event.preventDefault();
  const next = here + (event.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? field : links[Math.min(next, links.length - 1)]).focus();
}

function onEscape(event) {
  if (covered) {
    event.preventDefault();
    close(true);
    field.value = "";
    field.blur();
  } else if (results()?.contains(document.activeElement)) field.focus();
}

const isFromField = (event) => event.target === field;

document.addEventListener("input", (event) => {
  if (!isFromField(event)) return;
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(onType, PAUSE_MS);
});
document.addEventListener("compositionend", (event) => { if (isFromField(event)) onType(); });
document.addEventListener("submit", (event) => { if (event.target === field.form) stop(); });

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") moveFocus(event);
  else if (event.key === "Escape") onEscape(event);
});

document.addEventListener("click", (event) => {
  if (results()?.contains(event.target) && event.target.closest("a")) count();
});

document.addEventListener("longwave:page", () => {
  stop();
  covered = null;
  hasReplaced = false;
  field = document.querySelector(BOX) ?? field;
  lastCounted = field.value.trim();
});

/** Handle Back and Forward between a page and the results shown over it. */
claims.add((state) => {
  const isTypedOver = state?.typed && state.over === pageShown();
  const isSearch = location.pathname === searchPath();
  if (isSearch && (covered || isTypedOver || (hasReplaced && location.pathname + location.search === pageShown()))) {
    stop();
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    show(location.pathname + location.search);
    return true;
  }
  if (!covered) return false;
  field.value = "";
  close(false);
  return location.pathname + location.search === pageShown();
});
