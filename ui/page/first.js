// Before anything of Gradio runs, which asks the browser for its language: the reader may have chosen another.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("sayso_language"); } catch { /* a private window */ }
  if (chosen) {
    Object.defineProperty(navigator, "language", { get: () => chosen });
    Object.defineProperty(navigator, "languages", { get: () => [chosen] });
  }
  document.documentElement.lang = navigator.language.startsWith("zh") ? "zh" : "en";
  document.cookie = `sayso_language=${document.documentElement.lang}; path=/; SameSite=Strict; max-age=31536000`;
})();
