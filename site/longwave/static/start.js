// The script that runs before the first paint: it sets the visitor's colour scheme and the class for elements that need
// scripts. The other modules are loaded when they are needed, so that the first view of a page stays small.
(() => {
  const root = document.documentElement;
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  const scheme = stored("longwave.scheme");
  if (scheme) root.dataset.scheme = scheme;
  root.classList.add("js");
  // The address of the page that is shown; after Back or Forward the browser's address changes before the page does.
  root.dataset.shown = location.pathname + location.search;
  // The home page reserves room for episodes to continue, so that nothing moves when the list is filled.
  if (stored("longwave.begun") === "1") root.classList.add("begun");
  // If one of the site's scripts can't be loaded, the browser's own player and plain links take over.
  addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement && event.target.src.startsWith(folder)) root.classList.remove("js", "begun");
  }, true);

  const navigate = () => import("./navigate.js");
  const closest = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;

  /** Return the clicked link if it leads to another page of the site in this window, else null. */
  function linkToFollow(event) {
    const link = closest(event, "a[href]");
    if (!link || link.origin !== location.origin || link.target || link.download || link.hasAttribute("download")) return null;
    if (document.body.classList.contains("embedded") || /\.\w{2,5}$/.test(link.pathname)) return null;
    const here = link.pathname === location.pathname && link.search === location.search;
    return here && link.hash ? null : link;
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (closest(event, "[data-do=scheme]")) switchScheme();
    const video = closest(event, "[data-do=watch]");
    if (video) import("./watch.js").then((module) => module.watch(video));
    const link = linkToFollow(event);
    if (!link) return;
    event.preventDefault();
    const url = link.href;
    navigate().then((module) => module.visit(url, { link }), () => location.assign(url));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target, attribute = (name) => event.submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
    // The attributes are read with getAttribute, because a field named "action" would hide the property.
    const target = new URL(attribute("action"), location.href);
    if (event.defaultPrevented || !/^(get)?$/i.test(attribute("method")) || attribute("target") || target.origin !== location.origin) return;
    event.preventDefault();
    const filled = [...new FormData(form, event.submitter)].filter(([, value]) => value);
    const url = `${target.origin}${target.pathname}?${new URLSearchParams(filled)}`;
    navigate().then((module) => module.visit(url), () => location.assign(url));
  });

  addEventListener("popstate", (event) => {
    navigate().then((module) => module.restore(event.state), () => location.reload());
  });

  // navigate.js is fetched as soon as a pointer or the focus is on a link, before the click.
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, function once(event) {
      if (!linkToFollow(event)) return;
      document.removeEventListener(kind, once);
      navigate().catch(() => { /* A click tries again, and then loads the page in full. */ });
    });
  }

  const box = "form.search input[type=search]";
  document.addEventListener("focusin", (event) => {
    if (closest(event, box)) import("./search.js").then((module) => module.begin(event.target));
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && stored("longwave.keys") !== "off"
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
    try { localStorage.setItem("longwave.scheme", root.dataset.scheme); } catch { /* Without storage the choice lasts for this page. */ }
  }
})();
