// The drawer with what was asked before. It is fetched when it is opened; a line is a link to its conversation.
(() => {
  const { byId, words, language, send, make } = Sayso;
  const list = make("div", { className: "list" });
  const exports_ = make("div", { className: "exports" });
  const drawer = make("aside", { id: "history", hidden: true }, exports_, list);

  async function open() {
    drawer.setAttribute("aria-label", words("history"));
    document.body.append(drawer);
    drawer.hidden = false;
    byId("open-history").setAttribute("aria-expanded", "true");
    // The address names the conversation a moment later than the page shows it.
    const shown = document.querySelector("#chat .asked") && document.querySelector("#conversation :is(textarea, input)")?.value;
    const current = shown || new URLSearchParams(location.search).get("c");
    exports_.replaceChildren(...(current ? ["md", "json"].map((kind) =>
      make("a", { href: `export?c=${current}&as=${kind}`, download: "", textContent: words(`export_${kind}`) })) : []));
    try {
      list.innerHTML = await (await fetch(`history?language=${language}`)).text();
    } catch {
      list.textContent = words("lost");
    }
    list.querySelector(`a[href$="${CSS.escape(current ?? " ")}"]`)?.setAttribute("aria-current", "page");
    list.querySelector("a")?.focus();
  }

  function close() {
    if (drawer.hidden) return;
    drawer.hidden = true;
    byId("open-history")?.setAttribute("aria-expanded", "false");
    byId("open-history")?.focus();
  }

  document.addEventListener("click", async (event) => {
    const forget = event.target.closest("#history .forget");
    if (forget) {
      await send("history/forget", { c: forget.value }).catch(() => null);
      if (new URLSearchParams(location.search).get("c") === forget.value) return location.assign(location.pathname);
      return forget.closest("li").remove();
    }
    if (event.target.closest("#open-history")) return drawer.hidden ? open() : close();
    if (!event.target.closest("#history")) close();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close(), true);
})();
