// The dialog that shares an episode, from the current second or from its beginning.

import { clock, phrase } from "./phrases.js";

/** Open the dialog of a <longwave-player>. */
export function share(player) {
  const dialog = player.querySelector("dialog.share");
  const find = (name) => dialog.querySelector(`[data-show=${name}], [data-do=${name}]`);
  const { episode } = player;
  const time = clock(player.position);
  const fromHere = dialog.querySelector("input[type=checkbox]");
  const timed = (address) => fromHere.checked ? `${address}#t=${time}` : address;

  function fill() {
    find("link").value = timed(episode.link);
    const title = episode.title.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
    find("embed").value = `<iframe src="${timed(episode.embed)}" title="${title}" width="640" height="${episode.embedHeight ?? 240}" style="border:0" loading="lazy" allow="autoplay; clipboard-write${episode.video ? "; fullscreen" : ""}"></iframe>`;
    find("copied").textContent = "";
  }

  async function copy(name) {
    const field = find(name);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    find("copied").textContent = phrase("copied");
  }

  dialog.querySelector("span[data-show=from]").textContent = time;
  fromHere.checked = player.position >= 1;
  fromHere.onchange = fill;
  find("copy").onclick = () => copy("link");
  find("copy-embed").onclick = () => copy("embed");
  const send = find("send");
  send.hidden = !navigator.share;
  send.onclick = () => navigator.share({ title: episode.title, url: timed(episode.link) }).catch(() => { /* The listener has cancelled. */ });
  fill();
  dialog.showModal();
}
