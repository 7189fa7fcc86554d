// The transcript of the page: marks the sentence being spoken and keeps it in view, finds words, and copies a quote with
// the address of its second.

import { clock, phrase } from "./phrases.js";
import { playback } from "./playback.js";

let transcript = null;

/** Follow the transcript of the current page; further calls on the same page do nothing. */
export function follow(event = null) {
  const container = document.querySelector(".paragraphs");
  if (!container || container === transcript?.container) return;
  transcript?.leave();
  transcript = new Transcript(container);
  if (event && container.contains(event.target)) transcript.offerQuote(event);
}

document.addEventListener("longwave:page", () => {
  if (transcript?.container.isConnected) return;
  transcript?.leave();
  transcript = null;
});

class Transcript {
  constructor(container) {
    this.container = container;
    this.section = container.closest(".transcript");
    this.player = document.querySelector("longwave-player.player");
    this.sentences = [...container.querySelectorAll("span[data-seek]")];
    this.starts = this.sentences.map((sentence) => Number(sentence.dataset.seek));
    this.current = null;
    this.following = true;
    this.button = this.section.querySelector("[data-do=follow]");
    this.form = this.section.querySelector("form.find");
    this.field = this.form.querySelector("input");
    this.matches = [];
    this.match = -1;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    playback.addEventListener("time", () => this.update(), { signal });
    playback.addEventListener("change", () => this.update(), { signal });
    this.button.addEventListener("click", () => this.returnToCurrent(), { signal });
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      addEventListener(kind, (event) => this.onScroll(event), { signal, passive: true });
    }
    addEventListener("scroll", () => this.offerButton(), { signal, passive: true });
    container.addEventListener("click", () => { this.following = true; }, { signal });
    this.field.addEventListener("input", () => this.find(), { signal });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.step(1); }, { signal });
    this.form.addEventListener("click", ({ target }) => {
      if (target.dataset.do === "previous-match") this.step(-1);
      else if (target.dataset.do === "play-match") this.player?.play(this.starts[this.sentences.indexOf(this.matches[this.match])]);
    }, { signal });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); this.step(-1); }
    }, { signal });
    for (const kind of ["pointerover", "focusin"]) container.addEventListener(kind, (event) => this.offerQuote(event), { signal });
    this.update();
    // The listener may have typed while this script was loading.
    if (this.field.value) this.find();
  }

  leave() {
    this.listeners.abort();
    CSS.highlights?.delete("found");
  }

  /** Mark the sentence being spoken, and keep it in view while the listener reads along. */
  update() {
    const isLive = playback.started && playback.has(this.player?.pageEpisode);
    const index = isLive ? this.starts.findLastIndex((start) => start <= playback.position + 0.05) : -1;
    const sentence = this.sentences[index] ?? null;
    if (sentence !== this.current) {
      const before = this.current;
      before?.classList.remove("now");
      before?.removeAttribute("aria-current");
      this.current = sentence;
      sentence?.classList.add("now");
      sentence?.setAttribute("aria-current", "true");
      // The page scrolls only if the sentence before was in view, so that reading the notes is not interrupted.
      if (sentence && this.following && !playback.paused && (isInView(before) || document.activeElement === this.button)) scrollIntoView(sentence);
    }
    this.offerButton();
  }

  onScroll(event) {
    if (event.type === "keydown" && !/^(Page|Home|End|Arrow(Up|Down))/.test(event.key)) return;
    // A small scroll that leaves the sentence in view doesn't end reading along.
    setTimeout(() => {
      this.following = isInView(this.current);
      this.offerButton();
    }, 120);
  }

  offerButton() {
    const box = this.container.getBoundingClientRect();
    const isRead = box.top < innerHeight * 0.8 && box.bottom > innerHeight * 0.2;
    this.button.hidden = !this.current || isInView(this.current) || !isRead;
  }

  returnToCurrent() {
    this.following = true;
    scrollIntoView(this.current);
    this.current?.closest("p").querySelector("a").focus({ preventScroll: true });
    this.offerButton();
  }

  find() {
    const wanted = fold(this.field.value.trim());
    for (const sentence of this.matches) sentence.classList.remove("match");
    this.matches = wanted.length > 1 ? this.sentences.filter((sentence) => fold(sentence.textContent).includes(wanted)) : [];
    this.match = -1;
    this.highlight(wanted);
    for (const button of this.form.querySelectorAll("button")) button.disabled = !this.matches.length;
    if (this.matches.length) this.step(1);
    else this.showStatus(wanted.length > 1 ? phrase("noMatch") : "");
  }

  step(by) {
    if (!this.matches.length) return;
    this.matches[this.match]?.classList.remove("match");
    this.match = (this.match + by + this.matches.length) % this.matches.length;
    const sentence = this.matches[this.match];
    sentence.classList.add("match");
    this.following = false;
    scrollIntoView(sentence);
    this.showStatus(phrase("match", { number: this.match + 1, total: this.matches.length }));
  }

  showStatus(text) { this.section.querySelector("[data-show=matches]").textContent = text; }

  /** Highlight the matching words, if the browser supports the CSS Custom Highlight API. */
  highlight(wanted) {
    if (!CSS.highlights) return;
    const ranges = this.matches.flatMap((sentence) => {
      const text = sentence.firstChild, data = fold(text.data);
      // Folding may change a text's length, and then its offsets are not those of the page.
      if (data.length !== text.data.length) return [];
      const offsets = [];
      for (let offset = data.indexOf(wanted); offset >= 0; offset = data.indexOf(wanted, offset + wanted.length)) offsets.push(offset);
      return offsets.map((start) => new StaticRange({ startContainer: text, startOffset: start, endContainer: text, endOffset: start + wanted.length }));
    });
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  /** Move the one quote button to the paragraph under the pointer or the focus. */
  offerQuote(event) {
    const paragraph = event.target.closest("p");
    if (!paragraph || paragraph === this.quoted) return;
    this.quoted = paragraph;
    this.quote ??= Object.assign(document.createElement("button"), {
      type: "button", className: "quote", textContent: phrase("copyQuote"), onclick: (click) => this.copy(click),
    });
    this.quote.textContent = phrase("copyQuote");
    paragraph.append(this.quote);
  }

  async copy(event) {
    event.stopPropagation();
    const { text, from } = selectionIn(this.container) ?? wholeParagraph(this.quoted);
    const paragraph = from.closest("p");
    const speaker = paragraph.querySelector("b")?.textContent;
    // A page without a player has the same addresses of seconds.
    const { title, link } = this.player?.pageEpisode ?? { title: document.title, link: location.href.split("#")[0] };
    const time = clock(Number(from.dataset.seek));
    const source = [speaker, title].filter(Boolean).join(", ");
    try {
      await navigator.clipboard.writeText(phrase("quote", { text, source, time, address: `${link}#t=${time}` }));
      this.quote.textContent = phrase("quoteIsCopied");
    } catch {
      this.quote.textContent = phrase("copyingIsForbidden");
    }
  }
}

function selectionIn(container) {
  const selection = getSelection();
  const text = selection.toString().replace(/\s+/g, " ").trim();
  if (!text || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const from = [...container.querySelectorAll("span[data-seek]")].find((sentence) => range.intersectsNode(sentence));
  return from && container.contains(range.commonAncestorContainer) ? { text, from } : null;
}

function wholeParagraph(paragraph) {
  const sentences = [...paragraph.querySelectorAll("span[data-seek]")];
  return { text: sentences.map((sentence) => sentence.textContent).join(" "), from: sentences[0] };
}

const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'");

function isInView(element) {
  const box = element?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < innerHeight;
}

function scrollIntoView(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}
