// <longwave-player>: what one sees and presses of an episode's sound. There is one on an episode's page, and one at the
// bottom of every page (the bar), which shows whatever is in the deck. The sound itself is the deck's.

import { deck, keys } from "./deck.js";

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const BACK = -15, FORWARD = 30;

/** 81 as "1:21", 3753 as "1:02:33". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return `${h ? `${h}:${String(m).padStart(2, "0")}` : m}:${String(s).padStart(2, "0")}`;
}

/** 81 as "1 minute 21 seconds". */
function inWords(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [[Math.floor(whole / 3600), "hour"], [Math.floor(whole / 60) % 60, "minute"], [whole % 60, "second"]];
  const said = parts.filter(([count]) => count).map(([count, name]) => `${count} ${name}${count === 1 ? "" : "s"}`);
  return said.join(" ") || "0 seconds";
}

/** What an anchor says, without its sign; as it stands where it can't be decoded. */
export function anchorOf(hash) {
  try { return decodeURIComponent(hash.slice(1)); } catch { return hash.slice(1); }
}

/** The second that #t=12:34, #t=754, #t=1h2m3s, #12:34 or #1:02:03 means; null for any other anchor. */
export function secondOf(hash) {
  const text = anchorOf(hash);
  const time = text.replace(/^t=(npt:)?/, "").split(",")[0];
  if (/^(\d{1,3}:)?\d{1,3}:\d{2}(\.\d+)?$/.test(time)) return time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  if (!text.startsWith("t=")) return null;
  if (/^\d{1,6}(\.\d+)?s?$/.test(time)) return parseFloat(time);
  const match = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?$/.exec(time);
  return time && match ? (match[1] ?? 0) * 3600 + (match[2] ?? 0) * 60 + Number(match[3] ?? 0) : null;
}

/** Step through the speeds; at the last one a button begins again, a key stays. */
function nextRate(by, round) {
  const place = RATES.findLastIndex((rate) => rate <= deck.rate) + by;
  return RATES[round ? place % RATES.length : Math.min(RATES.length - 1, Math.max(0, place))];
}

class Player extends HTMLElement {
  #dragged = null;
  #place = null;
  #marked;

  connectedCallback() {
    this.isBar = this.classList.contains("bar");
    this.own = this.dataset.episode ? JSON.parse(this.dataset.episode) : null;
    if (!this.isBar) this.querySelector("audio")?.remove();
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    deck.addEventListener("change", () => this.#show(), { signal });
    deck.addEventListener("time", () => this.#tick(), { signal });
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("input", (event) => this.#slid(event, false), { signal });
    this.addEventListener("change", (event) => this.#slid(event, true), { signal });
    const track = this.querySelector(".track");
    track?.addEventListener("pointermove", (event) => this.#tip(event.clientX), { signal });
    if (this.own) {
      this.seen = true;
      this.watch = new IntersectionObserver(([entry]) => {
        this.seen = entry.isIntersecting;
        bar()?.refresh();
      });
      this.watch.observe(this);
      deck.offer(this.own);
    }
    this.#show();
  }

  disconnectedCallback() {
    this.leaving?.abort();
    this.watch?.disconnect();
    bar()?.refresh();
  }

  get episode() { return this.own ?? deck.episode; }
  get isLive() { return deck.holds(this.episode); }
  get at() { return this.#dragged ?? (this.isLive ? deck.at : this.#place ?? deck.placeOf(this.episode)); }
  get seconds() { return this.isLive ? deck.seconds : this.episode?.seconds ?? 0; }

  refresh() { this.#show(); }

  play(at = null) {
    this.#place = null;
    deck.play(this.episode, at);
  }

  toggle() {
    if (this.isLive || this.#place === null) deck.toggle(this.episode);
    else this.play(this.#place);
  }

  step(by) { this.#go(this.at + by); }

  #pressed(event) {
    const button = event.target.closest("[data-do]");
    const act = {
      toggle: () => this.toggle(),
      back: () => this.step(BACK),
      forward: () => this.step(FORWARD),
      speed: () => deck.setRate(nextRate(1, true)),
      mute: () => deck.mute(),
      close: () => this.#close(),
      share: () => import("./share.js").then((module) => module.share(this)),
    }[button?.dataset.do];
    act?.();
  }

  #close() {
    deck.close();
    // The button that had the focus is gone with the bar.
    document.querySelector("main:not([hidden])")?.focus({ preventScroll: true });
  }

  #slid(event, settled) {
    const { value, checked, dataset } = event.target;
    if (dataset.do === "seek") {
      this.#dragged = settled ? null : Number(value);
      if (settled) this.#go(Number(value));
      this.#tick();
    } else if (dataset.do === "volume") deck.setVolume(value / 100);
    else if (dataset.do === "sleep" && settled) deck.setSleep(value);
    else if (dataset.do === "keys") keys.on = checked;
  }

  #go(at) {
    if (this.isLive) deck.seek(at);
    else this.#place = Math.max(0, Math.min(at, this.seconds));
    this.#tick();
  }

  #find(name) { return this.querySelector(`[data-show=${name}]`); }

  #say(name, text) {
    const place = this.#find(name);
    if (place && place.textContent !== text) place.textContent = text;
  }

  #show() {
    if (this.isBar) this.#showBar();
    if (!this.episode || !this.querySelector("[data-do=toggle]")) return;
    const plays = this.isLive && !deck.paused;
    this.#label("toggle", plays ? "Pause" : "Play", plays ? "pause" : "play");
    this.#label("mute", deck.audio.muted ? "Unmute" : "Mute", deck.audio.muted ? "mute" : "loud");
    const speed = this.querySelector("[data-do=speed]");
    speed.textContent = `${deck.rate}×`;
    speed.setAttribute("aria-label", `Speed ${deck.rate}, next ${nextRate(1, true)}`);
    const volume = this.querySelector("[data-do=volume]");
    if (volume) {
      volume.value = Math.round(deck.volume * 100);
      volume.setAttribute("aria-valuetext", deck.audio.muted ? "muted" : `${volume.value} percent`);
      volume.style.setProperty("--done", deck.audio.muted ? 0 : deck.volume);
    }
    const allowed = this.querySelector("[data-do=keys]");
    if (allowed) allowed.checked = keys.on;
    const sleep = this.querySelector("[data-do=sleep]");
    if (sleep) sleep.value = deck.sleep?.said ?? "";
    this.#say("message", this.isLive ? deck.message : "");
    this.#tick();
  }

  #showBar() {
    const page = document.querySelector("longwave-player.player");
    this.hidden = !deck.started || (page?.seen && page.isLive);
    document.body.classList.toggle("with-bar", !this.hidden);
    if (this.hidden || !deck.episode) return;
    const { title, page: address, image } = deck.episode;
    const picture = this.#find("image");
    this.#say("title", title);
    this.#find("title").setAttribute("href", address);
    picture.hidden = false;
    if (picture.dataset.of === image + title) return;
    picture.dataset.of = image + title;
    picture.classList.toggle("letter", !image);
    picture.replaceChildren(image ? Object.assign(new Image(44, 44), { src: image, alt: "" }) : [...title][0] ?? "");
  }

  #label(name, label, icon) {
    const button = this.querySelector(`[data-do=${name}]`);
    if (!button) return;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.querySelector("use").setAttribute("href", `#i-${icon}`);
  }

  #tick() {
    const slider = this.querySelector("[data-do=seek]");
    if (!slider || !this.episode) return;
    const { at, seconds } = this;
    slider.disabled = !seconds;
    slider.max = Math.floor(seconds) || 1;
    slider.value = at;
    slider.style.setProperty("--done", seconds ? at / seconds : 0);
    slider.setAttribute("aria-valuetext", inWords(at) + (seconds ? ` of ${inWords(seconds)}` : ""));
    this.#say("elapsed", clock(at));
    this.#say("left", seconds ? `−${clock(seconds - at)}` : "");
    const [start, chapter] = deck.chapterAt(at, this.isLive ? deck.episode : this.episode) ?? [];
    this.#say("chapter", chapter ?? (this.isBar ? this.episode.show : ""));
    if (!this.isBar && start !== this.#marked) this.#mark(start);
    this.#say("sleep", deck.sleep ? deck.sleep.time ? clock((deck.sleep.time - Date.now()) / 1000) : "on" : "");
  }

  /** Show in the page's notes and chapters which one is heard. */
  #mark(start) {
    this.#marked = start;
    for (const link of document.querySelectorAll(":is(.e-content, .chapters) .seek")) {
      link.classList.toggle("now", Number(link.dataset.seek) === start);
    }
  }

  #tip(x) {
    const slider = this.querySelector("[data-do=seek]"), tip = this.#find("tip");
    const { left, width } = slider.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (x - left) / width));
    const at = share * this.seconds;
    tip.style.setProperty("--x", share);
    tip.textContent = [clock(at), deck.chapterAt(at, this.episode)?.[1]].filter(Boolean).join("  ");
  }
}

const bar = () => document.querySelector("longwave-player.bar");
const onPage = () => document.querySelector("longwave-player.player");

/** Go to the second that the address names; play it if a click led here, else wait there. */
export function followAddress(clicked) {
  const at = secondOf(location.hash), player = onPage();
  history.replaceState({ ...history.state, seen: true }, "");
  // What was listened to since this address was opened is not to be lost by a reload or by Back.
  if (at === null || !player?.own || (!clicked && history.state?.played)) return;
  if (clicked) player.play(at);
  else if (!deck.started) {
    deck.offer(player.own, at);
    deck.seek(at);
  }
}

function clicked(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const card = event.target.closest("[data-play]");
  if (card) deck.toggle(JSON.parse(card.dataset.play));
  const time = event.target.closest("[data-seek]");
  if (!time || !onPage()?.own || event.target.closest("a:not([data-seek])")) return;
  const isLink = time.matches("a");
  if (!isLink && !getSelection().isCollapsed) return;
  if (isLink) {
    event.preventDefault();
    history.replaceState({ ...history.state, played: false }, "", time.getAttribute("href"));
  }
  onPage().play(Number(time.dataset.seek));
}

function pressed(event) {
  const { key, target } = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const slider = target.matches?.("input[type=range]") ? target.dataset.do : "";
  const writes = target.isContentEditable || (/^(input|textarea|select)$/i.test(target.tagName) && !slider && target.type !== "checkbox");
  const episode = deck.started ? deck.episode : onPage()?.own;
  if (!episode || writes || slider === "volume" || document.querySelector("dialog[open]")) return;
  const within = target.closest?.("longwave-player");
  // What is scrolled or played by its own keys keeps them; an embed has keys only for who is in its player.
  if (target.closest?.("audio, video") || (key.startsWith("Arrow") && target.matches?.("pre, table"))) return;
  if ((key === " " && event.shiftKey) || (slider && /Up|Down/.test(key))) return;
  if (document.body.classList.contains("embedded") && !within) return;
  if (!keys.on && !(slider && key.startsWith("Arrow"))) return;
  const act = {
    " ": !target.closest?.("button, summary, input:not([type=range])") && (() => within ? within.toggle() : deck.toggle(episode)),
    ArrowLeft: () => (within ?? deck).step(BACK),
    ArrowRight: () => (within ?? deck).step(FORWARD),
    ArrowUp: within && (() => deck.setVolume(deck.volume + 0.05)),
    ArrowDown: within && (() => deck.setVolume(deck.volume - 0.05)),
    "<": () => deck.setRate(nextRate(-1, false)),
    ">": () => deck.setRate(nextRate(1, false)),
    m: () => deck.mute(),
  }[key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** What lists and transcripts need is loaded where there is one; what can be scrolled can be reached by keyboard. */
export function furnish() {
  for (const wide of document.querySelectorAll(".e-content :is(pre, table)")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
  if (document.querySelector("[data-heard], [data-play], .continue")) import("./heard.js").then((module) => module.show());
  if (deck.started && document.querySelector(".spoken")) import("./transcript.js").then((module) => module.follow());
}

customElements.define("longwave-player", Player);
followAddress(false);
furnish();
document.addEventListener("click", clicked);
document.addEventListener("keydown", pressed);
document.addEventListener("longwave:page", furnish);
// A place of the history that was never seen is a click's or was typed; all others are Back and Forward, which play nothing.
addEventListener("hashchange", () => followAddress(!history.state?.seen));
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.closest?.(".transcript")) import("./transcript.js").then((module) => module.follow(event));
  });
}
deck.audio.addEventListener("play", () => {
  import("./session.js");
  furnish();
});
deck.audio.addEventListener("playing", () => {
  if (deck.holds(onPage()?.own)) history.replaceState({ ...history.state, played: true }, "");
});
