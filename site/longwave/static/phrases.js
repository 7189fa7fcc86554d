// The phrases of the scripts, and numbers as people read them; templates/phrases.toml has those of the pages. A phrase
// is a whole sentence or label with its values in braces. One that depends on a number has a form for "one" and one for
// "other".

const PHRASES = {
  play: "Play",
  pause: "Pause",
  playEpisode: "Play {title}",
  pauseEpisode: "Pause {title}",
  mute: "Mute",
  unmute: "Unmute",
  muted: "muted",
  captions: "Captions",
  volume: "{percent} percent",
  speed: "Speed {rate}, next {next}",
  position: "{at} of {total}",
  sleepIsSet: "on",
  left: "{time} left",
  heard: "heard",
  forget: "Don’t offer {title} any more",
  fileIsBroken: "This episode's sound can't be played: its file is missing or damaged.",
  isUnreachable: "The sound can't be reached. Your place is kept: press Play to try again.",
  isLost: "The connection is lost. Your place is kept, and it goes on when the sound can be reached.",
  isLostOrSlow: "The connection is lost, or slow. Your place is kept, and it goes on by itself.",
  copied: "Copied.",
  copyQuote: "Copy quote",
  quoteIsCopied: "Copied",
  copyingIsForbidden: "Not allowed to copy",
  quote: "“{text}”\n— {source} ({time})\n{address}\n",
  noMatch: "Not found",
  match: "{number} of {total}",
  search: "Search",
  close: "Close",
  problemsOfPreview: "Problems",
  problems: { one: "{count} problem", other: "{count} problems" },
  warnings: { one: "{count} warning", other: "{count} warnings" },
  problemsAndWarnings: "{problems}, {warnings}",
  moreProblems: "And {count} more; longwave check lists all of them.",
  warning: "warning",
  expectedAndFound: "Expected {expected}, found {found}.",
  startsIn: "Starts in {time}",
  days: { one: "{count} day", other: "{count} days" },
  hours: { one: "{count} hour", other: "{count} hours" },
  minutes: { one: "{count} minute", other: "{count} minutes" },
  seconds: { one: "{count} second", other: "{count} seconds" },
};

/** Return a phrase with its values put in; a phrase with forms takes the form for `count`. */
export function phrase(name, values = {}) {
  const found = PHRASES[name];
  const text = typeof found === "string" ? found : found[values.count === 1 ? "one" : "other"];
  return text.replace(/\{(\w+)\}/g, (_, value) => values[value]);
}

function parts(seconds) {
  const rounded = Math.max(0, Math.floor(seconds));
  return { hours: Math.floor(rounded / 3600), minutes: Math.floor(rounded / 60) % 60, seconds: rounded % 60 };
}

/** Return a phrase as texts and nodes, so that its values can be elements. */
export function phraseNodes(name, values) {
  return PHRASES[name].split(/\{(\w+)\}/).map((part, index) => index % 2 ? values[part] : part);
}

/** Return 81 seconds as "1:21", and 3753 as "1:02:33". */
export function clock(duration) {
  const { hours, minutes, seconds } = parts(duration);
  const padded = (number) => String(number).padStart(2, "0");
  return `${hours ? `${hours}:${padded(minutes)}` : minutes}:${padded(seconds)}`;
}

/** Return 81 seconds as "1 minute 21 seconds", for screen readers. */
export function inWords(duration) {
  const named = Object.entries(parts(duration)).filter(([, count]) => count);
  return named.map(([unit, count]) => phrase(unit, { count })).join(" ") || phrase("seconds", { count: 0 });
}
