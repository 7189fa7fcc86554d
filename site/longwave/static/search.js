// Answers while one types. The server's own search page is fetched and its results are put under the box, so there is
// one template and one address for each query; without this script the box is a form.

import { claims, pageShown } from "./navigate.js";

const BOX = "form.search input[type=search]";
const LEAST = 2, PAUSE = 60, SETTLED = 2000;

let field = document.querySelector(BOX);

/** Where results appear; on the search page from the start, elsewhere once somebody types. */
const found = () => document.getElementById("page-found");
const hits = () => [...document.querySelectorAll("#page-found .episodes h2 a")];

/** Whether the search page shows other results than those it came with. */
let replaced = false;
/** The page behind the results, where these are not on the search page. */
let behind = null;
let asking = null, turn = 0, timer = 0, settling = 0, burst = false, counted = field.value.trim();

/** The box that has the focus is the one that is answered; also for what was typed while this was loaded. */
export function begin(box) {
  // Another page may have come while this was loaded; and a box in what the results would cover is a form.
  if (!box.isConnected || (box.closest("main") && !found())) return;
  field = box;
  if (box.value !== box.defaultValue && !burst && !behind) timer ||= setTimeout(typed, PAUSE);
}

function address() {
  const said = new URLSearchParams([...new FormData(field.form)].filter(([, value]) => value));
  return `/search?${said}`;
}

function open() {
  if (found()) return;
  const main = document.querySelector("main");
  const url = location.pathname + location.search + location.hash;
  const over = document.createElement("main");
  behind = { main, over, title: document.title, url, state: history.state, top: scrollY };
  over.id = "page-over";
  over.tabIndex = -1;
  over.innerHTML = '<h1 class="unseen">Search</h1><p id="page-said" role="status"></p><div id="page-found"></div>';
  // Hidden and not removed: what plays in it goes on playing.
  main.hidden = true;
  main.after(over);
  skipTo(over);
}

/** Where the link to the content leads. */
function skipTo(main) {
  const skip = document.querySelector(".skip");
  if (skip) skip.hash = main.id;
}

/** Take the results away and bring back the page; its address too, unless the browser has done that. */
function close(withAddress) {
  if (!behind) return;
  stop();
  behind.over.remove();
  skipTo(behind.main);
  behind.main.hidden = false;
  document.title = behind.title;
  if (withAddress) history.replaceState(behind.state, "", behind.url);
  scrollTo(0, behind.top);
  behind = null;
}

function stop() {
  clearTimeout(timer);
  clearTimeout(settling);
  asking?.abort();
  turn += 1;
  burst = false;
}

/** Fetch a search and show it. A later one takes its place; where there is no answer, the last one stays. */
async function show(url) {
  asking?.abort();
  asking = new AbortController();
  const mine = ++turn;
  try {
    const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}typing=1`, { signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const results = page.getElementById("page-found");
    // Where it can't be answered now, the page says why.
    if (mine !== turn || !results) return;
    open();
    found().replaceChildren(...results.childNodes);
    // The element stays and only its words change, so that a screen reader says them.
    document.getElementById("page-said").replaceChildren(...page.getElementById("page-said").childNodes);
    document.title = page.title;
    replaced = url !== pageShown();
  } catch { /* superseded, or no network: Enter still sends the form */ }
}

function typed() {
  const query = field.value.trim();
  if (query.length < LEAST) {
    if (behind) close(true);
    else stop();
    return;
  }
  const state = { typed: true, over: pageShown() };
  if (burst) history.replaceState(state, "", address());
  else {
    open();
    history.pushState(state, "", address());
  }
  burst = true;
  show(address());
  clearTimeout(settling);
  settling = setTimeout(() => { burst = false; count(); }, SETTLED);
}

/** Tell the site, once, what was searched in the end; not who searched. */
function count() {
  const query = field.value.trim();
  if (query.length < LEAST || query === counted) return;
  counted = query;
  const form = new FormData();
  form.set("q", query);
  navigator.sendBeacon("/search", form);
}

function walk(event) {
  const links = hits(), here = links.indexOf(document.activeElement);
  if (!links.length || (here < 0 && (document.activeElement !== field || event.key === "ArrowUp"))) return;
  event.preventDefault();
  const next = here + (event.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? field : links[Math.min(next, links.length - 1)]).focus();
}

function escape(event) {
  if (behind) {
    event.preventDefault();
    close(true);
    field.value = "";
    field.blur();
  } else if (found()?.contains(document.activeElement)) field.focus();
}

const isBox = (event) => event.target === field;

document.addEventListener("input", (event) => {
  if (!isBox(event)) return;
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(typed, PAUSE);
});
document.addEventListener("compositionend", (event) => { if (isBox(event)) typed(); });
document.addEventListener("submit", (event) => { if (event.target === field.form) stop(); });

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event);
  else if (event.key === "Escape") escape(event);
});

document.addEventListener("click", (event) => {
  if (found()?.contains(event.target) && event.target.closest("a")) count();
});

document.addEventListener("longwave:page", () => {
  stop();
  behind = null;
  replaced = false;
  field = document.querySelector(BOX) ?? field;
  counted = field.value.trim();
});

/** Back and Forward between a page and what was typed over it. */
claims.add((state) => {
  const isTyped = state?.typed && state.over === pageShown();
  const isSearch = location.pathname === "/search";
  if (isSearch && (behind || isTyped || (replaced && location.pathname + location.search === pageShown()))) {
    stop();
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    show(location.pathname + location.search);
    return true;
  }
  if (!behind) return false;
  field.value = "";
  close(false);
  return location.pathname + location.search === pageShown();
});
