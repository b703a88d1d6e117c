// A small card at a mark, by mouse or keyboard: who said it, where and what; and in words what a sign means.
(() => {
  const { byId, make, watch } = Sayso;
  const WITH_TIP = "a.cite, .stamp, .mended, .raw span[title], .raw span[data-told], .misprint";
  const tip = make("div", { id: "tip", role: "tooltip", hidden: true });
  let at = null;

  function told(target) {
    const card = target.matches("a.cite") && byId(target.hash.slice(1));
    if (card) return [...card.children].map((part) => part.cloneNode(true));
    return target.dataset.told ? [target.dataset.told] : [];
  }

  function show(target) {
    if (target.title) { // else the browser shows it a second time
      target.dataset.told = target.title;
      target.setAttribute("aria-label", `${target.textContent} ${target.title}`);
      target.removeAttribute("title");
    }
    const parts = told(target);
    if (!parts.length) return;
    at = target;
    tip.className = target.className;
    tip.replaceChildren(...parts);
    tip.hidden = false;
    document.body.append(tip);
    target.setAttribute("aria-describedby", "tip");
    stand();
  }

  function stand() {
    const place = at.getBoundingClientRect();
    const left = Math.min(Math.max(8, place.left - 20), innerWidth - tip.offsetWidth - 8);
    const below = place.bottom + 8 + tip.offsetHeight < innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? place.bottom + 8 : Math.max(8, place.top - tip.offsetHeight - 8)}px`;
  }

  function hide() {
    at?.removeAttribute("aria-describedby");
    at = null;
    tip.hidden = true;
  }

  for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(begin, (event) => {
      const target = event.target.closest?.(WITH_TIP);
      if (target && target !== at) show(target);
    });
    document.addEventListener(end, (event) => {
      if (at && !at.contains(event.relatedTarget)) hide();
    });
  }
  // The chat also scrolls by itself, as it grows.
  document.addEventListener("scroll", () => at && (at.matches(":hover, :focus") ? stand() : hide()), true);
  document.addEventListener("click", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  watch(() => {
    for (const sign of document.querySelectorAll(".stamp:not([tabindex])")) sign.tabIndex = 0;
    if (at && !at.isConnected) hide();
  });
})();
