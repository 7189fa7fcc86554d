// <longwave-player>: the controls of an episode's sound. An episode's page has one, and at the bottom of every page the
// bar is one, which shows the current episode. The playback store holds the sound itself.

import { clock, inWords, phrase } from "./phrases.js";
import { playback, shortcuts } from "./playback.js";

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const BACK = -15, FORWARD = 30;

/** Return an address's fragment decoded and without its "#"; unchanged if it can't be decoded. */
export function anchorOf(hash) {
  try { return decodeURIComponent(hash.slice(1)); } catch { return hash.slice(1); }
}

/** Return the second named by #t=12:34, #t=754, #t=1h2m3s, #12:34 or #1:02:03; null for any other fragment. */
export function secondOf(hash) {
  const text = anchorOf(hash);
  const time = text.replace(/^t=(npt:)?/, "").split(",")[0];
  if (/^(\d{1,3}:)?\d{1,3}:\d{2}(\.\d+)?$/.test(time)) return time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  if (!text.startsWith("t=")) return null;
  if (/^\d{1,6}(\.\d+)?s?$/.test(time)) return parseFloat(time);
  const match = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?$/.exec(time);
  return time && match ? (match[1] ?? 0) * 3600 + (match[2] ?? 0) * 60 + Number(match[3] ?? 0) : null;
}

/** Return the speed some steps after the current one; past the fastest, with `wrap` the slowest, else the fastest. */
function rateAfter(steps, wrap) {
  const index = RATES.findLastIndex((rate) => rate <= playback.rate) + steps;
  return RATES[wrap ? index % RATES.length : Math.min(RATES.length - 1, Math.max(0, index))];
}

class Player extends HTMLElement {
  #dragPosition = null;
  #startPosition = null;
  #currentChapter;

  connectedCallback() {
    this.isBar = this.classList.contains("bar");
    this.pageEpisode = this.dataset.episode ? JSON.parse(this.dataset.episode) : null;
    if (!this.isBar) this.querySelector(":scope > audio, :scope > video")?.remove();
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    playback.addEventListener("change", () => this.#update(), { signal });
    playback.addEventListener("time", () => this.#updatePosition(), { signal });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.addEventListener("input", (event) => this.#onInput(event, false), { signal });
    this.addEventListener("change", (event) => this.#onInput(event, true), { signal });
    const track = this.querySelector(".track");
    track?.addEventListener("pointermove", (event) => this.#showTip(event.clientX), { signal });
    if (this.pageEpisode) {
      this.isVisible = true;
      this.observer = new IntersectionObserver(([entry]) => {
        this.isVisible = entry.isIntersecting;
        bar()?.refresh();
      });
      this.observer.observe(this);
      playback.load(this.pageEpisode);
    }
    this.#update();
  }

  disconnectedCallback() {
    this.listeners?.abort();
    this.observer?.disconnect();
    playback.hideFilm(this);
    bar()?.refresh();
  }

  get episode() { return this.pageEpisode ?? playback.episode; }
  get isLive() { return playback.has(this.episode); }
  get position() { return this.#dragPosition ?? (this.isLive ? playback.position : this.#startPosition ?? playback.positionOf(this.episode)); }
  get duration() { return this.isLive ? playback.duration : this.episode?.seconds ?? 0; }

  refresh() { this.#update(); }

  play(at = null) {
    this.#startPosition = null;
    playback.play(this.episode, at);
  }

  toggle() {
    if (this.isLive || this.#startPosition === null) playback.toggle(this.episode);
    else this.play(this.#startPosition);
  }

  step(by) { this.#seek(this.position + by); }

  /** Show the film on the whole screen; one that isn't loaded yet is played. */
  fillScreen() {
    if (!this.isLive) this.play();
    playback.fillScreen();
  }

  #onClick(event) {
    const button = event.target.closest("[data-do]");
    const action = {
      toggle: () => this.toggle(),
      back: () => this.step(BACK),
      forward: () => this.step(FORWARD),
      speed: () => playback.setRate(rateAfter(1, true)),
      mute: () => playback.mute(),
      close: () => this.#close(),
      captions: () => playback.toggleCaptions(),
      fullscreen: () => this.fillScreen(),
      share: () => import("./share.js").then((module) => module.share(this)),
    }[button?.dataset.do];
    if (action) action();
    else if (event.target.closest("[data-show=screen]") && !document.fullscreenElement) this.toggle();
  }

  #close() {
    playback.close();
    // The focused button is hidden with the bar, so the focus needs a new place.
    document.querySelector("main:not([hidden])")?.focus({ preventScroll: true });
  }

  #onInput(event, isFinal) {
    const { value, checked, dataset } = event.target;
    if (dataset.do === "seek") {
      this.#dragPosition = isFinal ? null : Number(value);
      if (isFinal) this.#seek(Number(value));
      this.#updatePosition();
    } else if (dataset.do === "volume") playback.setVolume(value / 100);
    else if (dataset.do === "sleep" && isFinal) playback.setSleep(value);
    else if (dataset.do === "keys") shortcuts.enabled = checked;
  }

  #seek(at) {
    if (this.isLive) playback.seek(at);
    else this.#startPosition = Math.max(0, Math.min(at, this.duration));
    this.#updatePosition();
  }

  #element(name) { return this.querySelector(`[data-show=${name}]`); }

  #setText(name, text) {
    const element = this.#element(name);
    if (element && element.textContent !== text) element.textContent = text;
  }

  #update() {
    if (this.isBar) this.#updateBar();
    if (!this.episode || !this.querySelector("[data-do=toggle]")) return;
    const screen = this.#element("screen");
    if (screen && this.isLive) playback.showFilm(screen);
    this.querySelector("[data-do=captions]")?.setAttribute("aria-pressed", playback.captions);
    const isPlaying = this.isLive && !playback.paused;
    this.#setButton("toggle", phrase(isPlaying ? "pause" : "play"), isPlaying ? "pause" : "play");
    this.#setButton("mute", phrase(playback.audio.muted ? "unmute" : "mute"), playback.audio.muted ? "mute" : "loud");
    const speed = this.querySelector("[data-do=speed]");
    speed.textContent = `${playback.rate}×`;
    speed.setAttribute("aria-label", phrase("speed", { rate: playback.rate, next: rateAfter(1, true) }));
    const volume = this.querySelector("[data-do=volume]");
    if (volume) {
      volume.value = Math.round(playback.volume * 100);
      volume.setAttribute("aria-valuetext", playback.audio.muted ? phrase("muted") : phrase("volume", { percent: volume.value }));
      volume.style.setProperty("--done", playback.audio.muted ? 0 : playback.volume);
    }
    const allowed = this.querySelector("[data-do=keys]");
    if (allowed) allowed.checked = shortcuts.enabled;
    const sleep = this.querySelector("[data-do=sleep]");
    if (sleep) sleep.value = playback.sleep?.choice ?? "";
    this.#setText("message", this.isLive ? playback.message : "");
    this.#updatePosition();
  }

  #updateBar() {
    const page = document.querySelector("longwave-player.player");
    this.hidden = !playback.started || (page?.isVisible && page.isLive);
    document.body.classList.toggle("with-bar", !this.hidden);
    if (this.hidden || !playback.episode) return;
    const { title, page: address, image } = playback.episode;
    const picture = this.#element("image");
    this.#setText("title", title);
    this.#element("title").setAttribute("href", address);
    picture.hidden = false;
    if (picture.dataset.shows === image + title) return;
    picture.dataset.shows = image + title;
    picture.classList.toggle("letter", !image);
    picture.replaceChildren(image ? Object.assign(new Image(44, 44), { src: image, alt: "" }) : [...title][0] ?? "");
  }

  #setButton(name, label, icon) {
    const button = this.querySelector(`[data-do=${name}]`);
    if (!button) return;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.querySelector("use").setAttribute("href", `#i-${icon}`);
  }

  #updatePosition() {
    const slider = this.querySelector("[data-do=seek]");
    if (!slider || !this.episode) return;
    const { position, duration } = this;
    slider.disabled = !duration;
    slider.max = Math.floor(duration) || 1;
    slider.value = position;
    slider.style.setProperty("--done", duration ? position / duration : 0);
    slider.setAttribute("aria-valuetext", duration ? phrase("position", { at: inWords(position), total: inWords(duration) }) : inWords(position));
    this.#setText("elapsed", clock(position));
    this.#setText("left", duration ? `−${clock(duration - position)}` : "");
    const [start, chapter] = playback.chapterAt(position, this.isLive ? playback.episode : this.episode) ?? [];
    this.#setText("chapter", chapter ?? (this.isBar ? this.episode.show : ""));
    if (!this.isBar && start !== this.#currentChapter) this.#markChapter(start);
    this.#setText("sleep", playback.sleep ? playback.sleep.time ? clock((playback.sleep.time - Date.now()) / 1000) : phrase("sleepIsSet") : "");
  }

  /** Mark the current chapter in the page's notes and list of chapters. */
  #markChapter(start) {
    this.#currentChapter = start;
    for (const link of document.querySelectorAll(":is(.e-content, .chapters) .seek")) {
      link.classList.toggle("now", Number(link.dataset.seek) === start);
    }
  }

  #showTip(x) {
    const slider = this.querySelector("[data-do=seek]"), tip = this.#element("tip");
    const { left, width } = slider.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (x - left) / width));
    const at = share * this.duration;
    tip.style.setProperty("--x", share);
    tip.textContent = [clock(at), playback.chapterAt(at, this.episode)?.[1]].filter(Boolean).join("  ");
  }
}

const bar = () => document.querySelector("longwave-player.bar");
const pagePlayer = () => document.querySelector("longwave-player.player");

/** Move to the second that the address names, and play from there after a click. */
export function followAddress(isClick) {
  const at = secondOf(location.hash), player = pagePlayer();
  history.replaceState({ ...history.state, seen: true }, "");
  // A reload or Back must not undo listening since this address was opened.
  if (at === null || !player?.pageEpisode || (!isClick && history.state?.played)) return;
  if (isClick) player.play(at);
  else if (!playback.started) {
    playback.load(player.pageEpisode, at);
    playback.seek(at);
  }
}

function onClick(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const card = event.target.closest("[data-play]");
  if (card) playback.toggle(JSON.parse(card.dataset.play));
  const time = event.target.closest("[data-seek]");
  if (!time || !pagePlayer()?.pageEpisode || event.target.closest("a:not([data-seek])")) return;
  const isLink = time.matches("a");
  if (!isLink && !getSelection().isCollapsed) return;
  if (isLink) {
    event.preventDefault();
    history.replaceState({ ...history.state, played: false }, "", time.getAttribute("href"));
  }
  pagePlayer().play(Number(time.dataset.seek));
}

function onKey(event) {
  const { key, target } = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const slider = target.matches?.("input[type=range]") ? target.dataset.do : "";
  const isTyping = target.isContentEditable || (/^(input|textarea|select)$/i.test(target.tagName) && !slider && target.type !== "checkbox");
  const episode = playback.started ? playback.episode : pagePlayer()?.pageEpisode;
  if (!episode || isTyping || slider === "volume" || document.querySelector("dialog[open]")) return;
  const within = target.closest?.("longwave-player");
  // Scrollable elements and native players keep their own keys, and an embed reacts only to keys within its player.
  if (target.closest?.("audio, video") || (key.startsWith("Arrow") && target.matches?.("pre, table"))) return;
  if ((key === " " && event.shiftKey) || (slider && /Up|Down/.test(key))) return;
  if (document.body.classList.contains("embedded") && !within) return;
  if (!shortcuts.enabled && !(slider && key.startsWith("Arrow"))) return;
  const action = {
    " ": !target.closest?.("button, summary, input:not([type=range])") && (() => within ? within.toggle() : playback.toggle(episode)),
    ArrowLeft: () => (within ?? playback).step(BACK),
    ArrowRight: () => (within ?? playback).step(FORWARD),
    ArrowUp: within && (() => playback.setVolume(playback.volume + 0.05)),
    ArrowDown: within && (() => playback.setVolume(playback.volume - 0.05)),
    "<": () => playback.setRate(rateAfter(-1, false)),
    ">": () => playback.setRate(rateAfter(1, false)),
    m: () => playback.mute(),
    f: pagePlayer()?.pageEpisode?.video && (() => pagePlayer().fillScreen()),
    c: episode.captions && (() => playback.toggleCaptions()),
  }[key];
  if (!action) return;
  event.preventDefault();
  action();
}

/** Load the scripts for lists and transcripts where the page has one, and make wide tables focusable so that keys can scroll them. */
export function enhance() {
  for (const wide of document.querySelectorAll(".e-content :is(pre, table)")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
  if (document.querySelector("[data-progress], [data-play], .continue")) import("./listening-history.js").then((module) => module.update());
  if (playback.started && document.querySelector(".paragraphs")) import("./transcript.js").then((module) => module.follow());
  const live = document.querySelector("section.live");
  if (live) import("./live.js").then((module) => module.follow(live));
}

customElements.define("longwave-player", Player);
followAddress(false);
enhance();
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("longwave:page", enhance);
// A history entry without `seen` comes from a click or the address bar; Back and Forward play nothing.
addEventListener("hashchange", () => followAddress(!history.state?.seen));
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.closest?.(".transcript")) import("./transcript.js").then((module) => module.follow(event));
  });
}
playback.addEventListener("play", () => {
  import("./session.js");
  enhance();
});
playback.addEventListener("playing", () => {
  if (playback.has(pagePlayer()?.pageEpisode)) history.replaceState({ ...history.state, played: true }, "");
});
