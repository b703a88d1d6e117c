// The panel follows the address: "#cite-2-1" is citation 1 of turn 2, read in its article; "#sources-2" are the cards of
// turn 2. So marks of older turns work, the browser's Back closes what a mark opened, and no state is kept but the hash.
(() => {
  const { byId, words, watch } = Sayso;
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");
  let cameFrom = null;
  let opening = 0;
  let newest;

  // Names for screen readers where Gradio gives none.
  const NAMES = {
    "#ask .submit-button": "send", "#ask .stop-button": "stop", "#panel": "sources", "#speakers": "filter_help",
    '#chat [role="log"]': "conversation",
  };

  const show = (view) => { document.body.dataset.panel = view; };

  function choose(turn) {
    for (const section of document.querySelectorAll("#cards .turn")) {
      section.classList.toggle("chosen", section.id === `sources-${turn}`);
    }
  }

  async function openArticle(address) {
    const mine = ++opening;
    const article = byId("article");
    article.textContent = words("loading");
    show("article");
    try {
      const html = await (await fetch(address)).text();
      if (mine !== opening) return; // another mark was clicked meanwhile
      article.innerHTML = html;
    } catch {
      article.textContent = words("unreachable");
      return;
    }
    const passage = byId("passage");
    passage?.focus({ preventScroll: true });
    if (passage) passage.scrollIntoView({ block: "center", behavior: CALM.matches ? "auto" : "smooth" });
    else byId("reader").scrollTop = 0;
  }

  function follow() {
    const [, kind, turn] = location.hash.match(/^#(cite|sources)-(\d+)/) ?? [];
    for (const card of document.querySelectorAll(".card.open, a.cite.open")) card.classList.remove("open");
    if (!kind) {
      choose(newest);
      show("");
      cameFrom?.focus?.({ preventScroll: true });
      cameFrom = null;
      return;
    }
    choose(turn);
    const card = kind === "cite" && byId(location.hash.slice(1));
    if (!card) return show("cards");
    card.classList.add("open");
    document.querySelector(`a.cite[href="${location.hash}"]`)?.classList.add("open");
    openArticle(card.href);
  }

  function go(hash) {
    if (location.hash !== hash) history.pushState(null, "", hash || location.pathname + location.search);
    follow();
  }
  Sayso.openSource = (n) => byId(`cite-${newest}-${n}`) && go(`#cite-${newest}-${n}`);

  document.addEventListener("click", (event) => {
    const article = event.target.closest("a.view, a.read");
    if (article) {
      event.preventDefault();
      if (article.matches(".read")) cameFrom = article;
      return openArticle(article.href);
    }
    const link = event.target.closest('a[href^="#cite-"], a[href^="#sources-"], a.card');
    if (link) {
      event.preventDefault();
      if (!link.closest("#panel")) cameFrom = link;
      return go(link.matches(".card") ? `#${link.id}` : link.hash);
    }
    const button = event.target.closest("button");
    if (button?.matches("#panel .close")) go("");
    if (button?.matches("#panel .back")) go(location.hash.replace(/^#cite-(\d+)-\d+$/, "#sources-$1").replace(/^#sources-[89]\d{6}$/, ""));
  });
  addEventListener("popstate", follow);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (document.body.dataset.panel) go("");
    else document.querySelector("#ask .stop-button")?.click();
  });

  // Gradio replaces the cards as an answer grows. Those of a new turn come forward; otherwise the chosen ones stay.
  watch(() => {
    byId("panel")?.setAttribute("role", "complementary");
    for (const [selector, key] of Object.entries(NAMES)) document.querySelector(selector)?.setAttribute("aria-label", words(key));
    // Gradio reads a message out as its HTML.
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) message.removeAttribute("aria-label");
    const latest = [...document.querySelectorAll("#cards .turn")].at(-1)?.id.split("-")[1];
    document.body.classList.toggle("has-sources", Boolean(latest));
    if (!latest || latest === newest) return choose(location.hash.match(/^#\w+-(\d+)/)?.[1] ?? latest);
    const first = newest === undefined;
    newest = latest;
    if (first && location.hash) follow(); // a link to a passage of a kept conversation
    else if (location.hash) go("");
    else choose(latest);
  });
})();
