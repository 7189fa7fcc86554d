// The playback store: the one <audio> of the site and, once a film is played, its one <video>, the episode and its
// position, and the listening history in this browser. No sound is fetched before somebody presses Play, and the history never leaves the browser.

import { phrase } from "./phrases.js";

const HISTORY = "longwave.heard", SETTINGS = "longwave.settings", HAS_UNFINISHED = "longwave.begun", KEYS = "longwave.keys";
const MAX_EPISODES = 300;
/** How long before its end an episode counts as heard, and how often its position is saved. */
const END_SECONDS = 20, SAVE_SECONDS = 3;
/** How long there may be no sound before the page says why. */
const SILENCE_SECONDS = 4;
/** The waits between attempts to reach a lost sound again; after the last one only the listener can try. */
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30, 30, 60, 60];

function read(name, fallback) {
  try { return JSON.parse(localStorage.getItem(name)) ?? fallback; } catch { return fallback; }
}

function write(name, value) {
  try { localStorage.setItem(name, value); } catch { /* A private window or a full disk stores nothing. */ }
}

/** Return the listening history by an episode's key: position `at` and length `of` in seconds, `when` in milliseconds since 1970, and what lists show. */
export function listened() {
  // Other scripts of the same origin may have written there, so entries of another shape are ignored.
  return Object.fromEntries(Object.entries(read(HISTORY, {})).filter(([, one]) => Number.isFinite(one?.at)));
}

const clamp = (minimum, value, maximum) => Number.isFinite(value) ? Math.min(maximum, Math.max(minimum, value)) : maximum;

/** Return whether an entry of the history counts as heard to the end. */
export function isFinished({ at, of }) {
  return of > 0 && at >= of - Math.min(END_SECONDS, of / 10);
}

/** Return the episodes that were begun and not finished, most recent first. */
export function unfinished() {
  return Object.entries(listened())
    .filter(([, one]) => one.at >= 1 && !isFinished(one))
    .sort(([, a], [, b]) => b.when - a.when)
    .map(([key, one]) => ({ key, ...one }));
}

/** Delete an episode from the history. */
export function forget(key) {
  const { [key]: _, ...others } = listened();
  saveHistory(others);
}

function saveHistory(all) {
  const recent = Object.entries(all).sort(([, a], [, b]) => b.when - a.when).slice(0, MAX_EPISODES);
  write(HISTORY, JSON.stringify(Object.fromEntries(recent)));
  write(HAS_UNFINISHED, unfinished().length ? "1" : "0");
}

class Playback extends EventTarget {
  /** The current episode as its page describes it, or null. */
  episode = null;
  /** Whether somebody pressed Play on the episode; one that was only loaded is replaced by the next page's. */
  started = false;
  message = "";
  /** The sleep timer, or null: it ends at a `time` (milliseconds since 1970) or `at` a second of the episode; `choice` is the option chosen. */
  sleep = null;

  /** Whether the listener wants sound. <audio> can't tell: some browsers pause before they report an error. */
  #shouldPlay = false;
  /** The pending start of a sound that isn't loaded yet or was lost: its second `at`, and whether to `play`; null otherwise. */
  #resume = null;
  #savedAt = 0;
  #tries = 0;
  #retryTimer = 0;
  #volume = 1;

  #sound = null;
  #film = null;

  constructor() {
    super();
    const { rate = 1, volume = 1, muted = false, captions = false } = read(SETTINGS, {});
    this.#volume = clamp(0, volume, 1);
    /** Whether films show their captions. */
    this.captions = captions === true;
    /** The element that plays: <audio> for sound, <video> for films. */
    this.audio = this.#sound = this.#adopt(new Audio());
    this.#tune(Number.isFinite(rate) ? clamp(0.5, rate, 3) : 1, muted === true);
    addEventListener("online", () => { if (this.#resume?.play) this.#reload(); });
    addEventListener("storage", ({ key }) => { if (key === HISTORY) this.#followOtherTab(); });
    addEventListener("pagehide", () => this.savePosition());
    document.addEventListener("visibilitychange", () => this.savePosition());
    setInterval(() => this.#checkSleepTimer(), 500);
  }

  /** Keep a media element in the bar, so that it outlives its page, and listen to it while it is the one that plays. */
  #adopt(element) {
    this.#keep(element);
    element.preload = "none";
    // The sound outlives its page even where a site's own template has no bar.
    element.dataset.keep = "";
    const on = (names, handler) => names.split(" ").forEach((name) => element.addEventListener(name, () => { if (element === this.audio) handler(); }));
    on("play pause ratechange volumechange durationchange ended loadedmetadata playing waiting", () => this.#emitChange());
    on("timeupdate seeked", () => this.#positionChanged());
    on("pause seeked ended", () => this.savePosition());
    on("ended", () => { if (this.sleep?.at !== undefined) this.setSleep(""); });
    on("play", () => { this.started = this.#shouldPlay = true; });
    on("pause", () => { if (!this.audio.error) this.#shouldPlay = false; });
    on("playing", () => this.#recover());
    on("loadedmetadata", () => this.#resumePosition());
    on("error", () => this.#handleFailure());
    // The buffer still plays without a network, so the connection counts as lost only when the buffer runs out.
    on("waiting", () => { if (!navigator.onLine && !this.message) this.#handleFailure(); else this.#watchBuffering(); });
    // Other modules listen to the store, as the element that plays may change.
    for (const name of ["play", "pause", "playing", "seeked", "ended"]) on(name, () => this.dispatchEvent(new Event(name)));
    return element;
  }

  #keep(element) { (document.querySelector("longwave-player.bar") ?? document.body).append(element); }

  #tune(rate, muted) {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = rate;
    this.audio.volume = this.#volume;
    this.audio.muted = muted;
  }

  /** Make the element for an episode the one that plays. */
  #choose(episode) {
    const chosen = episode.video ? this.#film ??= this.#adopt(document.createElement("video")) : this.#sound;
    if (episode.video) this.#prepareFilm(episode);
    const before = this.audio;
    if (chosen === before) return;
    this.audio = chosen;
    this.#tune(before.defaultPlaybackRate, before.muted);
    before.pause();
    before.removeAttribute("src");
    before.load();
    if (before === this.#film) this.#keep(before);
  }

  #prepareFilm({ captions, language, poster }) {
    const film = this.#film;
    // It leaves the page of the episode before; the page of its own, if it is open, takes it again.
    this.#keep(film);
    film.playsInline = true;
    film.poster = poster ?? "";
    film.replaceChildren();
    if (!captions) return;
    const track = Object.assign(document.createElement("track"), { kind: "captions", src: captions, srclang: language, label: phrase("captions") });
    film.append(track);
    track.track.mode = this.captions ? "showing" : "disabled";
  }

  /** Show the film in an element of its episode's page, if the film plays; otherwise do nothing. */
  showFilm(screen) {
    if (this.#film && this.audio === this.#film && this.#film.parentNode !== screen) screen.append(this.#film);
  }

  /** Take the film out of a page that goes, into the bar, where its sound plays on. */
  hideFilm(page) {
    if (this.#film && page.contains(this.#film)) this.#keep(this.#film);
  }

  toggleCaptions() {
    this.captions = !this.captions;
    for (const track of this.#film?.textTracks ?? []) track.mode = this.captions ? "showing" : "disabled";
    this.#saveSettings();
  }

  /** Show the film on the whole screen, with the browser's own controls. */
  fillScreen() {
    const film = this.#film;
    if (!film || this.audio !== film) return;
    film.onfullscreenchange = () => { film.controls = document.fullscreenElement === film; };
    if (film.requestFullscreen) film.requestFullscreen().catch(() => { /* A frame may not be allowed to. */ });
    else film.webkitEnterFullscreen?.();
  }

  /** Whether no sound plays or is about to. A lost sound that is being retried counts as playing, so that it can be paused. */
  get paused() { return this.audio.paused && !this.#resume?.play; }
  get rate() { return this.audio.defaultPlaybackRate; }
  get volume() { return this.#volume; }
  get position() { return this.#resume?.at ?? this.audio.currentTime; }

  get duration() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.episode?.seconds ?? 0;
  }

  has(episode) { return this.episode !== null && this.episode.key === episode?.key; }

  /** Return an episode's position in seconds: the current one, or the one in the history. */
  positionOf(episode) {
    if (this.has(episode)) return this.position;
    const entry = listened()[episode.key];
    return entry && !isFinished(entry) ? entry.at : 0;
  }

  /** Load an episode without a request for its sound, unless another one was started. */
  load(episode, at = this.positionOf(episode)) {
    if (this.has(episode)) this.episode = { ...this.episode, ...episode };
    else if (this.started) return;
    else this.#setSource(episode, at);
    this.#emitChange();
  }

  play(episode = this.episode, at = null) {
    if (!episode) return;
    clearTimeout(this.#retryTimer);
    if (!this.has(episode)) {
      this.savePosition();
      this.#setSource(episode, at ?? this.positionOf(episode));
    } else if (at !== null) this.seek(at);
    else if (this.audio.ended) this.seek(0);
    if (this.audio.error) {
      this.#resume ??= { at: this.audio.currentTime };
      this.audio.load();
    }
    // A sleep timer that ran out meanwhile would pause the sound at once.
    if (this.paused && this.sleep?.time < Date.now()) this.setSleep("");
    this.#tries = 0;
    this.started = true;
    this.audio.play().catch((error) => {
      // Browsers refuse to play before a click; the sound waits at its position. Failures have an event of their own.
      if (error.name === "NotAllowedError") this.#showMessage("");
    });
    this.#emitChange();
  }

  pause() {
    clearTimeout(this.#retryTimer);
    this.#shouldPlay = false;
    if (this.#resume) this.#resume.play = false;
    this.#showMessage("");
    this.audio.pause();
  }

  toggle(episode) {
    if (this.has(episode) && !this.paused) this.pause();
    else this.play(episode);
  }

  /** Move to a second of the current episode, playing or not. */
  seek(at) {
    const target = Math.max(0, this.duration ? Math.min(at, this.duration) : at);
    // Until the sound's length is known this is its default playback start position (HTML), and a lost sound resumes
    // here when it can be reached again.
    if (this.#resume || this.audio.readyState === 0) this.#resume = { ...this.#resume, at: target };
    this.audio.currentTime = target;
    if (this.sleep?.at !== undefined) this.setSleep("chapter");
    this.#positionChanged();
  }

  step(by) { this.seek(this.position + by); }

  setRate(rate) {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = rate;
    this.#saveSettings();
  }

  setVolume(volume) {
    this.audio.volume = this.#volume = clamp(0, volume, 1);
    this.audio.muted = false;
    this.#saveSettings();
  }

  mute() {
    this.audio.muted = !this.audio.muted;
    this.#saveSettings();
  }

  /** Set the sleep timer to a number of minutes or to the end of the "chapter"; an empty text clears it. */
  setSleep(when) {
    this.audio.volume = this.#volume;
    if (!when) this.sleep = null;
    else if (when === "chapter") this.sleep = { choice: when, at: this.chapterAfter()?.[0] ?? this.duration };
    else this.sleep = { choice: when, time: Date.now() + Number(when) * 60_000 };
    this.#emitChange();
  }

  /** Return the chapter at a second as [seconds, title]; undefined before the first one. Hidden ones have no title. */
  chapterAt(at = this.position, episode = this.episode) { return episode?.chapters?.findLast(([start, title]) => title && start <= at); }
  chapterAfter(at = this.position) { return this.episode?.chapters?.find(([start, title]) => title && start > at); }

  /** Return the second at which the chapter at a second begins, or the one after it, be they hidden or not. */
  startAt(at) { return this.episode?.chapters?.findLast(([start]) => start <= at)?.[0]; }
  startAfter(at = this.position) { return this.episode?.chapters?.find(([start]) => start > at)?.[0]; }

  /** Stop, and unload the episode. */
  close() {
    this.pause();
    this.savePosition();
    this.started = false;
    this.episode = null;
    this.#resume = null;
    this.audio.removeAttribute("src");
    this.audio.load();
    if (this.audio === this.#film) this.#keep(this.#film);
    this.#emitChange();
  }

  /** Save the position in the listening history. */
  savePosition() {
    if (!this.started || !this.episode || this.#resume?.play) return;
    const { key, title, page, show, image } = this.episode;
    const at = Math.floor(this.audio.ended ? this.duration : this.position);
    // Another tab may have saved a newer position, so one that has not moved here is not written.
    if (!at || at === this.#savedAt) return;
    this.#savedAt = at;
    saveHistory({ ...listened(), [key]: { at, of: Math.round(this.duration), when: Date.now(), title, page, show, image } });
  }

  #setSource(episode, at) {
    clearTimeout(this.#retryTimer);
    this.started = false;
    this.message = "";
    // A timer in minutes goes on with the next episode; the end of a chapter belongs to the old one.
    if (this.sleep?.at !== undefined) this.setSleep("");
    this.episode = episode;
    this.#choose(episode);
    this.audio.src = episode.url;
    this.#resume = { at };
    this.audio.currentTime = at;
    this.#savedAt = Math.floor(at);
  }

  /** Move to the position that another tab has saved, unless the sound plays or was moved in this tab. */
  #followOtherTab() {
    const entry = this.episode && listened()[this.episode.key];
    if (!entry || isFinished(entry) || !this.paused || Math.floor(this.position) !== this.#savedAt) return;
    this.#savedAt = entry.at;
    this.seek(entry.at);
  }

  #resumePosition() {
    const resume = this.#resume;
    if (resume && Math.abs(this.audio.currentTime - resume.at) > 0.5) this.audio.currentTime = resume.at;
    if (resume?.play) this.audio.play().catch(() => { /* The error event that follows is handled. */ });
    this.#resume = null;
  }

  #recover() {
    // The rest of the buffer may play before the retry is due.
    clearTimeout(this.#retryTimer);
    this.#resume = null;
    this.#tries = 0;
    if (this.message) this.#showMessage("");
  }

  async #handleFailure() {
    if (!this.audio.getAttribute("src") || !this.started) return;
    const { src } = this.audio;
    // A paused sound is not retried: it waits at its position for Play.
    if (!this.#shouldPlay) {
      this.#resume = { at: this.position };
      return;
    }
    if (this.audio.error?.code > 2 && navigator.onLine) {
      const isAnswered = await this.#hostAnswers(src);
      // The listener may have paused, closed, retried or changed the episode while the host was asked.
      if (src !== this.audio.src || !this.audio.error || !this.started || !this.#shouldPlay) return;
      if (isAnswered) {
        this.#resume = { at: this.position };
        this.#showMessage(phrase("fileIsBroken"));
        return;
      }
    }
    this.#resume = { at: this.position, play: true };
    const seconds = RETRY_SECONDS[this.#tries];
    this.#tries += 1;
    clearTimeout(this.#retryTimer);
    if (seconds === undefined) {
      this.#resume.play = false;
      this.#showMessage(phrase("isUnreachable"));
      return;
    }
    this.#showMessage(phrase("isLost"));
    this.#retryTimer = setTimeout(() => this.#reload(), seconds * 1000);
  }

  /** Return whether the host answers for a file that couldn't be played; then the file is at fault and not the connection. */
  async #hostAnswers(src) {
    try {
      const isOwn = new URL(src).origin === location.origin;
      // Without CORS the status can't be read, but the request still fails when the host doesn't answer.
      const { status } = await fetch(src, { method: "HEAD", cache: "no-store", mode: isOwn ? "cors" : "no-cors" });
      return status < 500 && (status >= 400 || this.#tries > 0);
    } catch {
      return false;
    }
  }

  /** Show a message when buffering takes long: a browser may wait half a minute before it reports a lost connection. */
  #watchBuffering() {
    setTimeout(() => {
      if (this.audio.paused || this.audio.readyState > 2 || this.message) return;
      this.#showMessage(phrase("isLostOrSlow"));
    }, SILENCE_SECONDS * 1000);
  }

  #reload() {
    clearTimeout(this.#retryTimer);
    this.audio.preload = "auto";
    this.audio.load();
    this.audio.preload = "none";
    this.audio.play().catch(() => { /* The error event that follows is handled. */ });
  }

  #positionChanged() {
    if (Math.abs(this.position - this.#savedAt) >= SAVE_SECONDS) this.savePosition();
    this.dispatchEvent(new Event("time"));
  }

  #checkSleepTimer() {
    if (!this.sleep || this.paused) return;
    const left = this.sleep.time ? (this.sleep.time - Date.now()) / 1000 : (this.sleep.at - this.position) / this.rate;
    if (left <= 0) {
      this.pause();
      this.setSleep("");
    } else if (left < 8) this.audio.volume = this.#volume * Math.max(0.05, left / 8);
    this.dispatchEvent(new Event("time"));
  }

  #showMessage(message) {
    this.message = message;
    this.#emitChange();
  }

  #saveSettings() {
    write(SETTINGS, JSON.stringify({ rate: this.rate, volume: this.#volume, muted: this.audio.muted, captions: this.captions }));
    this.#emitChange();
  }

  #emitChange() { this.dispatchEvent(new Event("change")); }
}

/** The listener's choice whether keyboard shortcuts work outside of the player (WCAG 2.1.4). */
export const shortcuts = {
  get enabled() { try { return localStorage.getItem(KEYS) !== "off"; } catch { return true; } },
  set enabled(value) { write(KEYS, value ? "on" : "off"); },
};

export const playback = new Playback();
