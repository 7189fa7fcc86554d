// The card of a live broadcast: the time in the visitor's own zone, the countdown, and the change to "on air" when the
// time comes. Without this script the card says the time in the site's zone and the status when the page was loaded.

import { inWords, phrase } from "./phrases.js";

const DAY = 86_400;

/** Show the times of start and end as the visitor's clock will show them, unless that is what the page says already. */
function localize(card) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "long", timeStyle: "short" });
  for (const time of card.querySelectorAll("time")) {
    const date = new Date(time.dateTime), [, sign, hours, minutes] = time.dateTime.match(/([+-])(\d\d):(\d\d)$/) ?? ["", "+", 0, 0];
    const offset = (sign === "-" ? -1 : 1) * (60 * hours + Number(minutes));
    if (time.textContent && offset !== -date.getTimezoneOffset()) time.textContent = format.format(date);
  }
}

function remaining(seconds) {
  if (seconds >= DAY) return phrase("days", { count: Math.floor(seconds / DAY) });
  return inWords(seconds >= 3600 ? seconds - seconds % 60 : seconds);
}

function show(card) {
  const now = Date.now(), start = Date.parse(card.dataset.start), end = Date.parse(card.dataset.end);
  if ("clock" in card.dataset) card.dataset.status = now < start ? "pending" : now < end ? "live" : "ended";
  for (const part of card.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(card.dataset.status);
  const countdown = card.querySelector(".countdown"), seconds = Math.ceil((start - now) / 1000);
  const text = seconds > 0 ? phrase("startsIn", { time: remaining(seconds) }) : "";
  if (countdown.textContent !== text) countdown.textContent = text;
}

/** Keep the card up to date until the visitor leaves its page. */
export function follow(card) {
  if ("followed" in card.dataset) return;
  card.dataset.followed = "";
  localize(card);
  show(card);
  const timer = setInterval(() => card.isConnected ? show(card) : clearInterval(timer), 1000);
}
