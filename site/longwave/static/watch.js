// The video of an episode at another site. Its player is loaded by a click and never before, in a frame of this site
// whose own policy lets that site in.

import { playback } from "./playback.js";

/** Replace the paragraph of the clicked button by the frame of the video, and pause the sound. */
export function watch(button) {
  const frame = Object.assign(document.createElement("iframe"), {
    className: "video", src: button.dataset.video, title: button.dataset.title, allow: "autoplay; fullscreen; picture-in-picture",
  });
  playback.pause();
  button.closest(".watch").replaceWith(frame);
  frame.focus();
}
