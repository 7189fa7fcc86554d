// Runs before the first paint: the reader's colours, and what there is only with scripts. The rest is loaded when it is
// needed, so that the first view of a page stays small.
(() => {
  const root = document.documentElement;
  const own = document.currentScript.src.replace(/[^/]*$/, "");
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  const scheme = kept("longwave.scheme");
  if (scheme) root.dataset.scheme = scheme;
  root.classList.add("js");
  // Which page is shown: after Back or Forward the address is another one before the page is.
  root.dataset.shown = location.pathname + location.search;
  // The home page keeps room for what was begun, so that nothing moves when it is filled.
  if (kept("longwave.begun") === "1") root.classList.add("begun");
  // Where a script of ours can't be loaded, the browser's own player and plain links do. Those in notes are never let in.
  addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement && event.target.src.startsWith(own)) root.classList.remove("js", "begun");
  }, true);

  const navigate = () => import("./navigate.js");
  const closest = (event, what) => event.target instanceof Element ? event.target.closest(what) : null;

  /** A link that stays on this site and is followed in this window; null for any other. */
  function followed(event) {
    const link = closest(event, "a[href]");
    if (!link || link.origin !== location.origin || link.target || link.download || link.hasAttribute("download")) return null;
    if (document.body.classList.contains("embedded") || /^\/(audio|images|static)\/|\.\w{2,5}$/.test(link.pathname)) return null;
    const here = link.pathname === location.pathname && link.search === location.search;
    return here && link.hash ? null : link;
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (closest(event, "[data-do=scheme]")) switchScheme();
    const link = followed(event);
    if (!link) return;
    event.preventDefault();
    const url = link.href;
    navigate().then((module) => module.visit(url, { link }), () => location.assign(url));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target, said = (name) => event.submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
    // By their attributes: a field may be named like one of them.
    const goal = new URL(said("action"), location.href);
    if (event.defaultPrevented || !/^(get)?$/i.test(said("method")) || said("target") || goal.origin !== location.origin) return;
    event.preventDefault();
    const filled = [...new FormData(form, event.submitter)].filter(([, value]) => value);
    const url = `${goal.origin}${goal.pathname}?${new URLSearchParams(filled)}`;
    navigate().then((module) => module.visit(url), () => location.assign(url));
  });

  addEventListener("popstate", (event) => {
    navigate().then((module) => module.returned(event.state), () => location.reload());
  });

  // A pointer over a link, or the focus on it, is the time to fetch what follows links.
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, function once(event) {
      if (!followed(event)) return;
      document.removeEventListener(kind, once);
      navigate().catch(() => { /* a click tries again, and then loads the whole page */ });
    });
  }

  const box = "form.search input[type=search]";
  document.addEventListener("focusin", (event) => {
    if (closest(event, box)) import("./search.js").then((module) => module.begin(event.target));
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && kept("longwave.keys") !== "off"
      && !event.target.isContentEditable && !/^(input|textarea|select)$/i.test(event.target.tagName);
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    const field = slash || k ? document.querySelector(box) : null;
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  function switchScheme() {
    const dark = root.dataset.scheme ? root.dataset.scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.scheme = dark ? "light" : "dark";
    try { localStorage.setItem("longwave.scheme", root.dataset.scheme); } catch { /* then it holds for this page */ }
  }
})();
