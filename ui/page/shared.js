// What the other scripts share, and how the page looks and speaks: both follow the browser until the reader chooses.
window.Sayso = (() => {
  const byId = (id) => document.getElementById(id);
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window */ } };

  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en"; // first.js wrote it, Gradio may have made zh-CN of it

  const DARK = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (kept("sayso_theme") ?? (DARK.matches ? "dark" : "light")) === "dark";
  function paint() {
    if (new URLSearchParams(location.search).has("__theme")) return;
    if (document.body && document.body.classList.contains("dark") !== isDark()) document.body.classList.toggle("dark", isDark());
  }
  DARK.addEventListener("change", paint);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.id === "theme") {
      keep("sayso_theme", isDark() ? "light" : "dark");
      paint();
    }
    if (button?.id === "other-language") {
      keep("sayso_language", language === "zh" ? "en" : "zh-CN");
      location.reload();
    }
  });

  const watchers = [];
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      paint();
      for (const watch of watchers) watch();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  return {
    byId, language,
    words: (key) => byId(`word-${key}`)?.querySelector(`.in-${language}`)?.textContent ?? "",
    watch: (watcher) => watchers.push(watcher),
    send: (path, value) => fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) }),
    make(tag, properties = {}, ...children) {
      const element = Object.assign(document.createElement(tag), properties);
      element.append(...children);
      return element;
    },
  };
})();
