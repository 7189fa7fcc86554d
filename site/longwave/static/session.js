// The lock screen, the headset's keys, the car: what the system's own controls show and do (Media Session).

import { deck } from "./deck.js";

const session = navigator.mediaSession;
let shown = null;

function describe() {
  const { episode } = deck;
  const chapter = deck.chapterAt()?.[1] ?? "";
  const now = JSON.stringify([episode?.key, chapter]);
  if (now === shown) return;
  shown = now;
  session.metadata = episode && new MediaMetadata({
    title: chapter || episode.title,
    artist: episode.show,
    album: chapter ? episode.title : "",
    artwork: episode.image ? [256, 512, 1024].map((size) => ({
      src: new URL(episode.image.replace("/images/256/", `/images/${size}/`), location.href).href,
      sizes: `${size}x${size}`,
    })) : [],
  });
}

function place() {
  describe();
  session.playbackState = deck.paused ? "paused" : "playing";
  const { at, seconds, rate } = deck;
  if (seconds > 0) session.setPositionState?.({ duration: seconds, position: Math.min(at, seconds), playbackRate: rate });
}

/** To the chapter after, or to the beginning of this one, or from there to the one before. */
function previous() {
  const [start] = deck.chapterAt(deck.at - 3) ?? [0];
  deck.seek(start);
}

if (session) {
  const acts = {
    play: () => deck.play(),
    pause: () => deck.pause(),
    stop: () => deck.pause(),
    seekbackward: ({ seekOffset }) => deck.step(-(seekOffset || 15)),
    seekforward: ({ seekOffset }) => deck.step(seekOffset || 30),
    seekto: ({ seekTime }) => deck.seek(seekTime),
    previoustrack: previous,
    nexttrack: () => deck.seek(deck.chapterAfter()?.[0] ?? deck.at + 30),
  };
  for (const [name, act] of Object.entries(acts)) {
    try { session.setActionHandler(name, act); } catch { /* one that this browser doesn't know */ }
  }
  deck.addEventListener("change", place);
  deck.addEventListener("time", describe);
  // The system counts on by itself from the last position it was told, but knows nothing of a jump.
  deck.audio.addEventListener("seeked", place);
  place();
}
