// The system's own controls of the sound, such as those of a lock screen, a headset or a car (Media Session API).

import { playback } from "./playback.js";

const session = navigator.mediaSession;
let described = null;

function describe() {
  const { episode } = playback;
  const chapter = playback.chapterAt()?.[1] ?? "";
  const current = JSON.stringify([episode?.key, chapter]);
  if (current === described) return;
  described = current;
  session.metadata = episode && new MediaMetadata({
    title: chapter || episode.title,
    artist: episode.show,
    album: chapter ? episode.title : "",
    artwork: episode.image ? [256, 512, 1024].map((size) => ({
      src: new URL(episode.image.replace("/256/", `/${size}/`), location.href).href,
      sizes: `${size}x${size}`,
    })) : [],
  });
}

function update() {
  describe();
  session.playbackState = playback.paused ? "paused" : "playing";
  const { position, duration, rate } = playback;
  if (duration > 0) session.setPositionState?.({ duration, position: Math.min(position, duration), playbackRate: rate });
}

/** Move to the beginning of the current chapter, or within its first three seconds to the chapter before. */
function previous() {
  playback.seek(playback.startAt(playback.position - 3) ?? 0);
}

if (session) {
  const actions = {
    play: () => playback.play(),
    pause: () => playback.pause(),
    stop: () => playback.pause(),
    seekbackward: ({ seekOffset }) => playback.step(-(seekOffset || 15)),
    seekforward: ({ seekOffset }) => playback.step(seekOffset || 30),
    seekto: ({ seekTime }) => playback.seek(seekTime),
    previoustrack: previous,
    nexttrack: () => playback.seek(playback.startAfter() ?? playback.position + 30),
  };
  for (const [name, action] of Object.entries(actions)) {
    try { session.setActionHandler(name, action); } catch { /* This browser doesn't know the action. */ }
  }
  playback.addEventListener("change", update);
  playback.addEventListener("time", describe);
  // The system extrapolates from the last position that was set, so a seek has to be reported.
  playback.addEventListener("seeked", update);
  update();
}
