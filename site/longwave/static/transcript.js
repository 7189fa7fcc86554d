// The transcript beside the sound: what is said now is marked and kept in view, words are found in it, and a quote is
// copied with the address of its second.

import { deck } from "./deck.js";
import { clock } from "./player.js";

let page = null;

/** Take care of the transcript on the page that is shown; again and again is fine. */
export function follow(event = null) {
  const place = document.querySelector(".spoken");
  if (!place || place === page?.place) return;
  page?.leave();
  page = new Transcript(place);
  if (event && place.contains(event.target)) page.offerQuote(event);
}

document.addEventListener("longwave:page", () => {
  if (page?.place.isConnected) return;
  page?.leave();
  page = null;
});

class Transcript {
  constructor(place) {
    this.place = place;
    this.section = place.closest(".transcript");
    this.player = document.querySelector("longwave-player.player");
    this.sentences = [...place.querySelectorAll("span[data-seek]")];
    this.starts = this.sentences.map((sentence) => Number(sentence.dataset.seek));
    this.now = null;
    this.following = true;
    this.button = this.section.querySelector("[data-do=follow]");
    this.form = this.section.querySelector("form.find");
    this.field = this.form.querySelector("input");
    this.matches = [];
    this.match = -1;
    this.left = new AbortController();
    const { signal } = this.left;
    deck.addEventListener("time", () => this.mark(), { signal });
    deck.addEventListener("change", () => this.mark(), { signal });
    this.button.addEventListener("click", () => this.comeBack(), { signal });
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      addEventListener(kind, (event) => this.scrolledAway(event), { signal, passive: true });
    }
    addEventListener("scroll", () => this.offerButton(), { signal, passive: true });
    place.addEventListener("click", () => { this.following = true; }, { signal });
    this.field.addEventListener("input", () => this.find(), { signal });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.step(1); }, { signal });
    this.form.addEventListener("click", ({ target }) => {
      if (target.dataset.do === "previous-match") this.step(-1);
      else if (target.dataset.do === "play-match") this.player?.play(this.starts[this.sentences.indexOf(this.matches[this.match])]);
    }, { signal });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); this.step(-1); }
    }, { signal });
    for (const kind of ["pointerover", "focusin"]) place.addEventListener(kind, (event) => this.offerQuote(event), { signal });
    this.mark();
    // What was typed while this was loaded.
    if (this.field.value) this.find();
  }

  leave() {
    this.left.abort();
    CSS.highlights?.delete("found");
  }

  /** Mark the sentence that is said, and keep it in view for who reads along. */
  mark() {
    const isLive = deck.started && deck.holds(this.player?.own);
    const place = isLive ? this.starts.findLastIndex((start) => start <= deck.at + 0.05) : -1;
    const sentence = this.sentences[place] ?? null;
    if (sentence !== this.now) {
      const before = this.now;
      before?.classList.remove("now");
      before?.removeAttribute("aria-current");
      this.now = sentence;
      sentence?.classList.add("now");
      sentence?.setAttribute("aria-current", "true");
      // Only for who has the last sentence before their eyes: nobody is torn away from the notes.
      if (sentence && this.following && !deck.paused && (isSeen(before) || document.activeElement === this.button)) bring(sentence);
    }
    this.offerButton();
  }

  scrolledAway(event) {
    if (event.type === "keydown" && !/^(Page|Home|End|Arrow(Up|Down))/.test(event.key)) return;
    // Where it is still in view after the scroll, nobody has left.
    setTimeout(() => {
      this.following = isSeen(this.now);
      this.offerButton();
    }, 120);
  }

  offerButton() {
    const box = this.place.getBoundingClientRect();
    const isRead = box.top < innerHeight * 0.8 && box.bottom > innerHeight * 0.2;
    this.button.hidden = !this.now || isSeen(this.now) || !isRead;
  }

  comeBack() {
    this.following = true;
    bring(this.now);
    this.now?.closest("p").querySelector("a").focus({ preventScroll: true });
    this.offerButton();
  }

  find() {
    const wanted = folded(this.field.value.trim());
    for (const sentence of this.matches) sentence.classList.remove("match");
    this.matches = wanted.length > 1 ? this.sentences.filter((sentence) => folded(sentence.textContent).includes(wanted)) : [];
    this.match = -1;
    this.highlight(wanted);
    for (const button of this.form.querySelectorAll("button")) button.disabled = !this.matches.length;
    if (this.matches.length) this.step(1);
    else this.tell(wanted.length > 1 ? "Not found" : "");
  }

  step(by) {
    if (!this.matches.length) return;
    this.matches[this.match]?.classList.remove("match");
    this.match = (this.match + by + this.matches.length) % this.matches.length;
    const sentence = this.matches[this.match];
    sentence.classList.add("match");
    this.following = false;
    bring(sentence);
    this.tell(`${this.match + 1} of ${this.matches.length}`);
  }

  tell(text) { this.section.querySelector("[data-show=matches]").textContent = text; }

  /** The words themselves, where the browser can mark them without changing the page. */
  highlight(wanted) {
    if (!CSS.highlights) return;
    const ranges = this.matches.flatMap((sentence) => {
      const text = sentence.firstChild, whole = folded(text.data);
      // Where folding changes a text's length, its places are no longer those of the page.
      if (whole.length !== text.data.length) return [];
      const at = [];
      for (let place = whole.indexOf(wanted); place >= 0; place = whole.indexOf(wanted, place + wanted.length)) at.push(place);
      return at.map((place) => new StaticRange({ startContainer: text, startOffset: place, endContainer: text, endOffset: place + wanted.length }));
    });
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  /** One button for all paragraphs, which goes where the pointer or the focus is. */
  offerQuote(event) {
    const paragraph = event.target.closest("p");
    if (!paragraph || paragraph === this.quoted) return;
    this.quoted = paragraph;
    this.quote ??= Object.assign(document.createElement("button"), {
      type: "button", className: "quote", textContent: "Copy quote", onclick: (click) => this.copy(click),
    });
    this.quote.textContent = "Copy quote";
    paragraph.append(this.quote);
  }

  async copy(event) {
    event.stopPropagation();
    const { text, from } = selected(this.place) ?? whole(this.quoted);
    const paragraph = from.closest("p");
    const speaker = paragraph.querySelector("b")?.textContent;
    // What can't be heard is quoted by its second all the same.
    const { title, link } = this.player?.own ?? { title: document.title, link: location.href.split("#")[0] };
    const at = clock(Number(from.dataset.seek));
    const said = `“${text}”\n— ${[speaker, title].filter(Boolean).join(", ")} (${at})\n${link}#t=${at}\n`;
    try {
      await navigator.clipboard.writeText(said);
      this.quote.textContent = "Copied";
    } catch {
      this.quote.textContent = "Not allowed to copy";
    }
  }
}

function selected(place) {
  const selection = getSelection();
  const text = selection.toString().replace(/\s+/g, " ").trim();
  if (!text || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const from = [...place.querySelectorAll("span[data-seek]")].find((sentence) => range.intersectsNode(sentence));
  return from && place.contains(range.commonAncestorContainer) ? { text, from } : null;
}

function whole(paragraph) {
  const sentences = [...paragraph.querySelectorAll("span[data-seek]")];
  return { text: sentences.map((sentence) => sentence.textContent).join(" "), from: sentences[0] };
}

const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[’‘]/g, "'");

function isSeen(element) {
  const box = element?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < innerHeight;
}

function bring(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}
