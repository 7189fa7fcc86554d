// A time on the page plays that second, and so does an address that ends in #t=1:21. Without this script the links
// are only anchors, and the browser's own player still plays.

const player = document.getElementById("player");

/** The seconds that "1:21", "1:02:33" or "81" mean; null for anything else. */
export function secondsOf(text) {
  if (!/^(\d{1,3}:)?\d{1,3}:\d{2}$|^\d{1,6}(\.\d+)?$/.test(text)) return null;
  return text.split(":").reduce((total, part) => total * 60 + Number(part), 0);
}

function fromAddress() {
  const match = /^#t=([\d:.]+)/.exec(location.hash);
  return match ? secondsOf(match[1]) : null;
}

/** Go to a second; play if the listener asked for it by a click. */
function seek(seconds, play) {
  const go = () => { player.currentTime = seconds; };
  if (player.readyState >= 1) go();
  else {
    player.addEventListener("loadedmetadata", go, { once: true });
    player.preload = "metadata";
    if (!play) player.load();
  }
  if (play) player.play().catch(() => { /* the browser wants a click on the player itself */ });
}

if (player) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-seek]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
    seek(Number(link.dataset.seek), true);
  });
  addEventListener("hashchange", () => {
    const seconds = fromAddress();
    if (seconds !== null) seek(seconds, true);
  });
  const first = fromAddress();
  // A moment of the search results is to be heard; where the browser wants a click first, it waits at that second.
  if (first !== null) seek(first, true);
}
