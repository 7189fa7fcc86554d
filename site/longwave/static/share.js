// Share an episode, from the second where it is or from its beginning.

import { clock } from "./player.js";

/** Open a player's dialog. */
export function share(player) {
  const dialog = player.querySelector("dialog.share");
  const find = (name) => dialog.querySelector(`[data-show=${name}], [data-do=${name}]`);
  const { episode } = player;
  const at = Math.floor(player.at);
  const box = dialog.querySelector("input[type=checkbox]");
  const address = () => `${episode.link}${box.checked ? `#t=${clock(at)}` : ""}`;

  function fill() {
    find("link").value = address();
    const escaped = episode.title.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
    const source = `${episode.embed}${box.checked ? `#t=${clock(at)}` : ""}`;
    find("embed").value = `<iframe src="${source}" title="${escaped}" width="640" height="240" style="border:0" loading="lazy" allow="autoplay; clipboard-write"></iframe>`;
    find("copied").textContent = "";
  }

  async function copy(name) {
    const place = find(name);
    place.select();
    try {
      await navigator.clipboard.writeText(place.value);
    } catch {
      document.execCommand("copy");
    }
    find("copied").textContent = "Copied.";
  }

  dialog.querySelector("span[data-show=from]").textContent = clock(at);
  box.checked = at > 0;
  box.onchange = fill;
  find("copy").onclick = () => copy("link");
  find("copy-embed").onclick = () => copy("embed");
  const send = find("send");
  send.hidden = !navigator.share;
  send.onclick = () => navigator.share({ title: episode.title, url: address() }).catch(() => { /* thought better of it */ });
  fill();
  dialog.showModal();
}
