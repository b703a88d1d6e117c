// The panel follows the address: "#cite-2-1" is citation 1 of turn 2, read in its article; "#sources-2" are the cards of
// turn 2. So marks of older turns work, the browser's Back closes what a mark opened, and no state is kept but the hash.
(() => {
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");
  const byId = (id) => document.getElementById(id);
  const words = (key) => byId(`word-${key}`)?.querySelector(`.in-${document.documentElement.lang}`)?.textContent ?? "";
  let cameFrom = null;
  let opening = 0;
  let newest;

  // Names for screen readers where Gradio gives none.
  const NAMES = {
    "#ask .submit-button": "send", "#ask .stop-button": "stop", "#panel": "sources", "#speakers": "filter_help",
    '#chat [role="log"]': "conversation",
  };

  document.documentElement.lang = navigator.language.startsWith("zh") ? "zh" : "en";

  function show(view) {
    document.body.dataset.panel = view;
  }

  function choose(turn) {
    for (const section of document.querySelectorAll("#cards .turn")) {
      section.classList.toggle("chosen", section.id === `sources-${turn}`);
    }
  }

  async function openArticle(card) {
    const mine = ++opening;
    const article = byId("article");
    article.textContent = words("loading");
    show("article");
    try {
      const html = await (await fetch(card.href)).text();
      if (mine !== opening) return; // another mark was clicked meanwhile
      article.innerHTML = html;
    } catch {
      article.textContent = words("unreachable");
      return;
    }
    const passage = byId("passage");
    passage?.focus({ preventScroll: true });
    passage?.scrollIntoView({ block: "center", behavior: CALM.matches ? "auto" : "smooth" });
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
    document.querySelector(`#chat a.cite[href="${location.hash}"]`)?.classList.add("open");
    openArticle(card);
  }

  function go(hash) {
    if (location.hash !== hash) history.pushState(null, "", hash || location.pathname + location.search);
    follow();
  }

  async function copy(button) {
    const answer = button.closest(".answer");
    const body = answer.querySelector(".body").cloneNode(true);
    for (const stamp of body.querySelectorAll(".stamp")) stamp.remove();
    const turn = answer.querySelector("a.cite")?.hash.split("-")[1];
    const cards = turn ? [...document.querySelectorAll(`#sources-${turn} .card`)] : [];
    const sources = cards.map((card) => `[${card.querySelector(".number").textContent}] ${card.querySelector(".where").textContent}`);
    const blocks = [...body.children].map((block) => block.textContent.trim());
    await navigator.clipboard.writeText([...blocks, ...sources].join("\n"));
    const before = button.textContent;
    button.textContent = button.title;
    setTimeout(() => (button.textContent = before), 1500);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#cite-"], a[href^="#sources-"], a.card');
    if (link) {
      event.preventDefault();
      if (!link.closest("#panel")) cameFrom = link;
      return go(link.matches(".card") ? `#${link.id}` : link.hash);
    }
    const button = event.target.closest("button");
    if (button?.id === "new-chat") go("");
    if (button?.matches("#chat .copy")) copy(button);
    if (button?.matches("#panel .close")) go("");
    if (button?.matches("#panel .back")) go(location.hash.replace(/^#cite-(\d+)-\d+$/, "#sources-$1"));
  });
  addEventListener("popstate", follow);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.dataset.panel) go("");
    // Enter that ends the typing of a Chinese word is not "send".
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);

  function label() {
    byId("panel")?.setAttribute("role", "complementary");
    for (const [selector, key] of Object.entries(NAMES)) document.querySelector(selector)?.setAttribute("aria-label", words(key));
  }

  // Gradio replaces the cards as an answer grows. Those of a new turn come forward; otherwise the chosen ones stay.
  new MutationObserver(() => {
    label();
    const latest = [...document.querySelectorAll("#cards .turn")].at(-1)?.id.split("-")[1];
    document.body.classList.toggle("has-sources", Boolean(latest));
    if (!latest) return;
    if (latest !== newest && location.hash) go("");
    newest = latest;
    choose(location.hash.match(/^#\w+-(\d+)/)?.[1] ?? latest);
  }).observe(document.documentElement, { childList: true, subtree: true });

})();
