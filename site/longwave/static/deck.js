// The one sound of the site: what plays, where it is, and what this browser remembers of it. Nothing is fetched before
// somebody presses Play, and nothing that is remembered ever leaves the browser.

const HEARD = "longwave.heard", SETTINGS = "longwave.settings", BEGUN = "longwave.begun", KEYS = "longwave.keys";
const MOST = 300;
/** Seconds: from its end an episode counts as heard, and this often its position is kept. */
const END = 20, KEEP = 3;
/** Seconds without sound after which the page says why. */
const SILENCE = 4;
/** How long to wait, in seconds, before a lost sound is tried again; after the last one only a listener can. */
const PAUSES = [1, 2, 4, 8, 15, 30, 30, 60, 60];

function read(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
}

function write(name, value) {
  try { localStorage.setItem(name, value); } catch { /* a private window, or no room: then it isn't remembered */ }
}

/** What was heard: by an episode's key its seconds `at` and `of`, `when` (milliseconds), and how lists show it. */
export function heard() {
  // Whatever else writes there, what can't be used is as if it weren't there.
  return Object.fromEntries(Object.entries(read(HEARD, {})).filter(([, one]) => Number.isFinite(one?.at)));
}

const between = (least, value, most) => Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : most;

export function isDone({ at, of }) {
  return of > 0 && at >= of - Math.min(END, of / 10);
}

/** The episodes that were begun and not finished, the last one first. */
export function begun() {
  return Object.entries(heard())
    .filter(([, one]) => one.at >= 1 && !isDone(one))
    .sort(([, a], [, b]) => b.when - a.when)
    .map(([key, one]) => ({ key, ...one }));
}

export function forget(key) {
  const { [key]: _, ...others } = heard();
  remember(others);
}

function remember(all) {
  const kept = Object.entries(all).sort(([, a], [, b]) => b.when - a.when).slice(0, MOST);
  write(HEARD, JSON.stringify(Object.fromEntries(kept)));
  write(BEGUN, begun().length ? "1" : "0");
}

class Deck extends EventTarget {
  /** The episode in the deck as its page tells of it, or null. */
  episode = null;
  /** Whether somebody pressed Play on it; one that only lies in the deck gives way to another page's. */
  started = false;
  message = "";
  /** When it goes quiet: at a `time` (milliseconds since 1970), `at` a second of the episode, or never (null). `said` was chosen. */
  sleep = null;

  /** Whether it is meant to play. The sound can't tell: some browsers pause what fails, just before they say so. */
  #plays = false;
  #wanted = null;
  #kept = 0;
  #tries = 0;
  #retry = 0;
  #volume = 1;

  constructor() {
    super();
    this.audio = (document.querySelector("longwave-player.bar") ?? document.body).appendChild(new Audio());
    this.audio.preload = "none";
    // Where a site's own template has no bar, the sound still outlives its page.
    this.audio.dataset.keep = "";
    const { rate = 1, volume = 1, muted = false } = read(SETTINGS, {});
    this.audio.defaultPlaybackRate = this.audio.playbackRate = Number.isFinite(rate) ? between(0.5, rate, 3) : 1;
    this.audio.volume = this.#volume = between(0, volume, 1);
    this.audio.muted = muted === true;
    const on = (names, act) => names.split(" ").forEach((name) => this.audio.addEventListener(name, act));
    on("play pause ratechange volumechange durationchange ended loadedmetadata playing waiting", () => this.#changed());
    on("timeupdate seeked", () => this.#moved());
    on("pause seeked ended", () => this.keep());
    on("ended", () => { if (this.sleep?.at !== undefined) this.setSleep(""); });
    on("play", () => { this.started = this.#plays = true; });
    on("pause", () => { if (!this.audio.error) this.#plays = false; });
    on("playing", () => this.#arrived());
    on("loadedmetadata", () => this.#startAtWanted());
    on("error", () => this.#lost());
    // What is in the buffer still plays without a network; only when it runs out, something is lost.
    on("waiting", () => { if (!navigator.onLine && !this.message) this.#lost(); else this.#wonder(); });
    addEventListener("online", () => { if (this.#wanted?.play) this.#again(); });
    addEventListener("storage", ({ key }) => { if (key === HEARD) this.#follow(); });
    addEventListener("pagehide", () => this.keep());
    document.addEventListener("visibilitychange", () => this.keep());
    setInterval(() => this.#watchSleep(), 500);
  }

  /** Not playing, and not about to: what was lost and is tried again counts as playing, so that it can be paused. */
  get paused() { return this.audio.paused && !this.#wanted?.play; }
  get rate() { return this.audio.defaultPlaybackRate; }
  get volume() { return this.#volume; }
  get at() { return this.#wanted?.at ?? this.audio.currentTime; }

  get seconds() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.episode?.seconds ?? 0;
  }

  holds(episode) { return this.episode !== null && this.episode.key === episode?.key; }

  /** Where an episode stands, in seconds: now, or when it was last heard. */
  placeOf(episode) {
    if (this.holds(episode)) return this.at;
    const was = heard()[episode.key];
    return was && !isDone(was) ? was.at : 0;
  }

  /** Put an episode into the deck, silently and without a request, unless another one was started. */
  offer(episode, at = this.placeOf(episode)) {
    if (this.holds(episode)) this.episode = { ...this.episode, ...episode };
    else if (this.started) return;
    else this.#insert(episode, at);
    this.#changed();
  }

  play(episode = this.episode, at = null) {
    if (!episode) return;
    clearTimeout(this.#retry);
    if (!this.holds(episode)) {
      this.keep();
      this.#insert(episode, at ?? this.placeOf(episode));
    } else if (at !== null) this.seek(at);
    else if (this.audio.ended) this.seek(0);
    if (this.audio.error) {
      this.#wanted ??= { at: this.audio.currentTime };
      this.audio.load();
    }
    // Who comes back after the time was over doesn't want to be stopped at once.
    if (this.paused && this.sleep?.time < Date.now()) this.setSleep("");
    this.#tries = 0;
    this.started = true;
    this.audio.play().catch((error) => {
      // Refused by the browser until somebody clicks: it waits at its second. What is lost has its own event.
      if (error.name === "NotAllowedError") this.#say("");
    });
    this.#changed();
  }

  pause() {
    clearTimeout(this.#retry);
    this.#plays = false;
    if (this.#wanted) this.#wanted.play = false;
    this.#say("");
    this.audio.pause();
  }

  toggle(episode) {
    if (this.holds(episode) && !this.paused) this.pause();
    else this.play(episode);
  }

  /** Go to a second of what is in the deck, playing or not. */
  seek(at) {
    const to = Math.max(0, this.seconds ? Math.min(at, this.seconds) : at);
    // Before anything is known of the sound, this is where it starts (HTML: the default playback start position); and
    // what is lost starts here when it can be reached again.
    if (this.#wanted || this.audio.readyState === 0) this.#wanted = { ...this.#wanted, at: to };
    this.audio.currentTime = to;
    if (this.sleep?.at !== undefined) this.setSleep("chapter");
    this.#moved();
  }

  step(by) { this.seek(this.at + by); }

  setRate(rate) {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = rate;
    this.#keepSettings();
  }

  setVolume(volume) {
    this.audio.volume = this.#volume = between(0, volume, 1);
    this.audio.muted = false;
    this.#keepSettings();
  }

  mute() {
    this.audio.muted = !this.audio.muted;
    this.#keepSettings();
  }

  /** Go quiet after some minutes, or at the end of the "chapter"; an empty text: never. */
  setSleep(when) {
    this.audio.volume = this.#volume;
    if (!when) this.sleep = null;
    else if (when === "chapter") this.sleep = { said: when, at: this.chapterAfter()?.[0] ?? this.seconds };
    else this.sleep = { said: when, time: Date.now() + Number(when) * 60_000 };
    this.#changed();
  }

  /** The chapter at a second, as [seconds, title]; undefined before the first one. */
  chapterAt(at = this.at, episode = this.episode) { return episode?.chapters?.findLast(([start]) => start <= at); }
  chapterAfter(at = this.at) { return this.episode?.chapters?.find(([start]) => start > at); }

  /** Stop, and take the episode out. */
  close() {
    this.pause();
    this.keep();
    this.started = false;
    this.episode = null;
    this.#wanted = null;
    this.audio.removeAttribute("src");
    this.audio.load();
    this.#changed();
  }

  /** Remember where it is. */
  keep() {
    if (!this.started || !this.episode || this.#wanted?.play) return;
    const { key, title, page, show, image } = this.episode;
    const at = Math.floor(this.audio.ended ? this.seconds : this.at);
    // A tab in which nothing has moved knows nothing new; another one may.
    if (!at || at === this.#kept) return;
    this.#kept = at;
    remember({ ...heard(), [key]: { at, of: Math.round(this.seconds), when: Date.now(), title, page, show, image } });
  }

  #insert(episode, at) {
    clearTimeout(this.#retry);
    this.started = false;
    this.message = "";
    // Minutes go on with the next episode; the end of a chapter was one of the last.
    if (this.sleep?.at !== undefined) this.setSleep("");
    this.episode = episode;
    this.audio.src = episode.url;
    this.#wanted = { at };
    this.audio.currentTime = at;
    this.#kept = Math.floor(at);
  }

  /** Go where another tab has come meanwhile, unless this one plays or was moved itself. */
  #follow() {
    const was = this.episode && heard()[this.episode.key];
    if (!was || isDone(was) || !this.paused || Math.floor(this.at) !== this.#kept) return;
    this.#kept = was.at;
    this.seek(was.at);
  }

  #startAtWanted() {
    const wanted = this.#wanted;
    if (wanted && Math.abs(this.audio.currentTime - wanted.at) > 0.5) this.audio.currentTime = wanted.at;
    if (wanted?.play) this.audio.play().catch(() => { /* the next event says more */ });
    this.#wanted = null;
  }

  #arrived() {
    // What was in the buffer may play on before anything was tried again.
    clearTimeout(this.#retry);
    this.#wanted = null;
    this.#tries = 0;
    if (this.message) this.#say("");
  }

  async #lost() {
    if (!this.audio.getAttribute("src") || !this.started) return;
    const { src } = this.audio;
    // What is paused is not tried again: it waits at its second for Play.
    if (!this.#plays) {
      this.#wanted = { at: this.at };
      return;
    }
    if (this.audio.error?.code > 2 && navigator.onLine) {
      const isAnswered = await this.#isAnswered(src);
      // Meanwhile it may have been paused, closed, tried again, or have given way to another episode.
      if (src !== this.audio.src || !this.audio.error || !this.started || !this.#plays) return;
      if (isAnswered) {
        this.#wanted = { at: this.at };
        this.#say("This episode's sound can't be played: its file is missing or damaged.");
        return;
      }
    }
    this.#wanted = { at: this.at, play: true };
    const seconds = PAUSES[this.#tries];
    this.#tries += 1;
    clearTimeout(this.#retry);
    if (seconds === undefined) {
      this.#wanted.play = false;
      this.#say("The sound can't be reached. Your place is kept: press Play to try again.");
      return;
    }
    this.#say("The connection is lost. Your place is kept, and it goes on when the sound can be reached.");
    this.#retry = setTimeout(() => this.#again(), seconds * 1000);
  }

  /** Whether its host answers for a file that couldn't be played, so that it is the file and not the way to it. */
  async #isAnswered(src) {
    try {
      const isOwn = new URL(src).origin === location.origin;
      // Another host may let its sound be played and its answers not be read; that it answers is told all the same.
      const { status } = await fetch(src, { method: "HEAD", cache: "no-store", mode: isOwn ? "cors" : "no-cors" });
      return status < 500 && (status >= 400 || this.#tries > 0);
    } catch {
      return false;
    }
  }

  /** A browser may try for half a minute before it calls a connection lost; a listener wonders sooner. */
  #wonder() {
    setTimeout(() => {
      if (this.audio.paused || this.audio.readyState > 2 || this.message) return;
      this.#say("The connection is lost, or slow. Your place is kept, and it goes on by itself.");
    }, SILENCE * 1000);
  }

  #again() {
    clearTimeout(this.#retry);
    this.audio.preload = "auto";
    this.audio.load();
    this.audio.preload = "none";
    this.audio.play().catch(() => { /* its error event comes as well */ });
  }

  #moved() {
    if (Math.abs(this.at - this.#kept) >= KEEP) this.keep();
    this.dispatchEvent(new Event("time"));
  }

  #watchSleep() {
    if (!this.sleep || this.paused) return;
    const left = this.sleep.time ? (this.sleep.time - Date.now()) / 1000 : (this.sleep.at - this.at) / this.rate;
    if (left <= 0) {
      this.pause();
      this.setSleep("");
    } else if (left < 8) this.audio.volume = this.#volume * Math.max(0.05, left / 8);
    this.dispatchEvent(new Event("time"));
  }

  #say(message) {
    this.message = message;
    this.#changed();
  }

  #keepSettings() {
    write(SETTINGS, JSON.stringify({ rate: this.rate, volume: this.#volume, muted: this.audio.muted }));
    this.#changed();
  }

  #changed() { this.dispatchEvent(new Event("change")); }
}

/** Whether keys work everywhere on a page (WCAG 2.1.4). */
export const keys = {
  get on() { try { return localStorage.getItem(KEYS) !== "off"; } catch { return true; } },
  set on(value) { write(KEYS, value ? "on" : "off"); },
};

export const deck = new Deck();
